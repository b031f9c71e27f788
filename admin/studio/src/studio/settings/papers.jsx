/** 文书与证照: papers' own wordings and what is issued, each with its sheet beside it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from '../draft.js';
import { Expression, Field, Radios, Text, Words } from './fields.jsx';
import { Icon, Rows } from './list.jsx';
import { Panel } from './panel.jsx';
import { changed, freeKey } from './paths.js';
import { Sheet } from './preview.jsx';
import { certificateScope } from './scope.js';
import { useStore } from './store.jsx';
import { lang, t } from './words.js';

const nameOf = (plan) => (lang === 'en' && plan?.name?.en) || plan?.name?.zh || '';

export function Papers() {
  const store = useStore();
  const { definition, around } = store;
  const plans = [...(definition.certificate ? ['certificate'] : []), ...Object.keys(definition.certificates ?? {}).map((key) => `certificates.${key}`)];
  const papers = Object.keys(around.wordings).map((key) => `papers.${key}`);
  const all = [...plans, ...papers];
  const chosen = all.find((path) => store.chosen === path || store.chosen.startsWith(`${path}.`) || store.chosen.startsWith(`${path}[`)) ?? all[0];
  const isPaper = chosen.startsWith('papers.');
  const key = chosen.replace(/^(papers|certificates)\./, '');
  return (
    <div class="set-split is-papers">
      <nav class="set-side" aria-label={t('papersAndCertificates')}>
        <h3>{t('certificates')}</h3>
        <ol>{plans.map((path) => <Item key={path} {...{ path, chosen }} name={nameOf(store.at(path)) || t('unnamed')} note={path !== 'certificate' ? path.slice('certificates.'.length) : ''} />)}</ol>
        {!plans.length && <p class="set-none">{t('noCertificate')}</p>}
        <button type="button" class="btn btn-secondary set-add" onClick={() => addPlan(store)}><Icon icon="plus" />{t(definition.certificate ? 'addAlternative' : 'addCertificate')}</button>
        <h3>{t('papers')}</h3>
        <ol>{papers.map((path) => <Item key={path} {...{ path, chosen }} name={around.wordings[path.slice(7)].name} note={store.at(path) ? t('ownWording') : ''} />)}</ol>
      </nav>
      <div class="set-detail" key={chosen}>
        {isPaper ? <Paper path={chosen} paper={key} /> : <Certificate path={chosen} />}
      </div>
      <Sheet key={`${chosen}-sheet`} address={isPaper ? `papers/${key}` : `certificates/${key}`} label={isPaper ? around.wordings[key].name : nameOf(store.at(chosen))} />
    </div>
  );
}

function Item({ path, chosen, name, note }) {
  const store = useStore();
  const wrong = store.wrongIn(path);
  return (
    <li>
      <button type="button" class="set-item" aria-current={path === chosen || undefined} onClick={() => store.choose(path)}>
        <span class="set-item-name">{name}</span>
        <span class="set-badges">
          {note && <i class="tag tag-blue">{note}</i>}
          {wrong.length > 0 && <i class={`tag ${wrong.some(({ severity }) => severity === 'error') ? 'tag-red' : 'tag-yellow'}`}>{t('wrong', { n: wrong.length })}</i>}
        </span>
      </button>
    </li>
  );
}

function Paper({ path, paper }) {
  const store = useStore();
  const usual = store.around.wordings[paper];
  const own = store.at(path);
  if (!own) {
    return (
      <Panel title={usual.name}>
        <p class="set-hint">{t('usualWording')}</p>
        <blockquote class="set-usual">{usual.body}</blockquote>
        <button type="button" class="btn btn-secondary" onClick={() => {
          store.put(path, { title: { zh: usual.title, en: '' }, body: { zh: usual.body, en: '' } });
          queueMicrotask(() => document.getElementById(`${path}.body`)?.focus());
        }}><Icon icon="pencil" />{t('wordIt')}</button>
      </Panel>
    );
  }
  return (
    <Panel title={t('ownWordingOf', { name: usual.name })} aside={
      <button type="button" class="btn btn-quiet" onClick={() => store.putBack(path, undefined, t('backToUsual', { name: usual.name }), t('undo'))}>{t('useUsual')}</button>
    }>
      <Words path={`${path}.title`} label={t('paperTitle')} onlyChinese />
      <Words path={`${path}.body`} label={t('paperBody')} hint={t('paperBodyHint')} lines={6} onlyChinese />
      <Placeholders into={`${path}.body`} names={store.around.placeholders.map(({ name, label }) => ({ text: `{{ ${name} }}`, label }))} />
    </Panel>
  );
}

/** What may be filled in; a click puts it where the cursor is. */
function Placeholders({ into, names }) {
  const insert = (text) => {
    const box = document.getElementById(into);
    const [from, to] = [box.selectionStart ?? box.value.length, box.selectionEnd ?? box.value.length];
    box.setRangeText(text, from, to, 'end');
    box.dispatchEvent(new Event('input', { bubbles: true }));
    box.focus();
  };
  return (
    <div class="set-chips" role="group" aria-label={t('placeholders')}>
      <span class="set-hint">{t('placeholders')}</span>
      {names.map(({ text, label }) => (
        <button type="button" class="chip" title={text} onClick={() => insert(text)}>{label}</button>
      ))}
    </div>
  );
}

