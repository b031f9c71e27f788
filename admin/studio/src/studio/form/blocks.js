/** Blocks of components: put into a form with names of their own, or kept to be used again. */
import { ask } from '../draft.js';
import { choose } from '../choices.js';
import { renamed, rewrite } from './names.js';
import { freeName, walk } from './types.js';
import { t } from './words.js';

/** Copies of components with ids and names that the form doesn't have yet, expressions following. */
export function copied(components, form) {
  const copies = JSON.parse(JSON.stringify(components));
  const names = new Set();
  const ids = new Set();
  walk(form, ({ id, key, path }) => {
    ids.add(id);
    for (const name of [key, path]) if (name) names.add(name);
  });
  const changes = [];
  walk({ components: copies }, (component) => {
    delete component._parent;
    delete component._path;
    for (const name of ['key', 'path']) {
      if (!component[name]) continue;
      const free = freeName(component[name], (one) => names.has(one));
      if (free !== component[name]) changes.push(renamed(component[name], free));
      component[name] = free;
      names.add(free);
    }
    if (component.id) component.id = freeName(component.id, (one) => ids.has(one));
    ids.add(component.id);
  });
  const rows = new Map();
  walk({ components: copies }, (component) => {
    for (const change of changes) rewrite(component, change);
    component.layout = placed(component.layout, rows);
  });
  return copies;
}

/** What stood side by side still does, in rows that are no others'. */
function placed(layout, rows) {
  if (!layout?.row) return layout;
  if (!rows.has(layout.row)) rows.set(layout.row, `Row_${Math.random().toString(36).slice(2, 9)}`);
  return { ...layout, row: rows.get(layout.row) };
}

/** Which block to insert: resolves to it, or null. */
export async function pickBlock(blocks) {
  const list = document.createElement('div');
  list.className = 'fd-blocks';
  for (const block of blocks) {
    const button = document.createElement('button');
    button.value = `block:${block.key}`;
    button.className = 'fd-block';
    const labels = [];
    walk(block.schema, ({ label, type }) => type !== 'group' && label && labels.push(label));
    const name = Object.assign(document.createElement('b'), { textContent: block.name });
    const from = Object.assign(document.createElement('span'), {
      className: 'fd-note', textContent: block.own ? t('blockOwn') : block.shipped ? t('blockShipped') : t('blockAbove'),
    });
    const what = Object.assign(document.createElement('small'), { textContent: labels.join('、') });
    button.append(name, from, what);
    list.append(button);
  }
  const all = Object.assign(document.createElement('a'), { href: '/configure/form-blocks', textContent: t('manageBlocks') });
  const body = document.createElement('div');
  body.append(list, all);
  const answer = await choose({ title: t('insertBlock'), body, wide: false, choices: [{ value: '', label: t('cancel'), tone: 'quiet' }] });
  return blocks.find(({ key }) => answer === `block:${key}`) ?? null;
}

/** Asks for a name and keeps the components as a block; resolves to it, or null. */
export async function keepBlock(components, { suggested, blocks }) {
  const body = document.createElement('div');
  body.className = 'fd-keep';
  const field = (label, value) => {
    const row = document.createElement('label');
    const input = Object.assign(document.createElement('input'), { className: 'form-control', value });
    row.append(label, input);
    body.append(row);
    return input;
  };
  const taken = (key) => blocks.some((block) => block.key === key);
  const name = field(t('name'), suggested);
  const english = field(t('inEnglish', { label: t('name') }), '');
  const key = field(t('blockKey'), freeName('block', taken).replace(/_/g, '-'));
  body.append(Object.assign(document.createElement('p'), { className: 'fd-note', textContent: t('blockKeyHint') }));
  const answer = await choose({
    title: t('keepAsBlock'), body,
    choices: [{ value: '', label: t('cancel'), tone: 'quiet' }, { value: 'keep', label: t('keep'), tone: 'primary' }],
  });
  if (answer !== 'keep') return null;
  const schema = {
    type: 'default', schemaVersion: 19, id: `block_${key.value.replace(/[^a-z0-9_]/g, '_')}`,
    label: name.value, ...(english.value ? { labelEn: english.value } : {}), components,
  };
  const saved = await ask(`/api/form-blocks/${encodeURIComponent(key.value)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: name.value, name_en: english.value, schema }),
  });
  return saved.json();
}
