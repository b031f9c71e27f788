/**
 * Answers that a form takes: to look at it filled in, to try a process, to test. Made from the
 * definition alone, the same every time; what rules and limits still refuse is changed, one answer
 * at a time, until nothing is refused or nothing helps.
 */
import { choicesOf, property, requiredParts, REGION_PARTS, TYPES } from './types.js';
import { namesOf, plain } from './feel.js';
import { initialRow, judge } from './judge.js';
import { getAt, openSheet, setAt } from './sheet.js';

const ROUNDS = 40;
const PEOPLE = [
  { zh: '张小明', en: 'Zhang Xiaoming' }, { zh: '李秋兰', en: 'Li Qiulan' }, { zh: '王建国', en: 'Wang Jianguo' },
];
const PLACE = { province: '云南省', city: '云川市', county: '青溪县', town: '临江镇', street: '柳树村3组12号' };

/**
 * @param {object} definition
 * @param {{ given?: object, access?: object, today: string }} at as `judge` takes them
 * @returns {{ answers: object, errors: object[] }} errors: what no answer found here satisfies
 */
export function sample(definition, { given = {}, access = {}, today }) {
  const sheet = openSheet(definition, access, 'zh');
  const answers = {};
  fillScope(sheet, sheet.nodes, answers, { given, today, seed: 1 });
  let { errors } = judge(sheet, given, answers, today);
  for (let round = 0; round < ROUNDS && errors.length; round += 1) {
    const better = mended(sheet, answers, errors, { given, today });
    if (!better) break;
    Object.assign(answers, better.answers);
    errors = better.errors;
  }
  return { answers: plain(answers), errors };
}

function fillScope(sheet, nodes, scope, at) {
  for (const node of nodes) {
    if (node.mode !== 'edit') continue;
    if (node.kind === 'group') fillScope(sheet, node.nodes, scope, at);
    else if (node.kind === 'list') setAt(scope, node.local, rows(sheet, node, at));
    else if (node.kind === 'value' && node.field.type !== 'expression') {
      setAt(scope, node.local, candidates(node.field, at)[0] ?? null);
    }
  }
}

function rows(sheet, node, at) {
  const count = Math.min(Math.max(node.least ?? 1, 1), node.most);
  return Array.from({ length: count }, (_, index) => {
    const row = initialRow(sheet, node.id);
    fillScope(sheet, node.nodes, row, { ...at, seed: at.seed + index });
    return row;
  });
}

/** The first change of one answer that leaves fewer errors. */
function mended(sheet, answers, errors, { given, today }) {
  for (const [path, node] of suspects(sheet, errors)) {
    const steps = path.split('.');
    const seed = Number(steps.find((step) => /^\d+$/.test(step)) ?? 0) + 1;
    const others = valuesOf(answers, node.field.type, sheet);
    const tries = node.kind === 'list'
      ? longer(sheet, node, getAt(answers, steps) ?? [], { given, today, seed })
      : [...candidates(node.field, { given, today, seed }), ...others];
    for (const value of tries) {
      const changed = plain(answers);
      put(changed, steps, value);
      const found = judge(sheet, given, changed, today).errors;
      if (found.length < errors.length) return { answers: changed, errors: found };
    }
  }
  return null;
}

/** The list with one row more: an ordinary one, or one with each option of each choice in it. */
function longer(sheet, node, rowsNow, at) {
  if (rowsNow.length >= node.most) return [];
  const [row] = rows(sheet, { ...node, least: 1 }, { ...at, seed: rowsNow.length + 1 });
  const chosen = node.nodes
    .filter(({ field, kind }) => kind === 'value' && ['radio', 'select'].includes(field.type))
    .flatMap(({ field, local }) => candidates(field, at).map((value) => {
      const other = plain(row);
      setAt(other, local, value);
      return other;
    }));
  return [row, ...chosen].map((one) => [...rowsNow, one]);
}

