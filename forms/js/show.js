/** Answers as text for people, as forms/render.py writes them. */
import { isDate } from './dates.js';
import { yuan } from './numbers.js';
import { REGION_PARTS } from './types.js';
import { words } from './words.js';

/**
 * One answer as people read it; what was left empty says so.
 *
 * @param {object} field the component
 * @param {unknown} value
 * @param {Array<{ value: unknown, label: string }>} choices the options of a choice
 * @param {'zh'|'en'} lang
 */
export function valueText(field, value, choices, lang) {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)) {
    return field.type === 'expression' ? '—' : words('blank', lang);
  }
  const { prefixAdorner, suffixAdorner } = field.appearance ?? {};
  return [prefixAdorner, textOf(field, value, choices, lang), suffixAdorner]
    .filter((part) => part && !part.startsWith('='))
    .join(' ');
}

function textOf(field, value, choices, lang) {
  const joint = lang === 'zh' ? '、' : ', ';
  const labelOf = (one) => choices.find((choice) => choice.value === one)?.label ?? String(one);
  switch (field.type) {
    case 'radio':
    case 'select':
      return labelOf(value);
    case 'checklist':
    case 'taglist':
      return value.map(labelOf).join(joint);
    case 'money':
      if (!Number.isInteger(value)) return String(value);
      return lang === 'zh' ? `${yuan(value)} 元` : `¥${yuan(value)}`;
    case 'datetime':
      return whenText(value, lang);
    case 'region':
      return REGION_PARTS.map((part) => value[part]).filter(Boolean).join(' ');
    default:
      return plainText(value, joint, lang);
  }
}

function plainText(value, joint, lang) {
  if (typeof value === 'boolean') return words(value ? 'yes' : 'no', lang);
  if (value !== null && typeof value === 'object') {
    return Object.values(value).map((one) => plainText(one, joint, lang)).join(joint);
  }
  return String(value);
}

const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
  'November', 'December',
];

/** "2026-11-22" as 2026年11月22日; a time of day stays as it is. */
export function whenText(value, lang) {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?$/.exec(value);
  if (!match || !isDate(value.slice(0, 10))) return value;
  const [year, month, day] = match.slice(1, 4).map(Number);
  const time = match[4] ? ` ${match[4]}` : '';
  return lang === 'zh' ? `${year}年${month}月${day}日${time}` : `${day} ${MONTHS[month - 1]} ${year}${time}`;
}

