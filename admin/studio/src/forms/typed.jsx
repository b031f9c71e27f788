/** @jsxImportSource preact */
/** Controls one types into: text, numbers, amounts, identity numbers. */
import { useRef, useState } from 'preact/hooks';
import { halfWidth } from '../../../../forms/js/dates.js';
import { capitalYuan, yuan } from '../../../../forms/js/numbers.js';
import { lengthOf } from '../../../../forms/js/text.js';
import { LONGEST, property } from '../../../../forms/js/types.js';
import { describe, Field, shownWhenReadonly, Templated, useTouched, useWords } from './pieces.jsx';

/** One line. `input`: attributes for the kind of text; `tidy`: what typing should become. */
function Line({ field, domId, errors, value, onChange, input = {}, tidy = (text) => text, ...props }) {
  const touched = useTouched(props);
  return (
    <Field field={field} domId={domId} errors={errors}>
      <Adorned field={field}>
        <input
          class="form-control"
          id={domId}
          type="text"
          value={value ?? ''}
          autocomplete="off"
          placeholder={field.placeholder}
          {...input}
          {...describe(domId, field, errors)}
          required={field.validate?.required || undefined}
          onInput={({ target }) => onChange({ value: tidy(target.value) })}
          onBlur={({ target }) => touched(tidy(target.value))}
        />
      </Adorned>
    </Field>
  );
}

/** Words before and after a control: "￥", "平方米". */
function Adorned({ field, children, after }) {
  const { prefixAdorner: before, suffixAdorner = after } = field.appearance ?? {};
  if (!before && !suffixAdorner) return children;
  return (
    <div class="input-suffix">
      {before && <span><Templated text={before} /></span>}
      {children}
      {suffixAdorner && <span><Templated text={suffixAdorner} /></span>}
    </div>
  );
}

function TextLine(props) {
  const email = props.field.validate?.validationType === 'email';
  const input = email ? { type: 'email', inputmode: 'email', autocomplete: 'email' } : {};
  return <Line {...props} input={input} />;
}

function TextArea({ field, domId, errors, value, onChange, ...props }) {
  const touched = useTouched(props);
  const most = field.validate?.maxLength ?? LONGEST.textarea;
  const length = lengthOf((value ?? '').trim());
  const counted = typeof most === 'number' && most <= 1000;
  return (
    <Field field={field} domId={domId} errors={errors}>
      <textarea
        class="form-control"
        id={domId}
        rows={4}
        value={value ?? ''}
        placeholder={field.placeholder}
        {...describe(domId, field, errors)}
        required={field.validate?.required || undefined}
        onInput={({ target }) => onChange({ value: target.value })}
        onBlur={({ target }) => touched(target.value)}
      />
      {counted && (
        <span class={`field-count${length > most ? ' is-over' : ''}`}>{`${length} / ${most}`}</span>
      )}
    </Field>
  );
}

const compact = (text) => halfWidth(text).replace(/\s/g, '').toUpperCase();

function IdNumber(props) {
  const input = { autocapitalize: 'characters', spellcheck: false, class: 'form-control ow-code' };
  return <Line {...props} input={input} tidy={compact} />;
}

function CreditCode(props) {
  const input = { autocapitalize: 'characters', spellcheck: false, class: 'form-control ow-code' };
  return <Line {...props} input={input} tidy={compact} />;
}

function Mobile(props) {
  const national = [true, 'true'].includes(property(props.field, 'landline'));
  const input = { type: 'tel', inputmode: 'tel', autocomplete: national ? 'tel' : 'tel-national' };
  return <Line {...props} input={input} tidy={compact} />;
}

/**
 * A control whose text is read as something else. While somebody types, their text stays as it is;
 * what can't be read is kept as typed, to be mended.
 */
function useReading({ value, onChange, read, write, ...props }) {
  const [typing, setTyping] = useState(null);
  const last = useRef(value);
  const touched = useTouched(props);
  if (last.current !== value) {
    last.current = value;
    // Changed from outside: what was typed no longer stands for it.
    if (typing !== null && typing.value !== value) setTyping(null);
  }
  return {
    value: typing ? typing.text : write(value),
    onInput: ({ target }) => {
      const next = read(target.value);
      last.current = next;
      setTyping({ text: target.value, value: next });
      onChange({ value: next });
    },
    onBlur: ({ target }) => {
      setTyping(null);
      touched(read(target.value));
    },
  };
}

const asTyped = (value) => (value === null || value === undefined ? '' : String(value));

function readNumber(text) {
  const bare = halfWidth(text).replace(/[\s,，]/g, '').replace(/^\+/, '').replace(/。/g, '.');
  if (bare === '') return null;
  return /^-?(\d+\.?\d*|\.\d+)$/.test(bare) ? Number(bare) : text.trim();
}

function NumberLine({ field, domId, errors, value, onChange, ...props }) {
  const reading = useReading({ value, onChange, read: readNumber, write: asTyped, ...props });
  return (
    <Field field={field} domId={domId} errors={errors}>
      <Adorned field={field}>
        <input
          class="form-control ow-number"
          id={domId}
          type="text"
          inputmode={field.decimalDigits === 0 ? 'numeric' : 'decimal'}
          autocomplete="off"
          placeholder={field.placeholder}
          {...describe(domId, field, errors)}
          required={field.validate?.required || undefined}
          {...reading}
        />
      </Adorned>
    </Field>
  );
}

/** 元 as typed into 分, digit by digit: a double would round some amounts. */
function readMoney(text) {
  const bare = halfWidth(text).replace(/[\s,，元¥￥]/g, '').replace(/。/g, '.');
  if (bare === '') return null;
  const match = /^(-?)(\d{1,13})(?:\.(\d{0,2}))?$/.exec(bare);
  if (!match) return text.trim();
  const fen = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  return match[1] && fen ? -fen : fen;
}

const writeMoney = (value) => (Number.isInteger(value) ? yuan(value) : asTyped(value));

function Money({ field, domId, errors, value, onChange, ...props }) {
  const { lang, say } = useWords();
  const reading = useReading({ value, onChange, read: readMoney, write: writeMoney, ...props });
  const aloud = lang === 'zh' && value >= 100 && !errors.length ? capitalYuan(value) : '';
  return (
    <Field field={field} domId={domId} errors={errors}>
      <Adorned field={field} after={say('yuan')}>
        <input
          class="form-control ow-number"
          id={domId}
          type="text"
          inputmode="decimal"
          autocomplete="off"
          placeholder={field.placeholder ?? '0.00'}
          {...describe(domId, field, errors)}
          required={field.validate?.required || undefined}
          {...reading}
        />
      </Adorned>
      {aloud && <div class="ow-aloud">{aloud}</div>}
    </Field>
  );
}

export const typed = [
  shownWhenReadonly(TextLine, { type: 'textfield', name: '文本', emptyValue: '' }),
  shownWhenReadonly(TextArea, { type: 'textarea', name: '多行文本', emptyValue: '' }),
  shownWhenReadonly(NumberLine, { type: 'number', name: '数字', emptyValue: null }),
  shownWhenReadonly(Money, { type: 'money', name: '金额', emptyValue: null }),
  shownWhenReadonly(IdNumber, { type: 'idnumber', name: '公民身份号码', emptyValue: '' }),
  shownWhenReadonly(CreditCode, { type: 'creditcode', name: '统一社会信用代码', emptyValue: '' }),
  shownWhenReadonly(Mobile, { type: 'mobile', name: '手机号码', emptyValue: '' }),
];