/** Places that errors are about, and those that broken rules read. */
function* suspects(sheet, errors) {
  const nodes = new Map();
  (function note(list) {
    for (const node of list) {
      if (node.path && node.mode === 'edit' && (node.kind === 'list' || TYPES[node.field.type])) nodes.set(node.path, node);
      note(node.nodes);
    }
  })(sheet.nodes);
  for (const { path, code } of errors) {
    const node = nodes.get(path.replace(/\.\d+(?=\.|$)/g, ''));
    if (node) yield [path, node];
    if (code !== 'rule') continue;
    for (const rule of sheet.rules) {
      for (const name of namesOf(rule.when)) if (nodes.has(name)) yield [name, nodes.get(name)];
    }
  }
}

/** What other fields of the kind hold already: rules often compare two of them. */
function valuesOf(answers, type, sheet) {
  const found = [];
  (function look(list) {
    for (const node of list) {
      if (node.kind === 'value' && node.field.type === type && !node.list) found.push(getAt(answers, node.address));
      look(node.nodes);
    }
  })(sheet.nodes);
  return found.filter((value) => value !== undefined && value !== null);
}

function put(scope, steps, value) {
  let at = scope;
  for (const step of steps.slice(0, -1)) at = at[step] ??= {};
  at[steps.at(-1)] = value;
}

/** Values the field may take, the likeliest first. `seed` tells rows apart. */
function candidates(field, { given, today, seed }) {
  if (field.defaultValue !== undefined) return [field.defaultValue, ...(VALUES[field.type]?.(field, { given, today, seed }) ?? [])];
  return VALUES[field.type]?.(field, { given, today, seed }) ?? [];
}

const VALUES = {
  textfield: texts,
  textarea: texts,
  number: (field) => numbers(field, 1),
  money: (field) => numbers({ ...field, decimalDigits: 0 }, 100),
  checkbox: () => [true, false],
  radio: (field, { given }) => choicesOf(field, given, {}).map(({ value }) => value),
  select: (field, { given }) => choicesOf(field, given, {}).map(({ value }) => value),
  checklist: several,
  taglist: several,
  datetime: dates,
  idnumber: (field, { seed }) => [idNumber(seed), idNumber(seed + 7)],
  creditcode: (field, { seed }) => ['91', '92', '93', '52', '11', '12'].map((kind) => creditCode(kind, seed)),
  mobile: (field, { seed }) => [`1380000${String(1000 + seed).slice(-4)}`],
  region: (field) => {
    const parts = typeof property(field, 'parts') === 'string' ? requiredParts(field) : REGION_PARTS;
    return [Object.fromEntries(parts.map((part) => [part, PLACE[part]]))];
  },
};

function several(field, { given }) {
  const values = choicesOf(field, given, {}).map(({ value }) => value);
  return [values.slice(0, 1), values, ...values.map((value) => [value])];
}

/** By what the label asks for; else words of a fitting length. */
function texts(field, { seed }) {
  const { validate = {}, label = '', key = '' } = field;
  if (validate.validationType === 'email') return [`sample${seed}@example.com`];
  const person = PEOPLE[(seed - 1) % PEOPLE.length].zh;
  const likely = [
    [/姓名|联系人|经办人|负责人|代表人|代理人|name/i, person],
    [/公司|企业|单位|字号|名称/, '云川市青溪县小满商行'],
    [/地址|住所|场所|address/i, `${PLACE.county}${PLACE.town}${PLACE.street}`],
    [/电话|phone/i, '0871-65120000'],
    [/邮编/, '650000'],
  ].find(([sign]) => sign.test(label) || sign.test(key));
  const fitting = field.type === 'textarea' ? `${label}：情况属实，已按要求填写。` : label || '样例';
  const written = [likely?.[1] ?? fitting, '样例', '1', '12', '123456', 'A1', 'A0001', '第1号'];
  const pattern = validate.pattern && like(validate.pattern);
  return [...(pattern ? [pattern] : []), ...written].map((text) => cut(text, validate));
}

