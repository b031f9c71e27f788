/** @jsxImportSource preact */
/** The dialogs of what is not drawn: correct, refuse, return, withdraw, and the applicant's answer. */
import { useMemo, useRef, useState } from 'preact/hooks';
import { Button, Dialog, LiveForm, Notice, SelectField, TextField } from './pieces.jsx';
import { t } from './words.js';

export function VerbDialog({ verb, task, at, session, page, close }) {
  const Body = { correct: Correct, refuse: Refuse, return: Return }[verb];
  const title = verb === 'refuse' ? task.refusal : t(verb);
  return <Asking {...{ title, session, close }}>{(send) => <Body {...{ task, at, page, send }} />}</Asking>;
}

export function Withdraw({ session, close }) {
  const [why, setWhy] = useState('');
  return (
    <Asking title={t('withdraw')} {...{ session, close }}>
      {(send) => (
        <>
          <TextField label={t('why')} rows={3} value={why} onInput={setWhy} />
          <Foot send={() => send({ do: 'withdraw', why })} label={t('withdraw')} tone="danger" />
        </>
      )}
    </Asking>
  );
}

/** The applicant puts right what was asked; the application can be changed. */
export function Answer({ session, page, schema, close }) {
  const [materials, setMaterials] = useState([]);
  const [changing, setChanging] = useState(false);
  const form = useRef(null);
  const given = useMemo(
    () => [session.scenario.start.answers, ...session.acts.map((act) => act.do === 'answer' && act.answers)].filter(Boolean).at(-1),
    [session.acts.length],
  );
  const toggle = (key) => setMaterials(materials.includes(key) ? materials.filter((each) => each !== key) : [...materials, key]);
  return (
    <Asking title={t('answer')} wide {...{ session, close }}>
      {(send) => {
        const answer = () => {
          if (!changing) return send({ do: 'answer', materials });
          const { data, errors } = form.current.submit({ focus: true });
          return errors.length ? undefined : send({ do: 'answer', materials, answers: data });
        };
        return (
          <>
            {page.materials.length > 0 && (
              <fieldset class="field"><legend class="field-label">{t('answerMaterials')}</legend>
                {page.materials.map(([key, name]) => (
                  <label key={key} class="choice"><input class="form-check-input" type="checkbox" checked={materials.includes(key)} onChange={() => toggle(key)} /><span>{name}</span></label>
                ))}
              </fieldset>
            )}
            <label class="choice"><input class="form-check-input" type="checkbox" checked={changing} onChange={() => setChanging(!changing)} /><span>{t('answerForm')}</span></label>
            {changing && <LiveForm schema={schema} data={given} today={session.picture.now.slice(0, 10)} hold={(mounted) => { form.current = mounted; }} />}
            <Foot send={answer} label={t('answer')} />
          </>
        );
      }}
    </Asking>
  );
}

function Asking({ title, session, close, wide, children }) {
  const [said, setSaid] = useState('');
  const send = async (act) => {
    if (await session.act(act)) close();
    else setSaid(session.refused?.first || session.failed);
  };
  return (
    <Dialog {...{ title, close, wide }}>
      {said && <Notice tone="danger" icon="alert-octagon"><p>{said}</p></Notice>}
      {children(send)}
    </Dialog>
  );
}

const Foot = ({ send, label, tone = 'primary' }) => (
  <div class="play-foot"><Button tone={tone} onClick={send}>{label}</Button></div>
);

function Correct({ task, at, send }) {
  const [items, setItems] = useState([{ text: '', material: '' }]);
  const change = (index, part) => setItems(items.map((item, k) => (k === index ? { ...item, ...part } : item)));
  return (
    <>
      {items.map((item, index) => (
        <div class="play-item" key={index}>
          <SelectField label={t('correctMaterial')} value={item.material} blank={t('noMaterial')} onChange={(material) => change(index, { material })} options={task.materials.map(({ key, name }) => [key, name])} />
          <TextField label={t('correctWhat')} rows={2} value={item.text} onInput={(text) => change(index, { text })} />
        </div>
      ))}
      <Button tone="quiet" icon="plus" onClick={() => setItems([...items, { text: '', material: '' }])}>{t('addItem')}</Button>
      <Foot label={t('correct')} send={() => send({ do: 'correct', ...at, items: items.map(({ text, material }) => ({ text, ...(material && { material }) })) })} />
    </>
  );
}

function Refuse({ task, at, page, send }) {
  const [reasons, setReasons] = useState('');
  const [basis, setBasis] = useState(page.basis[0] ?? '');
  const [facts, setFacts] = useState('');
  return (
    <>
      <TextField label={t('reasons')} rows={3} value={reasons} onInput={setReasons} />
      <TextField label={t('basis')} rows={2} value={basis} onInput={setBasis} />
      <TextField label={t('facts')} rows={2} value={facts} onInput={setFacts} />
      <Foot tone="danger" label={task.refusal} send={() => send({ do: 'refuse', ...at, reasons, legal_basis: basis, ...(facts && { facts }) })} />
    </>
  );
}

function Return({ task, at, send }) {
  const [to, setTo] = useState(task.earlier.at(-1)?.id ?? '');
  const [why, setWhy] = useState('');
  return (
    <>
      <SelectField label={t('returnTo')} value={to} onChange={setTo} options={task.earlier.map(({ id, name }) => [id, name])} />
      <TextField label={t('why')} rows={3} value={why} onInput={setWhy} />
      <Foot label={t('return')} send={() => send({ do: 'return', ...at, to, why })} />
    </>
  );
}
