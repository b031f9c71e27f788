/**
 * The types of field a form may hold: their empty value, what fits, how it is cleaned and judged.
 *
 * A judgement is { code, params } or null; `sentence` says it. One problem per field: the first
 * one a person should mend.
 */
import { rangeProblem, writingProblem } from './dates.js';
import { settleValue } from './feel.js';
import { creditCodeProblem, idNumberProblem, mobileProblem, phoneProblem } from './identity.js';
import { decimalsOf, isMultipleOf, LARGEST, numberText, yuan } from './numbers.js';
import { isEmail, lengthOf, manyLines, matches, oneLine } from './text.js';

/** What a field may hold when its definition says nothing else. */
export const LONGEST = { textfield: 500, textarea: 5000 };

const isText = (value) => typeof value === 'string';
const isScalar = (value) => ['string', 'number', 'boolean'].includes(typeof value);
const isRecord = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const compact = (text) => oneLine(text).replace(/\s/g, '')
  .replace(/[a-z]/g, (letter) => letter.toUpperCase());

const problem = (code, params = {}) => (code ? { code, params } : null);

/** The parts of an address, from large to small; `code` is its number in GB/T 2260. */
export const REGION_PARTS = ['province', 'city', 'county', 'town', 'street'];
// Under central government there is no city between province and county.
const MUNICIPALITIES = ['北京市', '天津市', '上海市', '重庆市'];
const REGION_REQUIRED = ['province', 'city', 'county', 'street'];

export const TYPES = {
  textfield: {
    empty: '', asks: 'required', fits: isText, clean: oneLine, judge: judgeText,
  },
  textarea: {
    empty: '', asks: 'required', fits: isText, clean: manyLines, judge: judgeText,
  },
  // Text that is no number stays as typed, so that nobody's work is lost; judging refuses it.
  number: {
    empty: null,
    asks: 'required',
    fits: (value) => isText(value) || Number.isFinite(value),
    clean: (value) => (isText(value) ? oneLine(value) || null : value),
    judge: judgeNumber,
  },
  money: {
    empty: null,
    asks: 'required',
    fits: (value) => isText(value) || Number.isFinite(value),
    clean: (value) => (isText(value) ? oneLine(value) || null : value),
    judge: judgeMoney,
  },
  datetime: {
    empty: null,
    asks: 'required-choice',
    fits: isText,
    clean: (value) => oneLine(value) || null,
    judge: judgeDate,
  },
  checkbox: {
    empty: false, asks: 'required-tick', fits: (value) => typeof value === 'boolean', judge: () => null,
  },
  radio: {
    empty: null, asks: 'required-choice', fits: isScalar, clean: offered, judge: judgeChoice,
  },
  select: {
    empty: null, asks: 'required-choice', fits: isScalar, clean: offered, judge: judgeChoice,
  },
  checklist: {
    empty: [], asks: 'required-choice', fits: isChoiceList, clean: offeredOnes, judge: judgeChoices,
  },
  taglist: {
    empty: [], asks: 'required-choice', fits: isChoiceList, clean: offeredOnes, judge: judgeChoices,
  },
  idnumber: {
    empty: '',
    asks: 'required',
    fits: isText,
    clean: compact,
    judge: (value, { today }) => problem(idNumberProblem(value, today)),
  },
  creditcode: {
    empty: '',
    asks: 'required',
    fits: isText,
    clean: compact,
    judge: (value) => problem(creditCodeProblem(value)),
  },
  mobile: {
    empty: '',
    asks: 'required',
    fits: isText,
    clean: compact,
    judge: (value, { field }) => problem(
      flag(field, 'landline') ? phoneProblem(value) : mobileProblem(value),
    ),
  },
  region: {
    empty: null, asks: 'required', fits: isRegion, clean: cleanRegion, judge: judgeRegion,
  },
  expression: {
    empty: null, asks: 'required', fits: () => true, judge: () => null,
  },
};

/** A custom property, which form editors keep as text: `properties: { minRows: "2" }`. */
export function property(field, name) {
  return field.properties?.[name];
}

export function wholeProperty(field, name) {
  const value = Number(property(field, name));
  return property(field, name) !== undefined && Number.isInteger(value) ? value : null;
}

const flag = (field, name) => [true, 'true'].includes(property(field, name));

/** Whether nothing was filled in: "no" is an answer to a question, but no tick in a box. */
export function isEmpty(value, field) {
  return value === null || value === undefined || value === ''
    || (value === false && field.type === 'checkbox')
    || (Array.isArray(value) && value.length === 0);
}

/** The value as the form keeps it; the type's empty value when it doesn't fit. */
export function accept(field, value) {
  const type = TYPES[field.type];
  if (value === null || value === undefined || !type.fits(value)) return emptyOf(field);
  return type.clean ? type.clean(value, field) : value;
}

/** What a field holds before anybody filled it in. */
export function initial(field) {
  return field.defaultValue === undefined ? emptyOf(field) : accept(field, field.defaultValue);
}

function emptyOf(field) {
  const { empty } = TYPES[field.type];
  return Array.isArray(empty) ? [] : empty;
}

/**
 * What is wrong with a cleaned value: { code, params } or null.
 *
 * @param {object} at { field, names, today, choices }: where the value stands
 */
export function judge(value, at) {
  const { field } = at;
  const type = TYPES[field.type];
  if (isEmpty(value, field)) {
    return field.validate?.required ? problem(type.asks) : null;
  }
  return type.judge(value, at);
}

