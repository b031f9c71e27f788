/** @jsxImportSource preact */
/** Small pieces of the play and tests pages. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { mountForm } from '../../form-viewer.js';
import { spriteIcon } from '../form/sprite.js';
import { useId } from '../ids.js';
import { lang } from '../words.js';
import { t } from './words.js';

export function Button({ children, tone = 'secondary', icon, ...more }) {
  return <button type="button" class={`btn btn-${tone}`} {...more}>{icon && spriteIcon(icon)}{children}</button>;
}

export function Field({ label, hint, children }) {
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>{label}</label>
      {hint && <div class="field-hint">{hint}</div>}
      {children(id)}
    </div>
  );
}

export const TextField = ({ label, hint, rows = 0, value, onInput, ...more }) => (
  <Field label={label} hint={hint}>
    {(id) => rows
      ? <textarea id={id} class="form-control" rows={rows} value={value} onInput={(e) => onInput(e.target.value)} {...more} />
      : <input id={id} class="form-control" value={value} onInput={(e) => onInput(e.target.value)} {...more} />}
  </Field>
);

export const SelectField = ({ label, options, value, onChange, blank }) => (
  <Field label={label}>
    {(id) => (
      <select id={id} class="form-select" value={value} onChange={(e) => onChange(e.target.value)}>
        {blank !== undefined && <option value="">{blank}</option>}
        {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
    )}
  </Field>
);

export const Notice = ({ tone = 'info', icon = 'info-circle', title, children }) => (
  <div class={`notice notice-${tone}`} role={tone === 'danger' ? 'alert' : 'status'}>
    {spriteIcon(icon)}
    <div class="notice-body">{title && <strong>{title}</strong>}{children}</div>
  </div>
);

/**
 * A form of the draft, alive. `hold` is given the mounted form: { submit(), show(errors), getData() }.
 */
export function LiveForm({ schema, data = {}, access = {}, today, hold }) {
  const place = useRef();
  // At once: what was filled in a moment ago must not be judged by the form that was there before.
  useLayoutEffect(() => {
    let form;
    let gone = false;
    mountForm(place.current, { schema, data, access, lang, today }).then((mounted) => {
      if (gone) return mounted.destroy();
      form = mounted;
      return hold(mounted);
    });
    return () => {
      gone = true;
      hold(null);
      form?.destroy();
    };
  }, [schema, data]);
  return <div class="play-form" ref={place} />;
}

export function Tabs({ tabs, chosen, choose }) {
  const onKeyDown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = tabs.findIndex(([key]) => key === chosen);
    choose(tabs[(at + step + tabs.length) % tabs.length][0]);
    event.currentTarget.querySelectorAll('button')[(at + step + tabs.length) % tabs.length].focus();
  };
  return (
    <div class="play-tabs" role="tablist" onKeyDown={onKeyDown}>
      {tabs.map(([key, name, count]) => (
        <button key={key} type="button" role="tab" id={`tab-${key}`} aria-selected={key === chosen} tabIndex={key === chosen ? 0 : -1} onClick={() => choose(key)}>
          {name}{count ? <span class="play-count">{count}</span> : null}
        </button>
      ))}
    </div>
  );
}

/** A dialog that is open as long as it is drawn. */
export function Dialog({ title, close, foot, wide = false, children }) {
  const box = useRef();
  useLayoutEffect(() => box.current.showModal(), []);
  return (
    <dialog class={`dialog play-dialog${wide ? ' is-wide' : ''}`} data-keep ref={box} onClose={close} aria-label={title}>
      <div class="form">
        <div class="dialog-head">
          <h2>{title}</h2>
          <button type="button" class="dialog-close" onClick={close} aria-label={t('close')}>{spriteIcon('x')}</button>
        </div>
        <div class="dialog-body">{children}</div>
        {foot && <div class="dialog-foot">{foot}</div>}
      </div>
    </dialog>
  );
}

const ZONE = 'Asia/Shanghai';
const format = (options) => new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'zh-CN', { timeZone: ZONE, ...options });
const DAY = format({ month: 'long', day: 'numeric' });
const LONG = format({ year: 'numeric', month: 'long', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit' });
const SHORT = format({ month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' });

export const day = (iso) => (iso ? DAY.format(new Date(iso)) : '');
export const long = (iso) => (iso ? LONG.format(new Date(iso)) : '');
export const short = (iso) => (iso ? SHORT.format(new Date(iso)) : '');

/** "3wd" → "3 个工作日" */
export function span(limit) {
  const [, n, unit] = /^(\d+)(wd|d|h|mo)$/.exec(limit) ?? [];
  return n ? `${n} ${t(unit)}` : limit;
}
