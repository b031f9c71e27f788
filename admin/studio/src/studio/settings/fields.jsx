/** Inputs for one place of the definition each: label, hint, what is wrong, and the control. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { feelEditor } from '../feel-editor.js';
import { useStore } from './store.jsx';
import { t } from './words.js';

/** A frame: everything a control is read out with. The control's id is the path. */
export function Field({ path, id = path, label, hint, optional, group, children }) {
  const wrong = useStore().wrongAt(path);
  const told = [hint && `${id}-hint`, wrong.length && `${id}-wrong`].filter(Boolean).join(' ') || undefined;
  const worst = wrong.some(({ severity }) => severity === 'error') ? 'has-error' : wrong.length ? 'has-remark' : '';
  const Frame = group ? 'fieldset' : 'div';
  const Label = group ? 'legend' : 'label';
  return (
    <Frame class={`set-field ${worst}`} id={group ? id : undefined} tabIndex={group ? -1 : undefined}>
      {label && (
        <Label class="set-label" for={group ? undefined : id}>
          {label}{optional && <span class="optional">{t('optional')}</span>}
        </Label>
      )}
      {hint && <p class="set-hint" id={`${id}-hint`}>{hint}</p>}
      {children({ id, 'aria-describedby': told, 'aria-invalid': worst === 'has-error' || undefined })}
      {wrong.length > 0 && (
        <ul class="set-wrong" id={`${id}-wrong`}>
          {wrong.map(({ severity, message }) => <li class={`is-${severity}`}>{message}</li>)}
        </ul>
      )}
    </Frame>
  );
}

export function Text({ path, label, hint, optional, kind = 'text', width = '', placeholder, empty = '', lines = 0 }) {
  const store = useStore();
  const put = (event) => store.put(path, event.currentTarget.value || empty);
  const value = store.at(path) ?? '';
  return (
    <Field {...{ path, label, hint, optional }}>
      {(control) => lines
        ? <Grown {...control} value={value} rows={lines} placeholder={placeholder} onInput={put} />
        : <input {...control} class={`form-control ${width}`} type={kind} value={value} placeholder={placeholder} autocomplete="off" onInput={put} />}
    </Field>
  );
}

/** Both languages side by side; an optional text that is empty in both isn't kept. */
export function Words({ path, label, hint, optional, lines = 0, onlyChinese, placeholder }) {
  const store = useStore();
  const words = store.at(path);
  const put = (language) => (event) => {
    const next = { zh: '', en: '', ...words, [language]: event.currentTarget.value };
    store.put(path, optional && !next.zh && !next.en ? undefined : next);
  };
  const input = (control, language) => {
    const more = { value: words?.[language] ?? '', onInput: put(language), lang: language === 'en' ? 'en' : 'zh-CN' };
    if (language === 'zh' && placeholder) more.placeholder = placeholder;
    if (language === 'en') Object.assign(more, { placeholder: 'English', 'aria-label': t('inEnglish', { label: label ?? '' }) });
    return lines
      ? <Grown {...control} {...more} rows={lines} />
      : <input {...control} {...more} class="form-control" autocomplete="off" />;
  };
  const both = store.english && !onlyChinese;
  return (
    <Field {...{ path, label, hint, optional }}>
      {(control) => (
        <div class={both ? 'set-both' : ''}>
          {input(control, 'zh')}
          {both && input({ ...control, id: `${path}.en` }, 'en')}
        </div>
      )}
    </Field>
  );
}

/** A textarea as high as its text. */
export function Grown({ rows, value, ...rest }) {
  const box = useRef();
  useLayoutEffect(() => {
    box.current.style.height = 'auto';
    box.current.style.height = `${box.current.scrollHeight + 2}px`;
  }, [value]);
  return <textarea {...rest} ref={box} class="form-control set-grown" rows={rows} value={value} />;
}

/** options: [[value, text]] */
export function Select({ path, label, hint, optional, options, blank, width = '' }) {
  const store = useStore();
  const value = store.at(path) ?? '';
  const known = options.some(([each]) => each === value) || value === '';
  return (
    <Field {...{ path, label, hint, optional }}>
      {(control) => (
        <select {...control} class={`form-select ${width}`} value={value} onChange={(event) => store.put(path, event.currentTarget.value)}>
          {(blank !== undefined || value === '') && <option value="">{blank ?? t('choose')}</option>}
          {!known && <option value={value}>{t('unknown', { value })}</option>}
          {options.map(([each, text]) => <option value={each}>{text}</option>)}
        </select>
      )}
    </Field>
  );
}

export function Radios({ path, label, hint, options, fallback }) {
  const store = useStore();
  const value = store.at(path) ?? fallback;
  return (
    <Field {...{ path, label, hint }} group>
      {() => (
        <div class="set-choices">
          {options.map(([each, text]) => (
            <label class="choice">
              <input class="form-check-input" type="radio" name={path} checked={each === value} onChange={() => store.put(path, each)} /><span>{text}</span>
            </label>
          ))}
        </div>
      )}
    </Field>
  );
}

