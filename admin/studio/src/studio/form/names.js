/** What expressions of a form may use where they stand: its own answers, those of a row, those given. */
import { CONTAINERS, keepsValue, titleOf, walk } from './types.js';
import { lang } from '../words.js';

const TYPES = { number: 'number', money: 'number', checklist: 'list', taglist: 'list', checkbox: 'boolean', region: 'region', expression: 'any' };
const PARTS = { zh: ['省', '市', '县区', '乡镇街道', '门牌'], en: ['Province', 'City', 'County', 'Town', 'Street'] };
const REGION = ['province', 'city', 'county', 'town', 'street'];

/** Every name of the form: `{ path, label, type, component }`, lists before their columns. */
export function namesOf(form) {
  const found = [];
  (function look(components, before) {
    for (const component of components ?? []) {
      const { type } = component;
      const own = keepsValue(type) ? component.key : CONTAINERS.has(type) ? component.path : '';
      const path = own ? before + own : '';
      const label = titleOf(component);
      if (type === 'group') look(component.components, path ? `${path}.` : before);
      else if (type === 'dynamiclist' && path) {
        found.push({ path, label, type: 'list', component });
        look(component.components, `${path}.`);
      } else if (path && keepsValue(type)) {
        found.push({ path, label, type: TYPES[type] ?? 'string', component });
      }
    }
  })(form.components, '');
  return found;
}

/** As the expression editor takes them. `within`: the list whose rows the expression stands in. */
export function scopeNames(form, given, within) {
  const own = namesOf(form).flatMap(spread);
  const rows = within ? own.filter(({ name }) => name.startsWith(`${within}.`)) : [];
  const columns = rows.map((one) => ({ ...one, name: `this.${one.name.slice(within.length + 1)}` }));
  const special = within
    ? [{ name: 'i', type: 'number', label: lang === 'en' ? 'Number of the row' : '第几行' }, { name: 'parent', type: 'context', label: '' }]
    : [];
  return [...columns, ...own, ...special, ...given];
}

function spread({ path, label, type }) {
  if (type !== 'region') return [{ name: path, label, type }];
  return [
    { name: path, label, type },
    ...REGION.map((part, at) => ({ name: `${path}.${part}`, label: `${label} · ${PARTS[lang][at]}`, type: 'string' })),
  ];
}

/** The list around a component, by its path in the answers; '' outside lists. */
export function listAround(form, id) {
  let found = '';
  (function look(components, before, list) {
    for (const component of components ?? []) {
      if (component.id === id) found = list;
      const path = component.path ? before + component.path : before.replace(/\.$/, '');
      const inner = component.path ? `${path}.` : before;
      look(component.components, inner, component.type === 'dynamiclist' ? path : list);
    }
  })(form.components, '', '');
  return found;
}

/** The component a place in the JSON belongs to: "components[2].components[0].validate.min". */
export function componentAt(form, path) {
  let at = form;
  for (const [, index] of path.matchAll(/components\[(\d+)\]/g)) at = at?.components?.[Number(index)];
  return at && at !== form ? at : null;
}

/** Where a component stands in the JSON: "components[2].components[0]"; '' if it isn't there. */
export function pathOf(form, id) {
  let found = '';
  (function look(components, before) {
    (components ?? []).forEach((component, index) => {
      const path = `${before}components[${index}]`;
      if (component.id === id) found = path;
      look(component.components, `${path}.`);
    });
  })(form.components, '');
  return found;
}

/** Expressions of a component, `change(text)` giving what shall stand there instead. */
export function rewrite(component, change) {
  const one = (holder, name) => {
    if (typeof holder?.[name] === 'string' && holder[name].startsWith('=')) holder[name] = change(holder[name]);
  };
  one(component.conditional, 'hide');
  for (const name of ['readonly', 'expression', 'valuesExpression', 'dataSource']) one(component, name);
  for (const name of ['min', 'max', 'minLength', 'maxLength']) one(component.validate, name);
  for (const name of ['text', 'textEn', 'description', 'descriptionEn']) {
    if (component[name]?.includes('{{')) component[name] = component[name].replace(/\{\{.*?\}\}/gs, change);
  }
}

/** A name in expressions, wherever it stands alone, becomes another. */
export const renamed = (from, to) => (text) =>
  text.replace(new RegExp(`("[^"]*")|(?<![\\p{L}\\p{N}_.])${escaped(from)}(?![\\p{L}\\p{N}_])`, 'gu'), (whole, quoted) => quoted ?? to);

/**
 * Another key (or path) for a component, expressions and rules of the form following; changes `form`
 * and tells the name of the answer before and after.
 */
export function rename(form, component, name, to) {
  const before = namesOf(form).find((one) => one.component.id === component.id)?.path ?? component[name];
  const after = before.slice(0, before.length - component[name].length) + to;
  const within = listAround(form, component.id);
  const changes = [renamed(before, after)];
  if (within) changes.push(renamed(`this.${component[name]}`, `this.${to}`));
  const all = (text) => changes.reduce((now, change) => change(now), text);
  walk(form, (one) => {
    if (one.id === component.id) one[name] = to;
    rewrite(one, all);
  });
  for (const rule of form.rules ?? []) {
    rule.when = all(rule.when);
    if (rule.field) rule.field = moved(rule.field, before, after);
  }
  return { before, after };
}

/** A path with the beginning `before` made `after`. */
const moved = (path, before, after) =>
  path === before || path.startsWith(`${before}.`) ? after + path.slice(before.length) : path;

/** What is kept by paths (`{ 'site.area': 'read' }`), with one of them renamed. */
export const withOther = (fields, before, after) =>
  Object.fromEntries(Object.entries(fields).map(([path, value]) => [moved(path, before, after), value]));

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

