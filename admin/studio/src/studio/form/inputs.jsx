/** @jsxImportSource preact */
/** The fields of the properties panel. Each shows a value and hands on a changed one; '' means none. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { feelEditor } from '../feel-editor.js';
import { useId } from '../ids.js';
import { spriteIcon } from './sprite.js';
import { lang, t } from './words.js';

export function Section({ title, children, open = true, count = 0 }) {
  return (
    <details class="fd-section" open={open}>
      <summary>{title}{count > 0 && <span class="fd-count">{count}</span>}</summary>
      <div class="fd-fields">{children}</div>
    </details>
  );
}

function Labelled({ label, hint, id, children, problem }) {
  return (
    <div class={`fd-input${problem ? ' has-error' : ''}`}>
      <label for={id}>{label}</label>
      {children}
      {problem && <div class="fd-problem">{problem}</div>}
      {hint && !problem && <div class="fd-note">{hint}</div>}
    </div>
  );
}

/** One line, or several with `rows`. Leading and trailing blanks go when it is left. */
export function Text({ label, hint, value, onChange, rows, placeholder, mono, problem }) {
  const id = useId();
  const common = {
    id,
    class: `form-control${mono ? ' is-mono' : ''}`,
    value: value ?? '',
    placeholder,
    spellcheck: !mono,
    onInput: ({ target }) => onChange(target.value || undefined),
    onBlur: ({ target }) => target.value !== target.value.trim() && onChange(target.value.trim() || undefined),
  };
  return (
    <Labelled {...{ label, hint, id, problem }}>
      {rows ? <textarea rows={rows} {...common} /> : <input type="text" autocomplete="off" {...common} />}
    </Labelled>
  );
}

/** A text in both languages: the page's first, the other beneath it, opened when it is wanted. */
export function Both({ label, name, of, edit, hint, rows, placeholder }) {
  return (
    <>
      <Text {...{ label, hint, rows, placeholder }} value={of[name]} onChange={(text) => edit({ [name]: text })} />
      <Text label={t('inEnglish', { label })} rows={rows} value={of[`${name}En`]} onChange={(text) => edit({ [`${name}En`]: text })} />
    </>
  );
}

/** A name that is taken over when the field is left and it is a good one. */
export function Name({ label, hint, value, onChange, check }) {
  const [typed, setTyped] = useState(null);
  const id = useId();
  useLayoutEffect(() => setTyped(null), [value]); // not after painting: see Feel
  const problem = typed === null ? '' : check(typed);
  const take = () => {
    if (typed !== null && !problem && typed !== value) onChange(typed);
    setTyped(null);
  };
  return (
    <Labelled {...{ label, hint, id, problem }}>
      <input
        id={id} class="form-control is-mono" type="text" autocomplete="off" spellcheck={false}
        value={typed ?? value ?? ''}
        onInput={({ target }) => setTyped(target.value.trim())}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key === 'Enter') take();
          if (event.key === 'Escape') setTyped(null);
        }}
      />
    </Labelled>
  );
}

export function Tick({ label, hint, value, onChange }) {
  const id = useId();
  return (
    <div class="fd-tick">
      <input id={id} class="form-check-input" type="checkbox" checked={Boolean(value)} onChange={({ target }) => onChange(target.checked)} />
      <label for={id}>{label}{hint && <span class="fd-note">{hint}</span>}</label>
    </div>
  );
}

export function Choice({ label, hint, value, options, onChange }) {
  const id = useId();
  return (
    <Labelled {...{ label, hint, id }}>
      <select id={id} class="form-select" value={value ?? ''} onChange={({ target }) => onChange(target.value || undefined)}>
        {options.map(([one, said]) => <option key={one} value={one} selected={(value ?? '') === one}>{said}</option>)}
      </select>
    </Labelled>
  );
}

