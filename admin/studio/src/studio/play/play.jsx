/** @jsxImportSource preact */
/** The play page: the step to do on the left, the drawing and what can be seen on the right. */
import { render } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import '../../css/form.css';
import './play.css';
import { spriteIcon } from '../form/sprite.js';
import { Drawing } from './drawing.js';
import { freeKey } from './keys.js';
import { Button, Dialog, long, Notice, TextField } from './pieces.jsx';
import { Session } from './session.js';
import { Side } from './side.jsx';
import { Start } from './start.jsx';
import { Step } from './step.jsx';
import { Answer, Withdraw } from './verbs.jsx';
import { t } from './words.js';

export async function play(root, { page, studio }) {
  let redraw = () => {};
  const session = new Session({ api: studio.api, matter: studio.matter, onChange: () => redraw() });
  const forms = await formsOf(studio);
  render(<Page {...{ page, studio, session, forms }} tell={(draw) => { redraw = draw; }} />, root);
  await start({ page, studio, session });
}

async function start({ page, studio, session }) {
  if (page.test) {
    const { content } = await studio.draft.load(`tests/${page.test}`);
    await session.take(content, { key: page.test, name: content.name ?? page.test });
  } else if (session.recall()) await session.again();
}

async function formsOf(studio) {
  const { parts } = await studio.draft.about();
  const names = Object.keys(parts).filter((part) => part.startsWith('forms/'));
  const loaded = await Promise.all(names.map((part) => studio.draft.load(part)));
  return Object.fromEntries(names.map((part, k) => [part.slice('forms/'.length), loaded[k].content]));
}

function Page({ page, studio, session, forms, tell }) {
  const [, draw] = useState(0);
  const [chosen, choose] = useState('');
  const [dialog, setDialog] = useState('');
  // At once, not after painting: an answer that comes before would never be shown.
  useLayoutEffect(() => tell(() => draw((n) => n + 1)), []);
  useLayoutEffect(() => keys(session), []);
  const { picture } = session;
  const load = async (key) => {
    if (!key) return;
    const { content } = await studio.draft.load(`tests/${key}`);
    await session.take(content, { key, name: content.name ?? key });
  };
  if (!picture) {
    return (
      <div class="play is-start">
        <Stopped {...{ session, studio }} />
        {session.scenario && session.refused && <Notice tone="danger" icon="alert-octagon"><p>{t('refusedStart', { why: session.refused.first })}</p></Notice>}
        <Start key={session.scenario ? 'again' : 'new'} {...{ page, session }} schema={forms[page.apply] ?? { components: [] }} before={session.scenario} onTest={load} />
      </div>
    );
  }
  const open = picture.open.filter((task) => task.state === 'open');
  const task = picture.open.find((each) => id(each) === chosen) ?? open[0] ?? picture.open[0];
  return (
    <div class="play">
      <Bar {...{ session, setDialog }} />
      <div class="play-work">
        <Stopped {...{ session, studio }} />
        <Refused {...{ session, studio, setDialog }} />
        {picture.open.length > 1 && (
          <div class="play-open" role="group" aria-label={t('chooseStep')}>
            {picture.open.map((each) => (
              <button key={id(each)} type="button" class={each === task ? 'is-chosen' : ''} aria-pressed={each === task} onClick={() => choose(id(each))}>
                {each.name}{each.index !== null ? ` ${each.index + 1}` : ''}<small>{each.lane}</small>
              </button>
            ))}
          </div>
        )}
        {task && <Step key={`${session.acts.length}/${id(task)}`} {...{ task, forms, session, page }} />}
        {!task && <Ended {...{ picture, session, setDialog }} />}
        {picture.services.map((service) => <Service key={service.step} {...{ service, session }} />)}
        {picture.applicant_may.length > 0 && (
          <section class="play-applicant"><span>{t('asApplicant')}</span>
            {picture.applicant_may.includes('answer') && <Button tone="primary" onClick={() => setDialog('answer')}>{t('answer')}</Button>}
            {picture.applicant_may.includes('withdraw') && <Button tone="quiet" onClick={() => setDialog('withdraw')}>{t('withdraw')}</Button>}
          </section>
        )}
      </div>
      <div class="play-seen">
        <Path address={`${studio.address}/play/process`} path={picture.path} />
        <Side session={session} />
      </div>
      {dialog === 'answer' && <Answer {...{ session, page }} schema={forms[page.apply]} close={() => setDialog('')} />}
      {dialog === 'withdraw' && <Withdraw session={session} close={() => setDialog('')} />}
      {dialog.startsWith('save') && <Save {...{ session, studio, page }} tried={dialog === 'save-tried'} close={() => setDialog('')} />}
    </div>
  );
}

