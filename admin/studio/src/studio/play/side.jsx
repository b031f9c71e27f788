/** @jsxImportSource preact */
/** What can be seen of the case beside the step: acts, data, deadlines, papers, record. */
import { useState } from 'preact/hooks';
import { Button, Dialog, long, Notice, short, Tabs } from './pieces.jsx';
import { t } from './words.js';

const CLOCK = ['submitted_at', 'acceptance_due', 'correction_due', 'accepted_at', 'promised_due', 'statutory_due', 'decided_at', 'issued_at', 'closed_at'];

export function Side({ session }) {
  const [tab, setTab] = useState('data');
  const { picture } = session;
  const tabs = [
    ['data', t('data')], ['clock', t('clock')], ['papers', t('papers'), picture.papers.length],
    ['record', t('record')], ['acts', t('acts'), session.acts.length],
  ];
  const Body = { data: Data, clock: Clock, papers: Papers, record: Record, acts: Acts }[tab];
  return (
    <div class="play-side">
      <Tabs {...{ tabs, chosen: tab, choose: setTab }} />
      <div class="play-side-body" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}><Body {...{ picture, session }} /></div>
    </div>
  );
}

const Rows = ({ rows }) => (
  <dl class="facts">{rows.map(([label, value], index) => (
    <div class="fact" key={`${label}${index}`}><dt>{label}</dt><dd>{value === '' || value == null ? <span class="nothing">–</span> : value}</dd></div>
  ))}</dl>
);

function Data({ picture }) {
  const variables = Object.entries(picture.data);
  return (
    <>
      <h3>{t('variables')}</h3>
      {variables.length ? <Rows rows={variables.map(([name, value]) => [name, shown(value)])} /> : <p class="muted">{t('noVariables')}</p>}
      {[...picture.answers].reverse().map(({ form, name, rows }, index) => (
        <details key={form} open={index === 0}><summary>{name}</summary><Rows rows={rows} /></details>
      ))}
    </>
  );
}

function shown(value) {
  if (value === null) return t('empty');
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function Clock({ picture }) {
  const known = CLOCK.filter((name) => picture.clock[name]);
  return <Rows rows={[[t('now'), long(picture.now)], ...known.map((name) => [t(name), long(picture.clock[name])]), ...(picture.timer ? [[t('timer'), long(picture.timer)]] : [])]} />;
}

function Papers({ picture, session }) {
  const [sheet, setSheet] = useState(null);
  const look = async (paper) => {
    setSheet({ title: paper.title });
    try {
      setSheet({ title: paper.title, address: await session.paper(paper.key) });
    } catch (error) {
      setSheet({ title: paper.title, why: error.message });
    }
  };
  if (!picture.papers.length) return <p class="muted">{t('noPapers')}</p>;
  return (
    <>
      <ul class="play-papers">
        {picture.papers.map((paper) => (
          <li key={paper.key}>
            <div><strong>{paper.title}</strong><small>{paper.number} · {short(paper.at)}</small>
              {paper.problem && <span class="play-problem">{t('paperProblem', { why: paper.problem })}</span>}</div>
            {!paper.problem && <Button icon="eye" onClick={() => look(paper)}>{t('look')}</Button>}
          </li>
        ))}
      </ul>
      {sheet && (
        <Dialog title={sheet.title} wide close={() => setSheet(null)}>
          {sheet.why && <Notice tone="danger" icon="alert-octagon"><p>{sheet.why}</p></Notice>}
          {sheet.address && <img class="play-sheet" src={sheet.address} alt={sheet.title} />}
          {!sheet.why && !sheet.address && <div class="skeleton" role="status" aria-label={t('making')}><span /><span /><span /></div>}
        </Dialog>
      )}
    </>
  );
}

const Record = ({ picture }) => (
  <ol class="timeline">
    {picture.record.map((event, index) => (
      <li key={index} class={`timeline-item timeline-${event.tone}`}>
        <div class="timeline-what">{event.what}</div>
        <div class="timeline-who"><span>{event.who}</span><time datetime={event.at}>{short(event.at)}</time></div>
        {event.why && <div class="timeline-why">{event.why}</div>}
      </li>
    ))}
  </ol>
);

/** What was done so far; going back to any of them is free. */
const Acts = ({ picture, session }) => (
  <ol class="play-acts">
    {picture.acts.map(({ words, at }, number) => (
      <li key={number}>
        <button type="button" title={t('undoTo')} disabled={session.busy || number === picture.acts.length - 1} onClick={() => session.backTo(number)}>
          <span>{words}</span><small>{short(at)}</small>
        </button>
      </li>
    ))}
  </ol>
);
