/** 办理时限: the four limits, what they mean in words, and what the drawing takes at most. */
import { Limit } from './fields.jsx';
import { Panel } from './panel.jsx';
import { useStore } from './store.jsx';
import { t } from './words.js';

/** In working days, as the server counts (bpmn/paths.py). */
const DAYS = { wd: 1, d: 5 / 7, h: 1 / 24, mo: 150 / 7 };

const read = (text) => /^(\d+)(wd|d|h|mo)$/.exec(text ?? '');
const days = (text) => (read(text) ? Number(read(text)[1]) * DAYS[read(text)[2]] : null);
const span = (text) => (read(text) ? t(`span.${read(text)[2]}`, { n: read(text)[1] }) : '');
const rounded = (number) => String(Math.round(number * 10) / 10);

export function Limits() {
  const { usual } = useStore().around;
  return (
    <div class="set-columns">
      <div>
        <Panel title={t('decisionLimits')} hint={t('decisionLimitsHint')}>
          <div class="set-pair">
            <Limit path="limits.promised" label={t('promised')} />
            <Limit path="limits.statutory" label={t('statutory')} />
          </div>
          <Reading />
        </Panel>
        <Panel title={t('beforeLimits')}>
          <div class="set-pair">
            <Limit path="limits.acceptance" label={t('acceptance')} hint={t('acceptanceHint')} usual={usual.acceptance} />
            <Limit path="limits.correction" label={t('correction')} hint={t('correctionHint')} usual={usual.correction} />
          </div>
        </Panel>
      </div>
      <LongestWay />
    </div>
  );
}

/** "承诺 5 个工作日，比法定 10 个工作日压缩 50%" */
function Reading() {
  const { promised, statutory } = useStore().definition.limits ?? {};
  const [ours, laws] = [days(promised), days(statutory)];
  if (ours === null || laws === null || !laws) return null;
  const words = { promised: span(promised), statutory: span(statutory) };
  const share = Math.round((1 - ours / laws) * 100);
  const kind = share > 0 ? 'shorter' : share < 0 ? 'longer' : 'equal';
  return <p class={`set-reading is-${kind}`} role="status">{t(`reading.${kind}`, { ...words, share: Math.abs(share) })}</p>;
}

function LongestWay() {
  const { around, definition } = useStore();
  const { way } = around;
  const promise = days(definition.limits?.promised);
  if (!way) return <aside class="set-aside"><Panel title={t('way')}><p class="set-none">{t('wayUnknown')}</p></Panel></aside>;
  const most = Math.max(way.days, promise ?? 0, 1);
  const spare = rounded(Math.abs((promise ?? 0) - way.days));
  const over = promise !== null && way.days > promise + 1e-9;
  return (
    <aside class="set-aside">
      <Panel title={t('way')} hint={t('wayHint')}>
        <ol class="set-legs">
          {way.legs.map(({ name, days: taken }) => (
            <li>
              <span>{name}</span>
              <b>{taken === null ? t('noLimit') : t('days', { n: rounded(taken) })}</b>
              <i style={{ width: `${((taken ?? 0) / most) * 100}%` }} />
            </li>
          ))}
        </ol>
        {!way.legs.length && <p class="set-none">{t('wayEmpty')}</p>}
        <p class={`set-reading ${over ? 'is-longer' : 'is-shorter'}`}>
          {t(over ? 'wayOver' : spare === '0' ? 'wayExact' : 'wayFits', { days: rounded(way.days), promise: promise === null ? '–' : rounded(promise), spare })}
        </p>
      </Panel>
    </aside>
  );
}
