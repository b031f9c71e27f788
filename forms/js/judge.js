/**
 * The verdict on answers, in the browser and on the server: the same steps over the same sheet.
 *
 *   fill    every field gets a value: what was answered, what is stored, its default, or empty
 *   settle  computed fields are computed and hidden ones cleared, until nothing changes
 *   judge   each visible field that may be edited is judged, then lists, then rules
 */
import {
  evaluate, holds, isExpression, namesIn, namesOf, plain, rowScope,
} from './feel.js';
import { sentence } from './messages.js';
import { getAt, MOST_ROWS, setAt } from './sheet.js';
import { accept, choicesOf, initial, judge as judgeValue } from './types.js';

/**
 * @param {object} sheet from openSheet
 * @param {object} given stored values: what is read-only, what expressions may use, first values
 * @param {object} answers what the person filled in
 * @param {string} today YYYY-MM-DD in China
 * @returns {{ data: object, errors: Array<{ id, path, label, code, message, params }>,
 *   instances: object[] }}
 */
export function judge(sheet, given, answers, today) {
  const settled = settle(sheet, given, fill(sheet, given, answers), today);
  const errors = findErrors(sheet, given, settled, today);
  return { data: gather(sheet, given, settled), errors, settled };
}

/** Stored values without those this person may not see: what a page may know. */
export function knowable(sheet, given) {
  const known = plain(given);
  forget(sheet.nodes, known);
  return known;
}

function forget(nodes, scope) {
  for (const node of nodes) {
    if (node.kind === 'display') continue;
    const holder = getAt(scope, node.local.slice(0, -1));
    if (node.mode === 'hide' && node.kind !== 'group' && holder) delete holder[node.local.at(-1)];
    else if (node.kind === 'group') forget(node.nodes, scope);
    else if (node.kind === 'list') {
      for (const row of Object.values(getAt(scope, node.local) ?? [])) forget(node.nodes, row);
    }
  }
}

/** The answers with a value for every field that isn't kept from this person. */
export function fill(sheet, given, answers) {
  const data = {};
  fillScope(sheet.nodes, given, answers, data);
  return data;
}

/** A new row of the list with this id. */
export function initialRow(sheet, id) {
  const row = {};
  fillScope(listOf(sheet.nodes, id).nodes, {}, {}, row);
  return row;
}

function listOf(nodes, id) {
  for (const node of nodes) {
    const found = node.id === id ? node : listOf(node.nodes, id);
    if (found) return found;
  }
  return null;
}

function fillScope(nodes, given, answers, scope) {
  for (const node of nodes) {
    if (node.mode === 'hide') continue;
    if (node.kind === 'group') fillScope(node.nodes, given, answers, scope);
    else if (node.kind === 'list') setAt(scope, node.local, fillRows(node, given, answers));
    else if (node.kind === 'value') setAt(scope, node.local, fillValue(node, given, answers));
  }
}

function fillValue({ field, local, mode }, given, answers) {
  const stored = getAt(given, local);
  if (field.type === 'expression') return stored === undefined ? null : plain(stored);
  if (mode === 'read') return stored === undefined ? initial(field) : plain(stored);
  const answered = getAt(answers, local);
  if (answered !== undefined) return accept(field, answered);
  return stored === undefined ? initial(field) : accept(field, stored);
}

function fillRows(node, given, answers) {
  const stored = getAt(given, node.local);
  const answered = node.mode === 'read' ? undefined : getAt(answers, node.local);
  const rows = node.fixed ? stored : answered === undefined ? stored : answered;
  const count = Array.isArray(rows) ? Math.min(rows.length, MOST_ROWS) : emptyRows(node, rows);
  return Array.from({ length: count }, (_, index) => {
    const row = {};
    // Without fixed rows a stored row and an answered row of one number needn't be the same row.
    const before = node.fixed || answered === undefined ? stored?.[index] : undefined;
    fillScope(node.nodes, before ?? {}, answered?.[index] ?? {}, row);
    return row;
  });
}