/** Several of [[value, text]], kept in the order given here. */
export function Checks({ path, label, hint, options, fallback = [] }) {
  const store = useStore();
  const values = store.at(path) ?? fallback;
  const put = (value, yes) =>
    store.put(path, options.map(([each]) => each).filter((each) => (each === value ? yes : values.includes(each))));
  return (
    <Field {...{ path, label, hint }} group>
      {() => (
        <div class="set-choices">
          {options.map(([each, text]) => (
            <label class="choice">
              <input class="form-check-input" type="checkbox" checked={values.includes(each)} onChange={(event) => put(each, event.currentTarget.checked)} /><span>{text}</span>
            </label>
          ))}
        </div>
      )}
    </Field>
  );
}

export function Check({ path, label, hint }) {
  const store = useStore();
  return (
    <Field {...{ path }}>
      {(control) => (
        <label class="choice">
          <input {...control} class="form-check-input" type="checkbox" checked={Boolean(store.at(path))} onChange={(event) => store.put(path, event.currentTarget.checked)} />
          <span>{label}{hint && <small>{hint}</small>}</span>
        </label>
      )}
    </Field>
  );
}

export function Count({ path, label, hint, least, most, fallback, suffix }) {
  const store = useStore();
  const value = store.at(path) ?? fallback ?? '';
  const put = (event) => {
    const number = Number.parseInt(event.currentTarget.value, 10);
    store.put(path, Number.isNaN(number) ? undefined : number);
  };
  return (
    <Field {...{ path, label, hint }}>
      {(control) => (
        <div class="input-suffix">
          <input {...control} class="form-control w-short" type="number" inputMode="numeric" min={least} max={most} value={value} onChange={put} />
          {suffix && <span>{suffix}</span>}
        </div>
      )}
    </Field>
  );
}

/** "5wd" as a number and its unit. `usual` stands where nothing is said: it may be left empty. */
export function Limit({ path, label, hint, usual }) {
  const store = useStore();
  const [, amount, unit] = /^(\d*)(wd|d|h|mo)?$/.exec(store.at(path) ?? '') ?? [null, '', undefined];
  const [, ours, kind] = /^(\d+)(wd|d|h|mo)$/.exec(usual ?? '') ?? [null, '', 'wd'];
  const put = (number, each) => store.put(path, usual && !number ? undefined : `${number}${each}`);
  return (
    <Field {...{ path, label, hint }} optional={Boolean(usual)}>
      {(control) => (
        <div class="set-limit">
          <input {...control} class="form-control" type="number" inputMode="numeric" min="1" max="999" value={amount} placeholder={ours} onInput={(event) => put(event.currentTarget.value, unit ?? kind)} />
          <select class="form-select" aria-label={t('unitOf', { label })} value={unit ?? kind} onChange={(event) => put(amount || ours, event.currentTarget.value)}>
            {['wd', 'd', 'h', 'mo'].map((each) => <option value={each}>{t(`unit.${each}`)}</option>)}
          </select>
        </div>
      )}
    </Field>
  );
}

/** Words apart by commas, Chinese or not. */
export function Tags({ path, label, hint }) {
  const store = useStore();
  const kept = (store.at(path) ?? []).join('、');
  const [typed, setTyped] = useState(kept);
  const split = (text) => [...new Set(text.split(/[、，,;；\n]/).map((each) => each.trim()).filter(Boolean))];
  useLayoutEffect(() => {
    if (split(typed).join('、') !== kept) setTyped(kept);
  }, [kept]);
  return (
    <Field {...{ path, label, hint }} optional>
      {(control) => (
        <Grown {...control} rows={1} value={typed} onInput={(event) => {
          setTyped(event.currentTarget.value);
          store.put(path, split(event.currentTarget.value));
        }} />
      )}
    </Field>
  );
}

/** FEEL with completion; `names` are those in scope, `sample` their values. */
export function Expression({ path, label, hint, optional, names, sample, placeholder }) {
  const store = useStore();
  const place = useRef();
  const editor = useRef();
  const value = store.at(path) ?? '';
  useLayoutEffect(() => {
    editor.current = feelEditor(place.current, {
      value, names, label, placeholder, sign: true, sample: () => sample,
      onChange: (next) => store.put(place.current.dataset.path, next || undefined),
    });
    return () => editor.current.destroy();
  }, []);
  // At once, not after painting: a key pressed in between would be lost.
  useLayoutEffect(() => {
    editor.current.value = value;
  }, [value]);
  return (
    <Field {...{ path, label, hint, optional }}>
      {(control) => <div ref={place} id={control.id} data-path={path} />}
    </Field>
  );
}