const id = (task) => `${task.step}#${task.index ?? ''}`;

function Bar({ session, setDialog }) {
  const { picture, busy } = session;
  const wait = (until) => session.act({ do: 'wait', ...until });
  return (
    <header class="play-bar">
      <span class={`tag tag-${picture.tone}`}>{picture.state_name}</span>
      <div class="play-who"><strong>{picture.applicant}</strong>{picture.summary && <span>{picture.summary}</span>}</div>
      <div class="play-time">
        {spriteIcon('clock')}<time datetime={picture.now}>{long(picture.now)}</time>
        <Button tone="quiet" disabled={busy} title={t('hintDay')} data-key="1" onClick={() => wait({ for: '1wd' })}>{t('day1')}</Button>
        <Button tone="quiet" disabled={busy} title={t('hintDay3')} data-key="3" onClick={() => wait({ for: '3wd' })}>{t('day3')}</Button>
        <Button tone="quiet" disabled={busy || !picture.deadline} title={t('hintDeadline')} data-key="d" onClick={() => wait({ until: 'deadline' })}>{t('toDeadline')}</Button>
        {picture.timer && <Button tone="quiet" disabled={busy} onClick={() => wait({ until: 'timer' })}>{t('toTimer')}</Button>}
      </div>
      <div class="play-tools">
        <Button icon="arrow-back-up" tone="quiet" title={t('backHint')} data-key="z" disabled={busy} onClick={() => (session.acts.length ? session.backTo(session.acts.length - 1) : session.restart())}>{t('back')}</Button>
        <Button icon="refresh" tone="quiet" disabled={busy} onClick={() => session.restart()}>{t('again')}</Button>
        <Button icon="device-floppy" disabled={busy} onClick={() => setDialog('save')}>{session.test ? t('updateTest') : t('saveTest')}</Button>
      </div>
    </header>
  );
}

function Stopped({ session, studio }) {
  if (session.failed) return <Notice tone="danger" icon="alert-octagon"><p>{t('failed', { why: session.failed })}</p></Notice>;
  if (!session.stopped) return null;
  return (
    <Notice tone="danger" icon="alert-octagon" title={t('stopped')}>
      <p>{session.stopped}</p>
      <p>{t('stoppedHint')} <Button tone="quiet" onClick={() => studio.problems.open(true)}>{t('showProblems')}</Button></p>
    </Notice>
  );
}

/** An act that was refused: the last one tried, or an earlier one that the draft no longer allows. */
function Refused({ session, studio, setDialog }) {
  const { refused } = session;
  if (!refused) return null;
  const later = refused.act <= session.acts.length;
  const part = refused.part && `${studio.address}/${refused.part}${refused.element ? `#element=${encodeURIComponent(refused.element)}` : ''}`;
  return (
    <Notice tone="danger" icon="alert-octagon" title={later ? '' : t('notDone')}>
      <p>{later ? t('refusedAt', { n: refused.act, act: refused.words, why: refused.first }) : refused.first}</p>
      {refused.advice && <p>{refused.advice}</p>}
      <p class="play-ways">
        {later && <Button onClick={() => session.backTo(refused.act - 1)}>{t('cutHere')}</Button>}
        {part && <a class="btn btn-quiet" href={part}>{t('toPart')}</a>}
        {!later && <Button tone="quiet" onClick={() => setDialog('save-tried')}>{t('keepAsRefused')}</Button>}
      </p>
    </Notice>
  );
}