/** A list nobody has seen yet begins with empty rows; an emptied one stays empty. */
function emptyRows({ field }, rows) {
  if (rows !== undefined) return 0;
  return Math.min(field.defaultRepetitions ?? 1, MOST_ROWS);
}

/**
 * Computes and clears until nothing changes: what a hidden field holds counts for nothing, whether
 * the browser still remembers it or the server never saw it. Conditions that wait for each other
 * in a ring are refused by the lint; here they end after as many rounds as there are conditions.
 *
 * @returns {{ visible: object, names: object, instances: object[] }} the answers of visible fields,
 *   everything expressions see, and the visible places in the order of the form
 */
export function settle(sheet, given, data, today) {
  const others = Object.fromEntries(Object.entries(given).filter(([name]) => !sheet.roots.has(name)));
  const rounds = countConditions(sheet.nodes) + 2;
  let visible = data;
  let round;
  for (let at = 0; at < rounds; at += 1) {
    round = settleOnce(sheet, given, data, { ...others, ...visible }, today);
    const still = same(round.visible, visible);
    visible = round.visible;
    if (still) break;
  }
  return { ...round, names: { ...others, ...visible } };
}

function settleOnce(sheet, given, data, context, today) {
  const instances = [];
  const visible = {};
  visit(sheet.nodes, {
    given,
    from: data,
    to: visible,
    seen: context,
    path: [],
    indexes: {},
    rows: [],
    expressions: { data: context, this: context, parent: null, i: [] },
  });
  return { visible, instances };

  function visit(nodes, scope) {
    let names;
    const seeing = () => { names ??= namesIn(scope.expressions, today); return names; };
    for (const node of nodes) {
      const { field } = node;
      if (node.mode === 'hide') continue;
      if (field.conditional?.hide && holds(field.conditional.hide, seeing())) continue;
      if (node.kind === 'group') { visit(node.nodes, scope); continue; }
      if (node.kind === 'display') continue;
      const path = [...scope.path, ...node.local];
      const instance = { node, scope, path, readonly: isReadonly(node, seeing), names: seeing };
      instances.push(instance);
      if (node.kind === 'list') visitRows(node, scope, path);
      else setAt(scope.to, node.local, valueOf(instance));
    }
  }

  function visitRows(node, scope, path) {
    const rows = getAt(scope.from, node.local) ?? [];
    const seen = getAt(scope.seen, node.local);
    const stored = getAt(scope.given, node.local);
    const kept = rows.map(() => ({}));
    setAt(scope.to, node.local, kept);
    rows.forEach((row, index) => visit(node.nodes, {
      given: (node.fixed && stored?.[index]) || {},
      from: row,
      to: kept[index],
      seen: seen?.[index] ?? {},
      path: [...path, index],
      indexes: { ...scope.indexes, [node.id]: index },
      rows: [...scope.rows, [node.field.label, index + 1]],
      expressions: rowScope(scope.expressions, seen?.[index] ?? {}, index),
    }));
  }

  function valueOf({ node, scope, readonly, names }) {
    const { field, local } = node;
    if (field.type === 'expression') {
      const stored = node.mode === 'read' ? getAt(scope.from, local) ?? null : null;
      return stored ?? evaluate(field.expression, names());
    }
    if (readonly && node.mode === 'edit') {
      const stored = getAt(scope.given, local);
      return stored === undefined ? initial(field) : plain(stored);
    }
    return getAt(scope.from, local);
  }
}

/** Read-only by right, or by the definition's own condition. */
function isReadonly({ field, mode }, names) {
  return mode === 'read' || (isExpression(field.readonly) && holds(field.readonly, names()));
}

function findErrors(sheet, given, { visible, instances }, today) {
  const errors = [];
  const wrong = new Set();
  for (const instance of instances) {
    const found = instance.readonly ? null : problemOf(instance, given, visible, today);
    if (found) {
      errors.push(errorAt(instance, found, sheet.lang));
      wrong.add(instance.node.path);
    }
  }
  for (const rule of sheet.rules) errors.push(...brokenRule(rule, sheet, { instances, wrong }, today));
  return errors;
}

