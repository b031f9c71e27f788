/** Beside the table: try it, rows kept with it, what its rules leave open. */
import { sameValue } from './trial.js';
import { t } from './words.js';

const MOST_SHOWN = 6;

export function Panel({ trial, sprite, actions }) {
  const { found, wrong } = trial;
  const icon = (name) => <svg class="icon icon-sm" aria-hidden="true"><use href={`${sprite}#${name}`} /></svg>;
  return (
    <>
      <header class="dec-head">
        <h2>{found?.name ?? trial.element?.name ?? t('graph')}</h2>
        <button type="button" class="set-icon" title={t('rename')} aria-label={t('rename')} onClick={actions.rename}>{icon('pencil')}</button>
        <button type="button" class="set-icon" title={t('drop')} aria-label={t('drop')} onClick={actions.drop}>{icon('trash')}</button>
      </header>
      {!trial.element && <p class="dec-none">{t('openOne')}</p>}
      {wrong.length > 0 && <ul class="dec-wrong" role="status">{wrong.map((each) => <li>{each}</li>)}</ul>}
      {trial.element && found && (
        <>
          <Try {...{ trial, icon }} />
          <Kept {...{ trial, icon }} />
          {found.policy && <Coverage {...{ trial, icon }} />}
        </>
      )}
    </>
  );
}

function Try({ trial, icon }) {
  const { found, answer } = trial;
  return (
    <form class="dec-box" onSubmit={(event) => {
      event.preventDefault();
      trial.run();
    }}>
      <h3>{t('try')}</h3>
      {!found.asked.length && <p class="dec-none">{t('asksNothing')}</p>}
      {found.asked.map((each) => <Given key={each.name} {...{ trial, each }} />)}
      <button class="btn btn-secondary">{icon('player-play')}{t('run')}</button>
      {answer && (
        <div class={`dec-answer ${answer.wrong ? 'is-wrong' : ''}`} role="status">
          {answer.wrong || (
            <>
              <b>{answer.text}</b>
              <span>{answer.rules.length ? t('hit', { rules: answer.rules.join('、') }) : found.policy ? t('hitNone') : ''}</span>
            </>
          )}
          {!answer.wrong && <button type="button" class="btn btn-quiet" onClick={() => trial.keep()}>{icon('plus')}{t('keep')}</button>}
        </div>
      )}
    </form>
  );
}

function Given({ trial, each: { name, label, type, options } }) {
  const id = `given-${name}`;
  const value = trial.given[name] ?? '';
  const put = (event) => trial.put(name, event.currentTarget.value);
  const kind = { number: 'number', date: 'date' }[type] ?? 'text';
  return (
    <div class="dec-given">
      <label for={id}>{label}{label !== name && <code>{name}</code>}</label>
      {type === 'boolean' || options.length ? (
        <select class="form-select" id={id} value={String(value)} onChange={put}>
          <option value="">{t('nothing')}</option>
          {type === 'boolean'
            ? [['true', t('yes')], ['false', t('no')]].map(([key, text]) => <option value={key}>{text}</option>)
            : options.map((option) => <option value={option}>{String(option)}</option>)}
        </select>
      ) : <input class="form-control" id={id} type={kind} step="any" value={value} onInput={put} autocomplete="off" />}
    </div>
  );
}

function Kept({ trial, icon }) {
  const { kept } = trial;
  const say = (given) => Object.values(given).map((value) => (value === null ? '–' : String(value))).join('，');
  return (
    <section class="dec-box">
      <h3>{t('keptRows')}<small>{kept.length || ''}</small></h3>
      {!kept.length && <p class="dec-none">{t('noneKept')}</p>}
      <ul class="dec-rows">
        {kept.map((row) => {
          const fine = !row.answer || (!row.answer.wrong && sameValue(row.answer.value, row.expect));
          return (
            <li class={fine ? '' : 'is-wrong'}>
              <button type="button" class="dec-row" onClick={() => trial.open(row)}>
                <span>{say(row.given)}</span><b>→ {JSON.stringify(row.expect ?? null)}</b>
                {!fine && <em>{t('nowIs', { value: row.answer.wrong || row.answer.text })}</em>}
              </button>
              {!fine && !row.answer.wrong && <button type="button" class="set-icon" title={t('takeNow')} aria-label={t('takeNow')} onClick={() => trial.expect(row)}>{icon('check')}</button>}
              <button type="button" class="set-icon" title={t('forget')} aria-label={t('forget')} onClick={() => trial.forget(row)}>{icon('x')}</button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Coverage({ trial, icon }) {
  const { found, tried, unhit } = trial;
  const quiet = !found.overlaps.length && !found.gaps.length && !found.unreached.length && !found.unread.length;
  const few = (list) => list.slice(0, MOST_SHOWN);
  return (
    <section class="dec-box">
      <h3>{t('coverage')}</h3>
      {quiet && <p class="dec-fine">{icon('circle-check')}{t(found.policy === 'FIRST' || found.policy === 'UNIQUE' || found.policy === 'ANY' ? 'covered' : 'coveredAny')}</p>}
      <List title={t('overlaps')} tone="error" items={few(found.overlaps).map(({ rules, where }) => t('overlap', { one: rules[0], other: rules[1], where }))} />
      <List title={t('gaps')} items={few(found.gaps)} />
      <List title={t('unreached')} items={found.unreached.length ? [t('rulesList', { rules: found.unreached.join('、') })] : []} />
      <List title={t('unread')} items={found.unread.length ? [t('rulesList', { rules: found.unread.slice(0, 30).join('、') })] : []} />
      {!found.whole && !found.unread.length && <p class="dec-none">{t('inPart')}</p>}
      {found.rows.length > 0 && (
        <div class="dec-all">
          <button type="button" class="btn btn-secondary" onClick={() => trial.runAll()} disabled={tried && tried.answers.length < tried.of}>{icon('player-play')}{t('runAll', { n: found.rows.length })}</button>
          {tried && <p role="status">{
            unhit === null ? t('running', { done: tried.done, of: tried.of })
              : unhit.length ? t('unhit', { n: found.rules.length - unhit.length, of: found.rules.length, rules: unhit.slice(0, 20).join('、') })
                : t('allHit', { n: found.rules.length })
          }</p>}
        </div>
      )}
    </section>
  );
}

function List({ title, tone = 'remark', items }) {
  if (!items.length) return null;
  return <div class={`dec-list is-${tone}`}><b>{title}</b><ul>{items.map((each) => <li>{each}</li>)}</ul></div>;
}