function cut(text, { minLength, maxLength }) {
  const letters = [...text];
  const least = typeof minLength === 'number' ? minLength : 0;
  while (letters.length < least) letters.push(...text);
  return letters.slice(0, typeof maxLength === 'number' ? maxLength : 500).join('');
}

/** A text for the simple patterns people write: letters, classes, repetition, groups, choices. */
function like(pattern) {
  let at = 0;
  const peek = () => pattern[at];
  function choice() {
    const first = sequence();
    while (peek() === '|') { at += 1; sequence(); }
    return first;
  }
  function sequence() {
    let text = '';
    while (at < pattern.length && peek() !== '|' && peek() !== ')') {
      const one = atom();
      text += one.repeat(times());
    }
    return text;
  }
  function atom() {
    const sign = pattern[at];
    at += 1;
    if (sign === '^' || sign === '$') return '';
    if (sign === '.') return '1';
    if (sign === '[') return fromClass();
    if (sign === '\\') {
      const kind = pattern[at];
      at += 1;
      return { d: '1', w: 'a', s: ' ' }[kind] ?? kind;
    }
    if (sign === '(') {
      if (pattern.startsWith('?:', at)) at += 2;
      const inner = choice();
      at += 1;
      return inner;
    }
    return sign;
  }
  function fromClass() {
    const negated = peek() === '^';
    let first = peek();
    if (first === '\\') first = { d: '1', w: 'a', s: ' ' }[pattern[at + 1]] ?? pattern[at + 1];
    while (at < pattern.length && peek() !== ']') at += peek() === '\\' ? 2 : 1;
    at += 1;
    return negated ? '中' : first;
  }
  function times() {
    const [whole = '', least] = /^(?:\{(\d+)[^}]*\}|[*+?])/.exec(pattern.slice(at)) ?? [];
    at += whole.length;
    return least === undefined ? 1 : Number(least);
  }
  const text = choice();
  try {
    return new RegExp(pattern, 'u').test(text) ? text : '';
  } catch {
    return '';
  }
}

function numbers(field, unit) {
  const { validate = {}, decimalDigits, increment } = field;
  const least = typeof validate.min === 'number' ? validate.min : null;
  const most = typeof validate.max === 'number' ? validate.max : null;
  const step = Number(increment) || 0;
  const fits = (value) => (least === null || value >= least) && (most === null || value <= most);
  const usual = [100 * unit, unit, 10 * unit, 1000 * unit, least, most, 0, 50000 * unit]
    .filter((value) => value !== null && fits(value));
  return usual.map((value) => {
    if (step) return Math.ceil(value / step) * step;
    return decimalDigits === 0 ? Math.round(value) : value;
  });
}

function dates(field, { today }) {
  const { subtype = 'date' } = field;
  if (subtype === 'time') return ['09:30', '15:00'];
  const range = property(field, 'range') ?? (field.disallowPassedDates ? 'today-or-future' : '');
  const days = { past: [-30, -1], future: [30, 1], 'today-or-future': [30, 0], 'past-or-today': [-30, 0] }[range] ?? [-30, 0, 30];
  const written = [...days, range.includes('past') ? -12000 : 365].map((count) => shifted(today, count));
  return subtype === 'datetime' ? written.map((day) => `${day}T09:30`) : written;
}

function shifted(day, count) {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + count);
  return at.toISOString().slice(0, 10);
}

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11643: of somebody grown up, with the check digit that belongs to it. */
function idNumber(seed) {
  const digits = `53010219${80 + (seed % 15)}0512${String(100 + seed).slice(-3)}`;
  const sum = ID_WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
  return digits + '10X98765432'[sum % 11];
}

const CREDIT_SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** GB 32100: of a company (91), a sole trader (92) …, with its check character. */
function creditCode(kind, seed) {
  const code = `${kind}530102MA6K${String(10000 + seed).slice(-5)}`;
  const sum = [...code].reduce((total, sign, at) => total + (3 ** at % 31) * CREDIT_SIGNS.indexOf(sign), 0);
  return code + CREDIT_SIGNS[(31 - (sum % 31)) % 31];
}