/** What is wrong at one place: { code, params } or null. */
export function problemOf({ node, scope, names }, given, visible, today) {
  const { field } = node;
  if (node.kind === 'list') return rowsProblem(node, getAt(scope.to, node.local) ?? []);
  if (field.type === 'expression') return null;
  const choices = needsChoices(field) ? choicesOf(field, given, names()) : [];
  return judgeValue(getAt(scope.to, node.local), { field, names: names(), today, choices });
}

const needsChoices = (field) => ['radio', 'select', 'checklist', 'taglist'].includes(field.type);

function rowsProblem({ least, most, fixed }, { length: count }) {
  if (fixed) return null;
  if (least !== null && count < least) return { code: 'min-rows', params: { min: least, count } };
  if (count > most) return { code: 'max-rows', params: { max: most, count } };
  return null;
}

/**
 * The errors of one rule: `when` must be true. A rule speaks at its field, in every row if that is
 * in a list, and only where the person can mend it: not while a field it reads is wrong by itself,
 * not at hidden or read-only fields, and about the form as a whole only if something is editable.
 */
function brokenRule(rule, sheet, { instances, wrong }, today) {
  if (readsWrong(rule, wrong)) return [];
  const found = { code: 'rule', params: { message: rule.message } };
  if (rule.node) {
    return instances
      .filter(({ node, readonly }) => node === rule.node && !readonly)
      .filter(({ names }) => !holds(rule.when, names()))
      .map((instance) => errorAt(instance, found, sheet.lang));
  }
  const editable = instances.some(({ node, readonly }) => !readonly && node.kind === 'value');
  const root = instances[0]?.scope.expressions;
  if (!editable || !root) return [];
  const names = namesIn({ data: root.data, this: root.data, parent: null, i: [] }, today);
  return holds(rule.when, names) ? [] : [{
    id: null, path: '', label: '', code: 'rule', message: rule.message, params: found.params,
  }];
}

function readsWrong(rule, wrong) {
  if (!wrong.size) return false;
  const list = rule.node?.list?.path;
  const reads = namesOf(rule.when).map((name) => name
    .replace(/^\?/, '')
    .replace(/^(this|_this_)\./, list ? `${list}.` : ''));
  return [...wrong].some((path) => path === rule.node?.path
    || reads.some((name) => name === path || path.startsWith(`${name}.`) || name.startsWith(`${path}.`)));
}

function errorAt({ node, scope, path }, { code, params }, lang) {
  const { label } = node.field;
  const words = { label, ...params };
  return {
    id: node.id,
    path: path.join('.'),
    label: labelAt(scope.rows, label, lang),
    code,
    message: sentence(code, words, lang),
    params: words,
  };
}

/** The label of a field, with the rows it stands in: "家庭成员（2）姓名". */
function labelAt(rows, label, lang) {
  const place = ([list, number]) => (lang === 'zh' ? `${list}（${number}）` : `${list} (${number}) `);
  return rows.map(place).join('') + label;
}

/** What is to be stored: visible answers, and untouched what this person may not see. */
function gather(sheet, given, { visible }) {
  const data = visible;
  carry(sheet.nodes, given, data);
  return data;
}

function carry(nodes, given, scope) {
  for (const node of nodes) {
    if (node.kind === 'group') carry(node.nodes, given, scope);
    else if (node.mode === 'hide') {
      const stored = node.kind === 'display' ? undefined : getAt(given, node.local);
      if (stored !== undefined) setAt(scope, node.local, plain(stored));
    } else if (node.kind === 'list' && node.fixed) {
      const stored = getAt(given, node.local);
      const rows = getAt(scope, node.local);
      rows?.forEach((row, index) => carry(node.nodes, stored?.[index] ?? {}, row));
    }
  }
}

function countConditions(nodes) {
  return nodes.reduce((count, { field, nodes: inner }) => count + countConditions(inner)
    + (field.conditional?.hide ? 1 : 0) + (field.type === 'expression' ? 1 : 0)
    + (isExpression(field.readonly) ? 1 : 0), 0);
}

/** Deep equality of plain JSON values. */
export function same(a, b) {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length
    && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]));
}
