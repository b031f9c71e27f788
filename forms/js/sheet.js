/**
 * A form definition opened for filling in: the tree of its fields, where each keeps its value, and
 * what the person in front of it may do with it.
 *
 * Values live in scopes: the answers as a whole, and every row of a list. A node's `local` path is
 * relative to its scope; a row's scope is the row.
 */
import { isExpression } from './feel.js';
import { TYPES, wholeProperty } from './types.js';

/** No list has more rows, whatever its definition says. */
export const MOST_ROWS = 500;

/**
 * @param {object} definition form-js JSON
 * @param {Record<string, 'read'|'edit'|'hide'>} access by path ("applicant.name", "members",
 *   "members.income"), by id, or "*" for all that isn't named; children follow their container
 * @param {'zh'|'en'} lang
 */
export function openSheet(definition, access = {}, lang = 'zh') {
  const copy = JSON.parse(JSON.stringify(definition));
  const schema = lang === 'zh' ? copy : inLanguage(copy, lang);
  schema.type = 'default'; // what form-js calls a form
  const nodes = [];
  const sheet = { schema, access, lang, nodes, rules: [], roots: new Set() };
  schema.components = openAll(sheet, schema.components ?? [], {
    trail: '', local: [], address: [], mode: access['*'] ?? 'edit', list: null,
  }, nodes);
  sheet.rules = (schema.rules ?? []).map((rule) => ({
    ...rule,
    node: rule.field && (findNode(nodes, ({ path }) => path === rule.field)
      ?? findNode(nodes, ({ id }) => id === rule.field)),
  }));
  return sheet;
}

/** Opens components into nodes; what may not be seen is left out of the returned components. */
function openAll(sheet, components, at, nodes) {
  const shown = [];
  components.forEach((component, index) => {
    const trail = `${at.trail}_${index}`;
    const node = openOne(sheet, component, { ...at, trail });
    nodes.push(node);
    if (node.mode !== 'hide') shown.push(node.field);
  });
  return shown;
}

function openOne(sheet, component, at) {
  const { access } = sheet;
  // Stable ids, so that both sides name the same field: form-js would draw them by lot.
  const field = { ...component, id: component.id || `ow${at.trail}` };
  const kind = kindOf(field);
  const steps = stepsOf(field, kind);
  const local = [...at.local, ...steps];
  const address = [...at.address, ...steps];
  const path = address.join('.');
  const named = (steps.length ? access[path] : undefined) ?? access[field.id];
  const mode = at.mode === 'hide' ? 'hide' : settledMode(field, named ?? at.mode);
  const node = { field, kind, id: field.id, local, address, path, mode, list: at.list, nodes: [] };
  if (steps.length) sheet.roots.add(address[0]);
  field.label = labelOf(field);
  // What is only shown is shown as such; form-js would leave a disabled field out of the answers.
  if (mode === 'read' && kind !== 'display') field.readonly = true;
  delete field.disabled;
  if (field.components) {
    field.components = openAll(sheet, field.components, {
      trail: at.trail,
      local: kind === 'list' ? [] : local,
      address,
      mode,
      list: kind === 'list' ? node : at.list,
    }, node.nodes);
  }
  if (kind === 'list') {
    node.fixed = mode === 'read' || node.nodes.some(keepsRows);
    node.least = node.fixed ? null : wholeProperty(field, 'minRows');
    node.most = Math.min(wholeProperty(field, 'maxRows') ?? MOST_ROWS, MOST_ROWS);
    if (node.fixed) field.allowAddRemove = false;
  }
  return node;
}

/** "value": keeps an answer; "group" and "list": hold others; "display": shows something. */
function kindOf(field) {
  if (field.type === 'dynamiclist') return 'list';
  if (field.type === 'group') return 'group';
  return TYPES[field.type] ? 'value' : 'display';
}

function stepsOf(field, kind) {
  const written = kind === 'value' ? field.key : kind === 'display' ? '' : field.path;
  return written ? written.split('.') : [];
}

function settledMode(field, mode) {
  const only = field.type !== 'expression' && (field.readonly === true || field.disabled === true);
  return mode === 'edit' && only ? 'read' : mode;
}

/** Rows whose columns come from stored data can't be added or taken away: they'd change places. */
function keepsRows(node) {
  if (node.kind === 'value') return node.mode !== 'edit' && node.field.type !== 'expression';
  return node.nodes.some(keepsRows);
}

function labelOf(field) {
  const label = field.label || field.dateLabel || field.timeLabel || '';
  return isExpression(label) ? '' : label;
}

/** The first node with an answer, or list of answers, that fits. */
function findNode(nodes, fits) {
  for (const node of nodes) {
    if ((node.kind === 'value' || node.kind === 'list') && fits(node)) return node;
    const inside = findNode(node.nodes, fits);
    if (inside) return inside;
  }
  return undefined;
}

/** The definition with its second-language texts in place: `labelEn` becomes `label`. */
function inLanguage(value, lang) {
  if (Array.isArray(value)) return value.map((one) => inLanguage(one, lang));
  if (value === null || typeof value !== 'object') return value;
  const suffix = lang[0].toUpperCase() + lang.slice(1);
  const said = Object.entries(value).map(([name, one]) => {
    const other = value[`${name}${suffix}`];
    return [name, typeof one === 'string' && other ? other : inLanguage(one, lang)];
  });
  return Object.fromEntries(said);
}

/** The value at a path of a scope; undefined where the path leads nowhere. */
export function getAt(scope, local) {
  let value = scope;
  for (const step of local) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
    if (!Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

/** Puts a value at a path of a scope, making the objects on the way. */
export function setAt(scope, local, value) {
  let at = scope;
  for (const step of local.slice(0, -1)) {
    if (!Object.hasOwn(at, step) || at[step] === null || typeof at[step] !== 'object') at[step] = {};
    at = at[step];
  }
  at[local.at(-1)] = value;
}