function Certificate({ path }) {
  const store = useStore();
  const { names, sample } = certificateScope(store.around);
  const alternative = path !== 'certificate';
  const shown = store.at(`${path}.public`) ?? [];
  const numbers = [
    { text: '{region}', label: t('number.region') }, { text: '{year}', label: t('number.year') }, { text: '{month}', label: t('number.month') },
    { text: '{day}', label: t('number.day') }, { text: '{serial:6}', label: t('number.serial') },
  ];
  const drop = () => store.putBack(
    alternative ? 'certificates' : 'certificate',
    alternative ? changed(store.at('certificates'), [path.slice('certificates.'.length)], undefined) : undefined,
    t('dropped', { name: nameOf(store.at(path)) }), t('undo'),
  );
  return (
    <>
      <Panel title={t('whatIsIssued')} aside={
        <button type="button" class="btn btn-quiet" onClick={drop}><Icon icon="trash" />{t('drop')}</button>
      }>
        <Words path={`${path}.name`} label={t('certificateName')} />
        {alternative && <Expression path={`${path}.when`} label={t('issuedWhen')} hint={t('issuedWhenHint')} names={names} sample={sample} />}
        <Text path={`${path}.number`} label={t('numberPattern')} hint={t('numberPatternHint')} />
        <Placeholders into={`${path}.number`} names={numbers} />
        <NextNumber pattern={store.at(`${path}.number`) ?? ''} />
        <Text path={`${path}.issuer`} label={t('issuer')} hint={t('issuerHint', { place: '{tenant}', tenant: store.around.tenant.name })} />
        <Valid path={`${path}.valid`} />
      </Panel>
      <Panel title={t('certificateFields')} hint={t('certificateFieldsHint')}>
        <Rows path={`${path}.fields`} add={t('addField')} name={(item) => item.label?.zh}
          fresh={() => ({ key: freeKey('field-1', (store.at(`${path}.fields`) ?? []).map(({ key }) => key)), label: { zh: '', en: '' }, value: '=' })}>
          {(place, item) => (
            <>
              <Words path={`${place}.label`} label={t('fieldLabel')} />
              <Expression path={`${place}.value`} label={t('fieldValue')} names={names} sample={sample} />
              <label class="choice set-public">
                <input class="form-check-input" type="checkbox" checked={shown.includes(item.key) || shown.includes(item.label?.zh)}
                  onChange={(event) => store.put(`${path}.public`, event.currentTarget.checked
                    ? [...shown, item.key] : shown.filter((each) => each !== item.key && each !== item.label?.zh))} />
                <span>{t('shownPublicly')}</span>
              </label>
            </>
          )}
        </Rows>
        <Words path={`${path}.notes`} label={t('certificateNotes')} lines={1} optional />
      </Panel>
    </>
  );
}

/** "下一个：JY2459021000001、…" as the pattern is typed. */
function NextNumber({ pattern }) {
  const [next, setNext] = useState(null);
  const asked = useRef(0);
  useEffect(() => {
    const mine = ++asked.current;
    const timer = setTimeout(async () => {
      try {
        const answer = await ask(`/api/certificate-numbers?pattern=${encodeURIComponent(pattern)}`);
        const said = await answer.json();
        if (mine === asked.current) setNext(said.next);
      } catch {
        setNext(null);
      }
    }, 250);
    return () => clearTimeout(timer);
  }, [pattern]);
  if (next === null) return null;
  return <p class={`set-reading ${next ? 'is-equal' : 'is-longer'}`} role="status">{next ? t('nextNumbers', { next }) : t('badPattern')}</p>;
}

/** Years, months, or for good. */
function Valid({ path }) {
  const store = useStore();
  const valid = store.at(path);
  const unit = valid?.years ? 'years' : valid?.months ? 'months' : 'ever';
  const put = (kind, amount) => store.put(path, kind === 'ever' ? undefined : { [kind]: amount || 1 });
  return (
    <Field path={path} label={t('valid')}>
      {(control) => (
        <div class="set-limit">
          {unit !== 'ever' && <input {...control} class="form-control" type="number" min="1" max={unit === 'years' ? 99 : 600} value={valid[unit]} onInput={(event) => put(unit, Number(event.currentTarget.value))} />}
          <select id={unit === 'ever' ? control.id : undefined} class="form-select" aria-label={t('valid')} value={unit} onChange={(event) => put(event.currentTarget.value, valid?.[unit])}>
            {['years', 'months', 'ever'].map((each) => <option value={each}>{t(`valid.${each}`)}</option>)}
          </select>
        </div>
      )}
    </Field>
  );
}

function addPlan(store) {
  const { definition, around } = store;
  const like = definition.certificate;
  const fresh = like
    ? { ...structuredClone(like), when: '=' }
    : {
        name: { zh: definition.name?.zh ?? '', en: definition.name?.en ?? '' }, number: '{region}{year}{serial:6}',
        issuer: `{tenant}${around.departments.find(({ key }) => key === definition.department)?.name ?? ''}`,
        fields: [{ key: 'holder', label: { zh: '持有人', en: 'Holder' }, value: '=case.applicant_name' }], public: ['holder'],
      };
  if (!like) {
    store.put('certificate', fresh);
    store.choose('certificate');
    return;
  }
  const key = freeKey('alternative-1', Object.keys(definition.certificates ?? {}));
  store.put(['certificates', key], fresh);
  store.choose(`certificates.${key}`);
}