/** A number; `scale` is what one unit shown is worth (元 in 分: 100). */
export function Amount({ label, hint, value, onChange, whole = true, least, suffix, scale = 1 }) {
  const id = useId();
  const [typed, setTyped] = useState(null);
  useLayoutEffect(() => setTyped(null), [value]); // not after painting: see Feel
  const read = (text) => {
    if (text.trim() === '') return undefined;
    const number = Math.round(Number(text) * scale * 1e6) / 1e6;
    const fits = Number.isFinite(number) && (!whole || Number.isInteger(number)) && !(number < least);
    return fits ? number : null;
  };
  const problem = typed !== null && read(typed) === null ? t(whole && scale === 1 ? 'wantsWhole' : 'wantsNumber') : '';
  return (
    <Labelled {...{ label, hint, id, problem }}>
      <div class="fd-with">
        <input
          id={id} class="form-control" type="text" inputmode="decimal" autocomplete="off"
          value={typed ?? (typeof value === 'number' ? value / scale : value ?? '')}
          onInput={({ target }) => {
            setTyped(target.value);
            const number = read(target.value);
            if (number !== null) onChange(number);
          }}
          onBlur={() => setTyped(null)}
        />
        {suffix && <span>{suffix}</span>}
      </div>
    </Labelled>
  );
}

/** A number, or an expression that gives one. */
export function Limit({ scope, ...props }) {
  const { value, onChange, label } = props;
  const [asked, setAsked] = useState(false);
  const written = typeof value === 'string' || (asked && value === undefined);
  const turn = () => {
    setAsked(!written);
    onChange(undefined);
  };
  return (
    <div class="fd-limit">
      {written
        ? <Feel {...{ label, value, onChange, scope }} />
        : <Amount {...props} />}
      <button
        type="button" class={`fd-turn${written ? ' is-on' : ''}`} onClick={turn}
        aria-pressed={written} title={t(written ? 'asNumber' : 'asExpression')}
      >fx</button>
    </div>
  );
}

/** An expression beginning with "=". `scope`: { names, sample } of where it stands. */
export function Feel({ label, hint, value, onChange, scope, placeholder }) {
  const box = useRef();
  const editor = useRef();
  const latest = useRef();
  latest.current = { onChange, scope };
  useLayoutEffect(() => {
    editor.current = feelEditor(box.current, {
      value: value ?? '', sign: true, lang, label, placeholder,
      names: scope.names, sample: () => latest.current.scope.sample?.(),
      onChange: (text) => latest.current.onChange(text || undefined),
    });
    return () => editor.current.destroy();
  }, []);
  // At once, not after painting: a key pressed in between would be lost.
  useLayoutEffect(() => { editor.current.value = value ?? ''; }, [value]);
  useEffect(() => { editor.current.setNames(scope.names); }, [scope.names]);
  useEffect(() => editor.current.moved());
  return (
    <div class="fd-input">
      <span class="fd-caption">{label}</span>
      <div ref={box} />
      {hint && <div class="fd-note">{hint}</div>}
    </div>
  );
}

/** Rows that can be added, moved and taken away: options, columns, rules. */
export function Rows({ items, onChange, add, fresh, draw }) {
  const put = (index, change) => onChange(items.map((one, at) => (at === index ? change(one) : one)));
  const move = (from, to) => {
    const next = [...items];
    next.splice(to, 0, ...next.splice(from, 1));
    onChange(next);
  };
  return (
    <div class="fd-rows">
      {items.map((item, index) => (
        <div class="fd-row" key={index}>
          <div class="fd-row-fields">{draw(item, (change) => put(index, (one) => tidied({ ...one, ...change })), index)}</div>
          <div class="fd-row-tools">
            <Tool icon="arrow-up" title={t('moveUp')} disabled={index === 0} onClick={() => move(index, index - 1)} />
            <Tool icon="arrow-down" title={t('moveDown')} disabled={index === items.length - 1} onClick={() => move(index, index + 1)} />
            <Tool icon="trash" title={t('remove')} onClick={() => onChange(items.filter((_, at) => at !== index))} />
          </div>
        </div>
      ))}
      <button type="button" class="btn btn-quiet fd-add" onClick={() => onChange([...items, fresh()])}>{spriteIcon('plus')}{add}</button>
    </div>
  );
}

export function Tool({ icon, title, ...props }) {
  return <button type="button" class="fd-tool" title={title} aria-label={title} {...props}>{spriteIcon(icon)}</button>;
}

/** Without what was set to nothing. */
export const tidied = (object) => Object.fromEntries(Object.entries(object).filter(([, one]) => one !== undefined));
