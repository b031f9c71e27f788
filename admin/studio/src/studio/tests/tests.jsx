/** @jsxImportSource preact */
/** The tests page: every scenario with how it goes, and what none of them goes through. */
import { render } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import '../play/play.css';
import './tests.css';
import { choose, settle } from '../choices.js';
import { Changed, tell as post } from '../draft.js';
import { spriteIcon } from '../form/sprite.js';
import { Drawing } from '../play/drawing.js';
import { Button, Dialog, Notice, TextField } from '../play/pieces.jsx';
import { freeKey } from '../play/keys.js';
import { t } from '../play/words.js';

export function tests(root, { studio, now }) {
  let select = () => {};
  render(<Page {...{ studio, now }} tell={(choose_) => { select = choose_; }} />, root);
  return (key) => select(key);
}

function Page({ studio, now, tell }) {
  const [run, setRun] = useState(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState('');
  const [chosen, setChosen] = useState(named);
  const [dialog, setDialog] = useState(null);
  const again = async () => {
    setBusy(true);
    try {
      setRun(await post(`${studio.api}/tests/run`, {}));
      setFailed('');
    } catch (error) {
      setFailed(t('failed', { why: error.message }));
    }
    setBusy(false);
  };
  useLayoutEffect(() => tell(setChosen), []); // at once: the address may name another before painting
  useEffect(() => void again(), []);
  const saved = async (key, test, etag) => {
    try {
      await studio.draft.save(`tests/${key}`, test, etag);
      studio.check();
      await again();
      return '';
    } catch (error) {
      return error instanceof Changed ? settled(error, key, test) : t('notSaved', { why: error.fields?.[0]?.message ?? error.message });
    }
  };
  const settled = async ({ by, at }, key, mine) => {
    const theirs = await studio.draft.load(`tests/${key}`);
    const answer = await settle({ who: by, at, mine, theirs: theirs.content });
    if (answer === 'mine') return saved(key, mine, theirs.etag);
    if (answer === 'theirs') await again();
    return answer ? '' : t('changedElsewhere');
  };
  const acts = actsOf({ studio, saved, again, setDialog });
  const results = run?.results ?? [];
  const shown = results.find((each) => each.key === chosen);
  return (
    <div class="tests">
      <header class="tests-bar">
        <div><h2>{t('tests')}</h2><p role="status">{said(run, busy)}</p></div>
        <Button icon="pencil" onClick={() => acts.write(now)}>{t('write')}</Button>
        <a class="btn btn-secondary" href={`${studio.address}/play`}>{spriteIcon('player-play')}{t('play')}</a>
        <Button tone="primary" icon="refresh" disabled={busy} onClick={again}>{t('runAll')}</Button>
      </header>
      {failed && <Notice tone="danger" icon="alert-octagon"><p>{failed}</p></Notice>}
      {run?.stopped && <Notice tone="danger" icon="alert-octagon" title={t('stopped')}><p>{run.stopped}</p></Notice>}
      <div class="tests-body">
        <div class="tests-list">
          {run && !results.length && (
            <div class="tests-none"><p><strong>{t('noTests')}</strong></p><p class="muted">{t('noTestsHint')}</p></div>
          )}
          {results.map((result) => (
            <Test key={result.key} {...{ result, acts, busy, chosen: result === shown, choose: () => setChosen(result === shown ? '' : result.key) }} />
          ))}
        </div>
        {run?.coverage && <Coverage {...{ studio, coverage: run.coverage, shown }} />}
      </div>
      {dialog?.kind === 'json' && <Json {...dialog} saved={saved} close={() => setDialog(null)} />}
      {dialog?.kind === 'rename' && <Rename {...dialog} saved={saved} close={() => setDialog(null)} />}
    </div>
  );
}

/** The test that the address names. */
const named = () => decodeURIComponent(/[#&]element=([^&]*)/.exec(location.hash)?.[1] ?? '');

function said(run, busy) {
  if (busy || !run) return t('running');
  const failed = run.results.filter((each) => !each.ok).length;
  const told = { n: run.results.length, failed, seconds: run.seconds.toFixed(2) };
  return run.results.length ? t(failed ? 'ran' : 'ranFine', told) : '';
}

/** What can be done with a test; each loads it first, so that nobody's work is written over. */
function actsOf({ studio, saved, again, setDialog }) {
  const load = (key) => studio.draft.load(`tests/${key}`);
  const told = (problem, words, params) =>
    studio.toast(problem || t(words, params), problem ? { tone: 'danger', stays: true } : {});
  const fresh = async () => freeKey(Object.keys((await studio.draft.about()).parts));
  return {
    address: studio.address,
    async accept(result) {
      const { content, etag } = await load(result.key);
      const body = document.createElement('div');
      body.append(lists(result));
      const answer = await choose({
        title: t('acceptTitle'), text: t('acceptText', { name: result.name }), body,
        choices: [{ value: '', label: t('cancel'), tone: 'quiet' }, { value: 'yes', label: t('acceptGo'), tone: 'primary' }],
      });
      if (answer !== 'yes') return;
      const { data } = content.expect ?? {};
      told(await saved(result.key, { ...content, expect: { ...result.seen, ...(data && { data }) } }, etag), 'updatedTest', { name: result.name });
    },
    async edit(result) {
      const { content, etag } = await load(result.key);
      setDialog({ kind: 'json', key_: result.key, name: result.name, content, etag });
    },
    async rename(result) {
      const { content, etag } = await load(result.key);
      setDialog({ kind: 'rename', key_: result.key, content, etag });
    },
    async copy(result) {
      const { content } = await load(result.key);
      const name = t('copyOf', { name: result.name }).slice(0, 120);
      told(await saved(await fresh(), { ...content, name }, null), 'copied');
    },
    async drop(result) {
      const answer = await choose({
        title: t('dropTitle', { name: result.name }), text: t('dropText'),
        choices: [{ value: '', label: t('cancel'), tone: 'quiet' }, { value: 'yes', label: t('drop'), tone: 'danger' }],
      });
      if (answer !== 'yes') return;
      await studio.draft.drop(`tests/${result.key}`);
      studio.check();
      told('', 'dropped');
      again();
    },
    async write(now) {
      const content = { name: t('newTest'), start: { at: now, answers: {} }, acts: [], expect: { after: [] } };
      setDialog({ kind: 'json', key_: await fresh(), name: content.name, content, etag: null });
    },
  };
}

function lists(result) {
  const list = document.createElement('ul');
  for (const { text } of result.differences.slice(0, 20)) {
    list.append(Object.assign(document.createElement('li'), { textContent: text }));
  }
  return list;
}

function Test({ result, acts, busy, chosen, choose: pick }) {
  const box = useRef();
  useEffect(() => chosen && box.current.scrollIntoView({ block: 'nearest' }), [chosen]);
  const [first, ...others] = result.differences;
  return (
    <section ref={box} class={`tests-test${chosen ? ' is-chosen' : ''}`}>
      <button type="button" class="tests-name" aria-pressed={chosen} onClick={pick}>
        {spriteIcon(result.ok ? 'circle-check' : 'circle-x', `icon tests-mark is-${result.ok ? 'ok' : 'bad'}`)}
        <strong>{result.name}</strong>
        <span class={`tag tag-${result.ok ? 'green' : 'red'}`}>{t(result.ok ? 'pass' : 'fail')}</span>
      </button>
      {first && <p class="tests-difference">{first.text}</p>}
      {others.length > 0 && (
        <details><summary>{t('moreDifferences', { n: others.length })}</summary>
          <ul>{others.map(({ text }) => <li key={text}>{text}</li>)}</ul></details>
      )}
      <div class="tests-tools">
        <a class="btn btn-quiet" href={`${acts.address}/play?test=${result.key}`}>{spriteIcon('player-play')}{t('open')}</a>
        {!result.ok && result.seen.after !== undefined && <Button tone="quiet" icon="checks" disabled={busy} onClick={() => acts.accept(result)}>{t('accept')}</Button>}
        <span class="tests-more">
          {[['edit', 'braces'], ['rename', 'pencil'], ['copy', 'copy'], ['drop', 'trash']].map(([act, icon]) => (
            <button key={act} type="button" class="btn btn-quiet" disabled={busy} title={t(act)} aria-label={`${t(act)} ${result.name}`} onClick={() => acts[act](result)}>{spriteIcon(icon)}</button>
          ))}
        </span>
      </div>
    </section>
  );
}

function Coverage({ studio, coverage, shown }) {
  const place = useRef();
  const drawing = useRef();
  const latest = useRef();
  latest.current = () => drawing.current?.mark(shown
    ? { done: [...shown.passed, ...pairs(drawing.current, shown.flows)] }
    : { done: [...coverage.steps, ...coverage.flows], left: [...coverage.left, ...coverage.ways].map((each) => each.id) });
  useEffect(() => {
    const made = new Drawing(place.current);
    made.open(`${studio.address}/play/process`).then(() => {
      drawing.current = made;
      latest.current(); // another may have been chosen while it was opened
    }, () => {});
  }, []);
  useEffect(() => latest.current(), [coverage, shown]);
  return (
    <aside class="tests-coverage" aria-label={t('coverage')}>
      <div class="tests-percent">
        <strong>{coverage.percent}%</strong>
        <div class="tests-meter" role="img" aria-label={t('covered', { percent: coverage.percent })}><i style={`width:${coverage.percent}%`} /></div>
        <span>{shown ? shown.name : t('covered', { percent: coverage.percent })}</span>
      </div>
      <div class="diagram tests-drawing"><div class="diagram-canvas" ref={place} tabIndex={0} role="img" aria-label={t('drawing')} /></div>
      <ul class="diagram-legend" aria-hidden="true"><li><i class="is-done" />{t('isDone')}</li><li><i class="is-left" />{t('isLeft')}</li></ul>
      <div class="tests-left">
        {coverage.percent === 100 && !coverage.left.length && <p>{t('coveredAll')}</p>}
        {coverage.left.length > 0 && <><h3>{t('stepsLeft')}</h3><ul>{coverage.left.map(({ id, name }) => <li key={id}><a href={`${studio.address}/process#element=${id}`}>{name}</a></li>)}</ul></>}
        {coverage.ways.length > 0 && (
          <><h3>{t('waysLeft')}</h3>
            <ul>{coverage.ways.map((way) => (
              <li key={way.id}><a href={`${studio.address}/process#element=${way.id}`}>{t(way.name ? 'wayNamed' : 'way', way)}</a></li>
            ))}</ul></>
        )}
      </div>
    </aside>
  );
}

/** The flows between these pairs of elements, by their ids in the drawing. */
function pairs(drawing, flows) {
  const gone = new Set(flows.map(([from, to]) => `${from} ${to}`));
  return drawing.flows().filter(({ from, to }) => gone.has(`${from} ${to}`)).map(({ id }) => id);
}

function Json({ key_, name, content, etag, saved, close }) {
  const [text, setText] = useState(JSON.stringify(content, null, 2));
  const [problem, setProblem] = useState('');
  const save = async () => {
    let test;
    try {
      test = JSON.parse(text);
    } catch (error) {
      // Browsers tell the place of some mistakes only.
      const at = /position (\d+)/.exec(error.message)?.[1];
      return setProblem(at ? t('checkJson', { line: text.slice(0, at).split('\n').length }) : t('badJson'));
    }
    const why = await saved(key_, test, etag);
    return why ? setProblem(why) : close();
  };
  return (
    <Dialog wide title={t('jsonTitle', { name })} close={close} foot={<><Button tone="quiet" onClick={close}>{t('cancel')}</Button><Button tone="primary" onClick={save}>{t('save')}</Button></>}>
      {problem && <Notice tone="danger" icon="alert-octagon"><p>{problem}</p></Notice>}
      <textarea class="form-control tests-json" rows={24} spellcheck={false} aria-label={t('jsonTitle', { name })} value={text} onInput={(event) => setText(event.target.value)} />
      <p class="muted">{t('keyOf', { key: key_ })}</p>
    </Dialog>
  );
}

function Rename({ key_, content, etag, saved, close }) {
  const [name, setName] = useState(content.name ?? '');
  const [problem, setProblem] = useState('');
  const save = async () => {
    const why = await saved(key_, { ...content, name: name.trim() || t('newTest') }, etag);
    return why ? setProblem(why) : close();
  };
  return (
    <Dialog title={t('rename')} close={close} foot={<><Button tone="quiet" onClick={close}>{t('cancel')}</Button><Button tone="primary" onClick={save}>{t('save')}</Button></>}>
      {problem && <Notice tone="danger" icon="alert-octagon"><p>{problem}</p></Notice>}
      <TextField label={t('testName')} value={name} onInput={setName} maxLength={120} onKeyDown={(event) => event.key === 'Enter' && save()} />
    </Dialog>
  );
}
