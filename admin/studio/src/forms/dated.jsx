/** @jsxImportSource preact */
/** Days and times: typed in any usual way, chosen from a calendar, or by the phone's own picker. */
import flatpickr from 'flatpickr';
import { Mandarin } from 'flatpickr/dist/esm/l10n/zh.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import { isDate, readDate, readTime } from '../../../../forms/js/dates.js';
import { property } from '../../../../forms/js/types.js';
import { describe, Field, Fields, Icon, shownWhenReadonly, useService, useTouched, useWords } from './pieces.jsx';

// "2026年11月", and the week begins on Monday, as on calendars in offices.
const MONTHS = Array.from({ length: 12 }, (_, index) => `${index + 1}月`);
const CHINESE = { ...Mandarin, firstDayOfWeek: 1, months: { shorthand: MONTHS, longhand: MONTHS } };

const byTouch = () => matchMedia('(pointer: coarse)').matches;

function DateTime(props) {
  const { field, domId, errors, value, onChange, onFocus } = props;
  const { say } = useWords();
  const touched = useTouched(props);
  const set = (next) => onChange({ value: next });
  const rest = { domId, field, errors, onFocus };
  if (field.subtype === 'time') {
    return (
      <Field field={field} domId={domId} errors={errors}>
        <Time {...rest} value={value} onValue={set} onLeave={touched} />
      </Field>
    );
  }
  if (field.subtype !== 'datetime') {
    return (
      <Field field={field} domId={domId} errors={errors}>
        <Day {...rest} value={value} onValue={set} onLeave={touched} />
      </Field>
    );
  }
  const [day = '', time = ''] = (value ?? '').split('T');
  const joined = (newDay, newTime) => (newDay || newTime ? `${newDay ?? ''}T${newTime ?? ''}` : null);
  return (
    <Fields field={field} domId={domId} errors={errors}>
      <div class="ow-when">
        <Day
          {...rest}
          domId={`${domId}-date`}
          label={say('date')}
          value={day || null}
          onValue={(next) => set(joined(next, time))}
          onLeave={(next) => time && touched(joined(next, time))}
        />
        <Time
          {...rest}
          domId={`${domId}-time`}
          label={say('time')}
          value={time || null}
          onValue={(next) => set(joined(day, next))}
          onLeave={(next) => touched(joined(day, next))}
        />
      </div>
    </Fields>
  );
}

/** The text somebody is typing, until they leave the field or it is changed from outside. */
function useTyping(value, read) {
  const [typing, setTyping] = useState(null);
  const text = typing !== null && typing.value === value ? typing.text : value ?? '';
  const understood = (written) => (written.trim() === '' ? null : read(written) ?? written.trim());
  return { text, understood, typed: (written) => setTyping({ text: written, value: understood(written) }), left: () => setTyping(null) };
}

function Day({ field, domId, errors, label, value, onValue, onLeave, onFocus }) {
  const { lang, say } = useWords();
  const today = useService('today');
  const touch = useRef(byTouch());
  const { text, understood, typed, left } = useTyping(value, readDate);
  const box = useRef();
  const calendar = useCalendar({ box, field, lang, today, onValue });
  const describing = describe(domId, field, errors);
  const common = {
    class: 'form-control',
    id: domId,
    'aria-label': label,
    ...describing,
    required: field.validate?.required || undefined,
    onFocus,
  };
  if (touch.current) {
    const [min, max] = limits(field, today);
    return (
      <input
        {...common}
        type="date"
        value={isDate(value ?? '') ? value : ''}
        min={min}
        max={max}
        onInput={({ target }) => onValue(target.value || null)}
        onBlur={({ target }) => onLeave(target.value || null)}
      />
    );
  }
  return (
    <div class="ow-date" ref={box}>
      <input
        {...common}
        type="text"
        inputmode="numeric"
        autocomplete="off"
        placeholder={field.placeholder ?? say('dateHint')}
        value={text}
        onInput={({ target }) => { typed(target.value); onValue(understood(target.value)); }}
        onBlur={({ target }) => { left(); onLeave(understood(target.value)); }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') { event.preventDefault(); calendar.open(value); }
        }}
      />
      <button
        type="button"
        class="ow-date-button"
        aria-label={say('openCalendar')}
        aria-haspopup="dialog"
        onClick={() => calendar.toggle(value)}
      >
        <Icon name="calendar" />
      </button>
    </div>
  );
}

