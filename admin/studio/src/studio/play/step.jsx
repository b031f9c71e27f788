/** @jsxImportSource preact */
/** One open step: who acts, its form, its buttons, and what law gives it besides. */
import { useMemo, useRef, useState } from 'preact/hooks';
import { sample } from '../../../../../forms/js/sample.js';
import { Button, day, LiveForm, Notice, SelectField, span, TextField } from './pieces.jsx';
import { t } from './words.js';
import { VerbDialog } from './verbs.jsx';

export function Step({ task, forms, session, page }) {
  const schema = task.form ? forms[task.form] : null;
  const [by, setBy] = useState('');
  const [why, setWhy] = useState('');
  const [verb, setVerb] = useState('');
  const [filled, setFilled] = useState(null);
  const [said, setSaid] = useState('');
  const form = useRef(null);
  // While the form is drawn anew there is nothing to judge yet.
  const [ready, setReady] = useState(!schema);
  const today = session.picture.now.slice(0, 10);
  const data = useMemo(() => ({ ...task.data, ...filled }), [task, filled]);
  const held = task.state === 'held';
  const at = { step: task.step, ...(task.index !== null && { index: task.index }), ...(by && { by }) };

  const complete = async (outcome) => {
    let answers = {};
    if (schema) {
      const judged = form.current.submit({ focus: true });
      if (judged.errors.length) return;
      answers = judged.data;
      setFilled(judged.data);
    }
    setSaid('');
    const act = { do: 'complete', ...at, outcome, answers, ...(why.trim() && { why: why.trim() }) };
    if (await session.act(act)) return;
    const { refused } = session;
    if (refused?.fields.length) form.current?.show(refused.fields.map((each) => ({ ...each, path: each.id })));
    setSaid(refused ? refused.first : '');
  };

  const fill = () => setFilled(sample(schema, { given: task.data, access: task.access, today }).answers);

  return (
    <section class={`play-card${task.late ? ' is-late' : ''}`} aria-labelledby="play-step">
      <header class="play-card-head">
        <div>
          <h2 id="play-step">{task.name}</h2>
          <p><strong>{t('as', { lane: task.lane })}</strong>{' · '}{task.place}</p>
        </div>
        <Due task={task} />
      </header>
      {task.help && <p class="play-help">{task.help}</p>}
      <People task={task} />
      {!held && (
        <>
          {task.people.length > 1 && (
            <SelectField
              label={t('actor')} value={by || task.people[0].login} onChange={setBy}
              options={task.people.map((each) => [each.login, each.backup ? t('backup', { name: each.name }) : each.name])}
            />
          )}
          {said && <Notice tone="danger" icon="alert-octagon" title={t('notDone')}><p>{said}</p></Notice>}
          {schema && (
            <>
              <div class="play-form-head"><span /><Button icon="wand" onClick={fill}>{t('sample')}</Button></div>
              <LiveForm schema={schema} data={data} access={task.access} today={today} hold={(mounted) => { form.current = mounted; setReady(Boolean(mounted)); }} />
            </>
          )}
          <details class="play-more"><summary>{t('opinion')}</summary>
            <TextField label={t('opinion')} rows={2} value={why} onInput={setWhy} maxLength={1000} /></details>
          <div class="play-foot">
            {(task.outcomes.length ? task.outcomes : [{ id: '', name: t('finish') }]).map(({ id, name }, index) => (
              <Button key={id} tone={index ? 'secondary' : 'primary'} disabled={session.busy || !ready} onClick={() => complete(id)} {...(!index && { 'data-main': true, title: t('hintMain') })}>{name}</Button>
            ))}
            <span class="play-verbs">
              {task.verbs.includes('correct') && <Button icon="list-check" onClick={() => setVerb('correct')}>{t('correct')}</Button>}
              {task.verbs.includes('refuse') && <Button tone="danger" onClick={() => setVerb('refuse')}>{task.refusal}</Button>}
              {task.verbs.includes('return') && <Button tone="quiet" icon="arrow-back-up" onClick={() => setVerb('return')}>{t('return')}</Button>}
            </span>
          </div>
        </>
      )}
      {verb && <VerbDialog {...{ verb, task, at, session, page }} close={() => setVerb('')} />}
    </section>
  );
}

function Due({ task }) {
  if (task.state === 'held') return <span class="play-due"><span class="tag tag-paused">{t('held')}</span></span>;
  if (!task.due) return <span class="play-due muted">{t('noLimit')}</span>;
  const { left } = task;
  const said = left === 0 ? t('left0') : left > 0 ? t('left', { n: left }) : t('over', { n: -left });
  const allowed = /^\d+(wd|d|h|mo)$/.test(task.allowed) ? t('allowed', { allowed: span(task.allowed), date: day(task.due) }) : day(task.due);
  return (
    <span class="play-due">
      <span class={`tag tag-${task.late ? 'red' : left <= 1 ? 'yellow' : 'green'}`}>{task.late ? `${t('late')} · ${said}` : said}</span>
      <small>{allowed}</small>
    </span>
  );
}

/** What would be different with real people: a post without anybody, somebody barred. */
function People({ task }) {
  if (task.unserved || task.fallback) {
    return <Notice tone="warning" icon="alert-triangle"><p>{t('unserved', { lane: task.fallback })}</p></Notice>;
  }
  if (!task.barred.length) return null;
  const stuck = task.count === 0;
  return (
    <Notice tone={stuck ? 'danger' : 'info'} icon={stuck ? 'alert-octagon' : 'info-circle'}>
      {task.barred.map(({ name, earlier }) => <p key={name}>{t('barred', { name: name || t('anybody'), earlier })}</p>)}
      {stuck && <p>{t('nobodyLeft')}</p>}
    </Notice>
  );
}
