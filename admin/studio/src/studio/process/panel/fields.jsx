/** Inputs of the panel: each has a label of its own, a hint, and tells a changed value once. */
import { useLayoutEffect, useState } from 'preact/hooks';

import { useId } from '../../ids.js';
import { t } from '../words.js';

/** A folding part of the panel. */
export function Part({ title, count, open = true, children }) {
  return (
    <details class="props-part" open={open}>
      <summary>{title}{count ? <span class="props-count">{count}</span> : null}</summary>
      <div class="props-body">{children}</div>
    </details>
  );
}

function Field({ id, label, hint, children }) {
  return (
    <div class="props-field">
      {label && <label for={id}>{label}</label>}
      {children}
      {hint && <p class="props-hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}

/** What was typed counts when the field is left or Enter is pressed: one undo step per change. */
function useTyped(value, change) {
  const [typed, setTyped] = useState(value);
  // At once, not after painting: a key pressed in between would be lost.
  useLayoutEffect(() => setTyped(value), [value]);
  return {
    value: typed,
    onInput: (event) => setTyped(event.currentTarget.value),
    onChange: (event) => event.currentTarget.value !== value && change(event.currentTarget.value),
    onKeyDown: (event) => {
      if (event.key === 'Escape' && typed !== value) {
        event.stopPropagation();
        setTyped(value);
      }
    },
  };
}

export function Text({ label, hint, value, change, list, type = 'text', ...more }) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint}>
      <input id={id} class="form-control" type={type} autocomplete="off" spellcheck={false}
        aria-describedby={hint && `${id}-hint`} list={list && `${id}-list`} {...more} {...useTyped(value, change)} />
      {list && <datalist id={`${id}-list`}>{list.map(([key, name]) => <option key={key} value={key}>{name}</option>)}</datalist>}
    </Field>
  );
}

export function Long({ label, hint, value, change, rows = 2, ...more }) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint}>
      <textarea id={id} class="form-control" rows={rows} aria-describedby={hint && `${id}-hint`} {...more} {...useTyped(value, change)} />
    </Field>
  );
}

/** `options`: [[value, name]]. A value that isn't among them is shown as such, never lost. */
export function Choice({ label, hint, value, change, options, missing = t('“{value}”不存在'), ...more }) {
  const id = useId();
  const known = options.some(([key]) => key === value);
  return (
    <Field id={id} label={label} hint={hint}>
      <select id={id} class="form-select" value={value} aria-describedby={hint && `${id}-hint`}
        onChange={(event) => change(event.currentTarget.value)} {...more}>
        {!known && <option value={value}>{missing.replace('{value}', value)}</option>}
        {options.map(([key, name]) => <option key={key} value={key}>{name}</option>)}
      </select>
    </Field>
  );
}

/** A number with its unit beside it. */
export function Amount({ label, hint, amount, unit, units, change }) {
  const id = useId();
  const typed = useTyped(amount, (value) => change(value.replace(/\D/g, '').replace(/^0+/, '').slice(0, 3), unit));
  return (
    <Field id={id} label={label} hint={hint}>
      <div class="props-row">
        <input id={id} class="form-control props-amount" inputmode="numeric" aria-describedby={hint && `${id}-hint`} {...typed} />
        <select class="form-select" value={unit} aria-label={t('单位')} onChange={(event) => change(amount, event.currentTarget.value)}>
          {units.map(([key, name]) => <option key={key} value={key}>{name}</option>)}
        </select>
      </div>
    </Field>
  );
}

export function Tick({ label, hint, checked, change }) {
  return (
    <label class="form-check props-tick">
      <input class="form-check-input" type="checkbox" checked={checked} onChange={(event) => change(event.currentTarget.checked)} />
      <span class="form-check-label">{label}{hint && <small>{hint}</small>}</span>
    </label>
  );
}

/** Several of a list: `options` [[value, name]], `chosen` [value]. */
export function Several({ label, hint, options, chosen, change }) {
  const all = [...options, ...chosen.filter((key) => !options.some(([known]) => known === key)).map((key) => [key, t('“{value}”不存在', { value: key })])];
  return (
    <fieldset class="props-field">
      <legend>{label}</legend>
      {all.length === 0 && <p class="props-hint">{t('没有可选的。')}</p>}
      {all.map(([key, name]) => (
        <Tick key={key} label={name} checked={chosen.includes(key)}
          change={(on) => change(on ? [...chosen, key] : chosen.filter((each) => each !== key))} />
      ))}
      {hint && <p class="props-hint">{hint}</p>}
    </fieldset>
  );
}

export function Radio({ label, value, change, options }) {
  const name = useId();
  return (
    <fieldset class="props-field props-radio">
      {label && <legend>{label}</legend>}
      {options.map(([key, text]) => (
        <label class="form-check" key={key}>
          <input class="form-check-input" type="radio" name={name} checked={value === key} onChange={() => change(key)} />
          <span class="form-check-label">{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function Icon({ name }) {
  const sprite = document.querySelector('[data-process]').dataset.icons;
  return <svg class="icon" aria-hidden="true"><use href={`${sprite}#${name}`} /></svg>;
}

export function Remove({ what, act }) {
  return <button type="button" class="btn-icon" title={t('删除')} aria-label={t('删除“{what}”', { what })} onClick={act}><Icon name="trash" /></button>;
}

export function Add({ children, act }) {
  return <button type="button" class="btn btn-quiet btn-sm" onClick={act}><Icon name="plus" />{children}</button>;
}
// Icons of this file: icon("trash") icon("plus")