function Time({ field, domId, errors, label, value, onValue, onLeave, onFocus }) {
  const { say } = useWords();
  const { text, understood, typed, left } = useTyping(value, readTime);
  return (
    <input
      class="form-control ow-time"
      id={domId}
      aria-label={label}
      type="text"
      inputmode="numeric"
      autocomplete="off"
      placeholder={say('timeHint')}
      {...describe(domId, field, errors)}
      required={field.validate?.required || undefined}
      value={text}
      onInput={({ target }) => { typed(target.value); onValue(understood(target.value)); }}
      onBlur={({ target }) => { left(); onLeave(understood(target.value)); }}
      onFocus={onFocus}
    />
  );
}

/** First and last day that may be chosen, YYYY-MM-DD. */
function limits(field, today) {
  const [year, month, day] = today.split('-').map(Number);
  const near = (days) => new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
  const range = property(field, 'range') ?? (field.disallowPassedDates ? 'today-or-future' : '');
  return {
    past: ['1900-01-01', near(-1)],
    'past-or-today': ['1900-01-01', today],
    future: [near(1), '2199-12-31'],
    'today-or-future': [today, '2199-12-31'],
  }[range] ?? ['1900-01-01', '2199-12-31'];
}

/**
 * A calendar below the field, made when first opened. flatpickr is tied to an element of its own,
 * so that it never writes into the field.
 */
function useCalendar({ box, field, lang, today, onValue }) {
  const made = useRef(null);
  const latest = useRef(onValue);
  latest.current = onValue;
  useEffect(() => () => { made.current?.destroy(); }, []);
  const make = () => {
    const [minDate, maxDate] = limits(field, today);
    const anchor = document.createElement('input');
    anchor.className = 'ow-anchor';
    anchor.tabIndex = -1;
    box.current.append(anchor);
    made.current = flatpickr(anchor, {
      locale: lang === 'zh' ? CHINESE : { firstDayOfWeek: 1 },
      dateFormat: 'Y-m-d',
      ariaDateFormat: lang === 'zh' ? 'Y年n月j日' : 'j F Y',
      minDate,
      maxDate,
      // flatpickr would mark the machine's today.
      now: new Date(`${today}T00:00:00`),
      disableMobile: true,
      monthSelectorType: 'static',
      appendTo: box.current,
      clickOpens: false,
      ignoredFocusElements: [...box.current.children],
      // Placed by the style sheet: flatpickr's own way may write a style element.
      position: () => {},
      prevArrow: '‹',
      nextArrow: '›',
      onChange: (_, text) => {
        latest.current(text || null);
        box.current.querySelector('input').focus();
      },
    });
    made.current.calendarContainer.setAttribute('role', 'dialog');
    made.current.calendarContainer.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') { made.current.close(); box.current.querySelector('input').focus(); }
    });
    return made.current;
  };
  const open = (value) => {
    const calendar = made.current ?? make();
    calendar.setDate(isDate(value ?? '') ? value : null, false);
    if (!isDate(value ?? '')) calendar.jumpToDate(today);
    calendar.open();
    const days = calendar.daysContainer;
    (days.querySelector('.selected') ?? days.querySelector('.today:not(.flatpickr-disabled)')
      ?? days.querySelector('.flatpickr-day:not(.flatpickr-disabled)'))?.focus();
  };
  return { open, toggle: (value) => (made.current?.isOpen ? made.current.close() : open(value)) };
}

export const dated = [
  shownWhenReadonly(DateTime, {
    type: 'datetime',
    name: '日期时间',
    emptyValue: null,
    create: (options = {}) => ({ subtype: 'date', ...options }),
  }),
];