function Ended({ picture, session, setDialog }) {
  if (!picture.ended) return <Notice><p>{picture.timer ? t('notEnded') : t('nothing')}</p></Notice>;
  return (
    <section class="play-card play-ended">
      {spriteIcon('circle-check', 'icon play-big')}
      <h2>{t('ended')}</h2><p>{t('endedText', { outcome: picture.outcome_name })}</p>
      <p class="play-ways">
        <Button tone="primary" icon="device-floppy" onClick={() => setDialog('save')}>{session.test ? t('updateTest') : t('saveTest')}</Button>
        <Button onClick={() => session.restart()} icon="refresh">{t('again')}</Button>
      </p>
    </section>
  );
}

function Service({ service, session }) {
  const [text, setText] = useState('{}');
  const [said, setSaid] = useState('');
  const answer = () => {
    try {
      session.act({ do: 'service', step: service.step, result: JSON.parse(text) });
      setSaid('');
    } catch {
      setSaid(t('badJson'));
    }
  };
  return (
    <section class="play-card">
      <header class="play-card-head"><div><h2>{service.name}</h2><p>{t('service')}</p></div></header>
      <Notice tone="warning" icon="alert-triangle"><p>{said || service.problem}</p></Notice>
      <TextField label={t('serviceResult')} rows={3} value={text} onInput={setText} spellcheck={false} />
      <div class="play-foot"><Button tone="primary" onClick={answer}>{t('serviceAnswer')}</Button></div>
    </section>
  );
}

function Path({ address, path }) {
  const place = useRef();
  const drawing = useRef();
  const latest = useRef();
  latest.current = path; // it may have moved on while the drawing was opened
  useEffect(() => {
    const made = new Drawing(place.current);
    made.open(address).then(() => {
      drawing.current = made;
      shown(made, latest.current);
    }, () => {});
  }, [address]);
  useEffect(() => drawing.current && shown(drawing.current, path), [path]);
  return <div class="diagram play-path"><div class="diagram-canvas" ref={place} tabIndex={0} role="img" aria-label={t('drawing')} /></div>;
}

function shown(drawing, { done, current, overdue, flows }) {
  drawing.mark({ done: [...done, ...flows], current, overdue });
  drawing.show([...overdue, ...current]);
}

function Save({ session, studio, page, tried, close }) {
  const [name, setName] = useState(session.test?.name ?? '');
  const [said, setSaid] = useState('');
  const save = async () => {
    try {
      const test = await session.asTest(name.trim() || t('newTest'), { tried });
      const { parts } = await studio.draft.about();
      const known = tried ? null : session.test?.key;
      const key = known ?? freeKey(Object.keys(parts));
      await studio.draft.save(`tests/${key}`, test, known ? parts[`tests/${key}`] ?? null : null);
      if (!known) page.tests.push([key, test.name]);
      if (!tried) session.test = { key, name: test.name };
      session.keep();
      const link = Object.assign(document.createElement('a'), { href: `${studio.address}/tests#element=${key}`, textContent: t('toTests'), className: 'btn btn-quiet' });
      studio.toast(t(known ? 'updatedTest' : 'savedTest', { name: test.name }), { more: link });
      studio.check();
      close();
    } catch (error) {
      setSaid(t('notSaved', { why: error.message }));
    }
  };
  return (
    <Dialog title={t('saveTitle')} close={close} foot={<><Button tone="quiet" onClick={close}>{t('cancel')}</Button><Button tone="primary" onClick={save}>{t('save')}</Button></>}>
      {said && <Notice tone="danger" icon="alert-octagon"><p>{said}</p></Notice>}
      <TextField label={t('testName')} value={name} onInput={setName} maxLength={120} autofocus onKeyDown={(event) => event.key === 'Enter' && save()} />
      <p class="muted">{tried ? t('expectRefusal', { why: session.refused?.first ?? '' }) : t('saveHint')}</p>
    </Dialog>
  );
}

/** Ctrl+Enter: the main button. Alt with 1, 3, D, Z: a button that names the key. */
function keys() {
  const press = (event) => {
    if (document.querySelector('dialog[open]')) return;
    const named = event.altKey && !event.ctrlKey ? event.code.replace(/^(Digit|Key)/, '').toLowerCase() : '';
    const wanted = event.ctrlKey && event.key === 'Enter' ? '[data-main]' : /^[13dz]$/.test(named) ? `[data-key="${named}"]` : '';
    const button = wanted && document.querySelector(wanted);
    if (!button) return;
    event.preventDefault();
    button.click();
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}
