/** The guide as applicants see it, and sheets as they will be printed, made anew after every save. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './list.jsx';
import { useStore } from './store.jsx';
import { t } from './words.js';

const SCREENS = { phone: 390, desktop: 1180 };

export function GuidePreview() {
  const store = useStore();
  const [screen, setScreen] = useState(() => localStorage.getItem('onewindow.screen') || 'phone');
  const box = useRef();
  const fit = useRef();
  fit.current = () => {
    const place = box.current;
    const width = SCREENS[screen];
    const scale = Math.min(1, place.clientWidth / width);
    for (const frame of place.querySelectorAll('iframe')) {
      Object.assign(frame.style, { width: `${width}px`, height: `${place.clientHeight / scale}px`, transform: `scale(${scale})` });
      frame.style.marginInlineStart = `${Math.max(0, (place.clientWidth - width * scale) / 2)}px`;
    }
  };
  // Another screen is another width of the same page: it keeps its place and isn't loaded again.
  useEffect(() => fit.current(), [screen]);
  useEffect(() => {
    const place = box.current;
    const load = () => {
      // The new page is loaded behind the old one, which goes when it is there: nothing flickers.
      const old = place.querySelector('iframe:not([data-coming])');
      place.querySelector('[data-coming]')?.remove();
      const frame = document.createElement('iframe');
      Object.assign(frame, { title: t('guidePreview'), src: `${store.address}/guide` });
      frame.dataset.coming = '';
      frame.addEventListener('load', () => {
        const page = frame.contentWindow;
        page.document.addEventListener('click', stay, true);
        page.document.addEventListener('submit', (event) => event.preventDefault(), true);
        page.scrollTo(0, old?.contentWindow?.scrollY ?? 0);
        delete frame.dataset.coming;
        old?.remove();
      });
      place.append(frame);
      fit.current();
    };
    load();
    const resized = new ResizeObserver(() => fit.current());
    resized.observe(place);
    const off = store.whenSaved(load);
    return () => {
      off();
      resized.disconnect();
      place.replaceChildren();
    };
  }, []);
  const choose = (name) => {
    localStorage.setItem('onewindow.screen', name);
    setScreen(name);
  };
  return (
    <aside class="set-preview" aria-label={t('guidePreview')}>
      <header>
        <h3>{t('guidePreview')}</h3>
        <div class="set-switch" role="group" aria-label={t('screen')}>
          {Object.keys(SCREENS).map((name) => (
            <button type="button" aria-pressed={name === screen} title={t(`screen.${name}`)} onClick={() => choose(name)}>
              <Icon icon={name === 'phone' ? 'device-mobile' : 'device-desktop'} />{t(`screen.${name}`)}
            </button>
          ))}
        </div>
        <a class="set-icon" href={`${store.address}/guide`} target="_blank" title={t('openPreview')} aria-label={t('openPreview')}><Icon icon="external-link" /></a>
      </header>
      <div class={`set-screen is-${screen}`} ref={box} />
    </aside>
  );
}

/**
 * Links of the previewed page lead nowhere, but for those within it. It is a page of ours, whose
 * scripts are wanted: a sandbox that lets them reach their own origin would hold nothing back.
 */
function stay(event) {
  const link = event.target.closest?.('a[href]');
  if (link && !link.getAttribute('href').startsWith('#')) event.preventDefault();
}

/** A sheet as a picture; `address` is below the draft's. */
export function Sheet({ address, label }) {
  const store = useStore();
  const [state, setState] = useState({ picture: '', said: '', busy: true });
  useEffect(() => {
    let current = true;
    let shown = '';
    const load = async () => {
      setState((now) => ({ ...now, busy: true }));
      const next = await fetched(`${store.address}/${address}`);
      if (!current) return;
      if (shown) URL.revokeObjectURL(shown);
      shown = next.picture;
      setState(next);
    };
    load();
    const off = store.whenSaved(load);
    return () => {
      current = false;
      off();
      if (shown) URL.revokeObjectURL(shown);
    };
  }, [address]);
  return (
    <aside class="set-preview" aria-label={t('sheetPreview')}>
      <header><h3>{t('sheetPreview')}</h3><small>{state.busy ? t('typesetting') : t('sampleFacts')}</small></header>
      {state.said && <p class="set-wrong is-error" role="alert">{state.said}</p>}
      <div class={`set-sheet${state.busy ? ' is-busy' : ''}`}>
        {state.picture && (
          <a href={state.picture} target="_blank" rel="noopener" title={t('openPreview')}><img src={state.picture} alt={t('sheetOf', { name: label })} /></a>
        )}
      </div>
    </aside>
  );
}

async function fetched(address) {
  try {
    const answer = await fetch(address, { headers: { accept: 'application/json' } });
    if (answer.headers.get('content-type')?.startsWith('image/')) return { picture: URL.createObjectURL(await answer.blob()), said: '', busy: false };
    const said = await answer.json().catch(() => ({}));
    return { picture: '', said: said.message || t('cannotTypeset'), busy: false };
  } catch {
    return { picture: '', said: t('cannotTypeset'), busy: false };
  }
}
