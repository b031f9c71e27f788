/** @jsxImportSource preact */
/** Where a play begins: when, where and how it is handed in, and the application itself. */
import { useMemo, useRef, useState } from 'preact/hooks';
import { sample } from '../../../../../forms/js/sample.js';
import { Button, Field, LiveForm, Notice, SelectField, TextField } from './pieces.jsx';
import { t } from './words.js';

const ACCOUNT = { name: '', id_number: '', phone: '' };

export function Start({ page, schema, session, before, onTest }) {
  const from = before?.start ?? {};
  const [at, setAt] = useState((from.at ?? page.now).slice(0, 16));
  const [place, setPlace] = useState(from.place ?? '');
  const [channel, setChannel] = useState(from.channel ?? 'online');
  const [account, setAccount] = useState({ ...ACCOUNT, ...from.applicant });
  const [materials, setMaterials] = useState(from.materials ?? null);
  const [answers, setAnswers] = useState(from.answers ?? {});
  const [said, setSaid] = useState('');
  const form = useRef(null);
  const today = at.slice(0, 10);
  const data = useMemo(() => answers, [answers]);

  const fill = () => {
    const made = sample(schema, { today });
    setAnswers(made.answers);
    setSaid(made.errors.length ? t('sampleLeft', { n: made.errors.length }) : '');
  };

  const submit = async () => {
    const { data: typed, errors } = form.current.submit({ focus: true });
    if (errors.length) return;
    setSaid('');
    const start = {
      at: `${at}:00+08:00`, place, channel, answers: typed,
      ...(Object.values(account).some(Boolean) && { applicant: account }),
      ...(materials && { materials }),
    };
    setAnswers(typed);
    if (await session.begin({ name: before?.name ?? '', start })) return;
    const { refused } = session;
    if (refused?.fields.length) form.current?.show(refused.fields.map((each) => ({ ...each, path: each.id })));
    setSaid(refused ? [refused.first, refused.advice].filter(Boolean).join(' ') : '');
  };

  return (
    <section class="play-card play-start" aria-labelledby="play-start">
      <header class="play-card-head"><div><h2 id="play-start">{t('start')}</h2><p>{t('startHint')}</p></div>
        {page.tests.length > 0 && (
          <SelectField label={t('loadTest')} options={page.tests} value="" blank={t('choose')} onChange={onTest} />
        )}
      </header>
      <div class="play-start-facts">
        <TextField label={t('when')} type="datetime-local" value={at} onInput={setAt} required />
        <SelectField label={t('place')} options={[['', page.places[0]?.[1] ?? ''], ...page.places.slice(1)]} value={place} onChange={setPlace} />
        <SelectField label={t('channel')} options={['online', 'window', 'agent'].map((key) => [key, t(key)])} value={channel} onChange={setChannel} />
      </div>
      <details class="play-more">
        <summary>{t('applicant')}</summary>
        <p class="muted">{t('applicantHint')}</p>
        <div class="play-start-facts">
          {[['name', 'name'], ['id_number', 'idNumber'], ['phone', 'phone']].map(([key, word]) => (
            <TextField key={key} label={t(word)} value={account[key]} onInput={(value) => setAccount({ ...account, [key]: value })} />
          ))}
        </div>
      </details>
      {page.materials.length > 0 && (
        <details class="play-more">
          <summary>{t('materials')}{materials === null && <span class="muted"> · {t('allMaterials')}</span>}</summary>
          <Materials {...{ page, materials, setMaterials }} />
        </details>
      )}
      <div class="play-form-head"><h3>{t('application')}</h3><Button icon="wand" onClick={fill}>{t('sample')}</Button></div>
      {said && <Notice tone="danger" icon="alert-octagon"><p>{said}</p></Notice>}
      <LiveForm schema={schema} data={data} today={today} hold={(mounted) => { form.current = mounted; }} />
      <div class="play-foot"><Button tone="primary" data-main disabled={session.busy} title={t('hintMain')} onClick={submit}>{t('submit')}</Button></div>
    </section>
  );
}

function Materials({ page, materials, setMaterials }) {
  const all = materials === null;
  const toggle = (key) =>
    setMaterials(materials.includes(key) ? materials.filter((each) => each !== key) : [...materials, key]);
  return (
    <div class="choices">
      <label class="choice"><input class="form-check-input" type="radio" checked={all} onChange={() => setMaterials(null)} /><span>{t('allMaterials')}</span></label>
      <label class="choice"><input class="form-check-input" type="radio" checked={!all} onChange={() => setMaterials([])} /><span>{t('someMaterials')}</span></label>
      {!all && page.materials.map(([key, name]) => (
        <label key={key} class="choice play-inner"><input class="form-check-input" type="checkbox" checked={materials.includes(key)} onChange={() => toggle(key)} /><span>{name}</span></label>
      ))}
    </div>
  );
}