function judgeText(value, { field, names }) {
  const { validate = {} } = field;
  const length = lengthOf(value);
  const least = settleValue(validate.minLength, names);
  const most = settleValue(validate.maxLength, names) ?? LONGEST[field.type];
  if (typeof least === 'number' && length < least) {
    return problem('min-length', { min: numberText(least), length });
  }
  if (typeof most === 'number' && length > most) {
    return problem('max-length', { max: numberText(most), length });
  }
  if (validate.validationType === 'email' && !isEmail(value)) return problem('email');
  if (validate.pattern && !matches(value, validate.pattern)) {
    const message = validate.patternErrorMessage;
    return problem('pattern', message ? { message } : {});
  }
  return null;
}

function judgeNumber(value, { field, names }) {
  if (typeof value !== 'number') return problem('number');
  if (Math.abs(value) > LARGEST) return problem('number-size');
  const { decimalDigits, increment, validate = {} } = field;
  if (typeof decimalDigits === 'number' && decimalsOf(value) > decimalDigits) {
    return decimalDigits === 0 ? problem('integer') : problem('decimals', { digits: decimalDigits });
  }
  const step = Number(increment);
  if (increment && !isMultipleOf(value, step)) return problem('step', { step: numberText(step) });
  const least = settleValue(validate.min, names);
  const most = settleValue(validate.max, names);
  if (typeof least === 'number' && value < least) return problem('min', { min: numberText(least) });
  if (typeof most === 'number' && value > most) return problem('max', { max: numberText(most) });
  return null;
}

/** Amounts are whole 分; nothing below zero unless the definition allows it by `validate.min`. */
function judgeMoney(value, { field, names }) {
  if (!Number.isSafeInteger(value)) return problem(typeof value === 'string' ? 'money' : 'type');
  const { validate = {} } = field;
  const least = settleValue(validate.min, names) ?? 0;
  const most = settleValue(validate.max, names);
  if (typeof least === 'number' && value < least) return problem('money-min', { min: yuan(least) });
  if (typeof most === 'number' && value > most) return problem('money-max', { max: yuan(most) });
  return null;
}

function judgeDate(value, { field, today }) {
  const writing = writingProblem(value, field.subtype ?? 'date');
  if (writing) return problem(writing);
  if (field.subtype === 'time') return null;
  const range = property(field, 'range') ?? (field.disallowPassedDates ? 'today-or-future' : undefined);
  return problem(rangeProblem(value, range, today));
}

function isChoiceList(value) {
  return Array.isArray(value) && value.every(isScalar) && new Set(value).size === value.length;
}

/**
 * A choice among options that are written in the definition and no longer has the stored one is
 * open again, as in form-js. (Sent by somebody else, it was refused before.)
 */
function offered(value, field) {
  return isWritten(field) && !offeredIn(field).has(value) ? null : value;
}

function offeredOnes(value, field) {
  return isWritten(field) ? value.filter((one) => offeredIn(field).has(one)) : value;
}

const isWritten = (field) => field.values !== undefined && field.valuesKey === undefined;
const written = new WeakMap();

function offeredIn(field) {
  if (!written.has(field)) {
    written.set(field, new Set(choicesOf(field, {}, {}).map(({ value }) => value)));
  }
  return written.get(field);
}

function judgeChoice(value, { choices }) {
  return choices.some((choice) => choice.value === value) ? null : problem('option');
}

function judgeChoices(value, { choices }) {
  return value.every((one) => choices.some((choice) => choice.value === one)) ? null : problem('option');
}

/**
 * The options of a choice: written in the definition, found in given data, or computed.
 * form-js's own reading of options: a bare value is its own label, what has no value is left out.
 */
export function choicesOf(field, given, names) {
  const source = field.valuesKey !== undefined ? given[field.valuesKey]
    : field.values !== undefined ? field.values
      : settleValue(field.valuesExpression, names);
  if (!Array.isArray(source)) return [];
  return source.map(asChoice).filter(Boolean);
}

function asChoice(option) {
  if (isScalar(option)) return option === '' ? null : { value: option, label: String(option) };
  if (!isRecord(option) || !isScalar(option.value) || option.value === '') return null;
  const { value, label, hint } = option;
  return { value, label: label && isText(label) ? label : String(value), hint };
}

function isRegion(value) {
  return isRecord(value) && [...REGION_PARTS, 'code'].every(
    (part) => value[part] === undefined || value[part] === null || isText(value[part]),
  );
}

/** Parts without text are left out; an address without any part is no address. */
function cleanRegion(value) {
  const parts = [...REGION_PARTS, 'code']
    .map((part) => [part, oneLine(value[part] ?? '')])
    .filter(([, text]) => text);
  return parts.length ? Object.fromEntries(parts) : null;
}

/** Begun addresses must be whole: province, city, county and street, or what the definition lists. */
function judgeRegion(value, { field }) {
  const direct = MUNICIPALITIES.includes(value.province);
  for (const part of requiredParts(field)) {
    if (!value[part] && !(direct && part === 'city')) return problem(`region-${part}`);
  }
  const longest = Math.max(...Object.values(value).map(lengthOf));
  return longest > 100 ? problem('max-length', { max: '100', length: longest }) : null;
}

export function requiredParts(field) {
  const listed = property(field, 'parts');
  if (!isText(listed)) return REGION_REQUIRED;
  return REGION_PARTS.filter((part) => listed.split(/[\s,，]+/).includes(part));
}
