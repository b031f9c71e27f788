/** The names an expression may use: offered while typing, found again under the pointer. */
import { snippet } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import { FUNCTIONS, PHRASES } from './functions.js';
import { words } from './words.js';

const QUIET = new Set(['StringLiteral', 'LineComment', 'BlockComment', 'Key', 'ParameterName']);
// The path before the cursor: "members[1].na", "answers.site.", "受理".
const PATH = /((?:[\p{L}_?][\p{L}\p{N}_]*(?:\[[^\]]*\])?\.)*)([\p{L}_?][\p{L}\p{N}_ -]*)?$/u;

/**
 * @param {Array<{name: string, type?: string, label?: string}>|null} names
 * @returns what is asked of names: `paths` for the server (null: anything goes), `context` for the
 *   parser, `tree` for what stands below each
 */
export function scopeOf(names) {
  const tree = { below: new Map() };
  for (const name of names ?? []) {
    let at = tree;
    const steps = name.name.split('.');
    steps.forEach((step, index) => {
      if (!at.below.has(step)) at.below.set(step, { name: steps.slice(0, index + 1).join('.'), below: new Map() });
      at = at.below.get(step);
    });
    Object.assign(at, name);
  }
  return { paths: names && names.map(({ name }) => name), tree, context: contextOf(tree) };
}

function contextOf({ below }) {
  return Object.fromEntries([...below].map(([step, inner]) => [step, inner.below.size ? contextOf(inner) : 1]));
}

/** What may stand at the cursor: names below the path before it, else names, functions, phrases. */
export function completions(context, scope, lang) {
  const { state, pos, explicit } = context;
  if (QUIET.has(syntaxTree(state).resolveInner(pos, -1).name)) return null;
  const before = state.sliceDoc(Math.max(0, pos - 200), pos);
  const [, way, typed = ''] = PATH.exec(before) ?? [];
  if (!typed && !way && !explicit) return null;
  const holder = below(scope.tree, way ? way.slice(0, -1) : '');
  if (!holder) return null;
  const said = words[lang];
  const names = [...holder.below.values()].map((one) => ({
    label: last(one.name),
    detail: [one.label, said.types[one.type] ?? one.type ?? (one.below.size ? said.types.context : '')]
      .filter(Boolean).join(' · '),
    boost: 10,
    type: 'variable',
  }));
  const from = pos - lastWord(typed, names).length;
  return { from, options: way ? names : [...names, ...functions(lang), ...phrases(lang)], validFor: /^[\p{L}\p{N}_]*$/u };
}

/** Names may hold blanks; what is completed is the longest end of the text that begins one. */
function lastWord(typed, names) {
  for (let at = 0; at < typed.length; at += 1) {
    const rest = typed.slice(at);
    const starts = at === 0 || /[\s-]/.test(typed[at - 1]);
    if (starts && /[\s-]/.test(rest) && names.some(({ label }) => label.startsWith(rest))) return rest;
  }
  return /[\p{L}\p{N}_?]*$/u.exec(typed)[0];
}

const last = (name) => name.slice(name.lastIndexOf('.') + 1);

function below(tree, way) {
  let at = tree;
  for (const step of way ? way.replace(/\[[^\]]*\]/g, '').split('.') : []) {
    at = at?.below.get(step);
  }
  return at?.below.size ? at : null;
}

function functions(lang) {
  return FUNCTIONS.map(([name, parameters, zh, en]) => ({
    label: name,
    detail: lang === 'en' ? en : zh,
    displayLabel: `${name}(${parameters})`,
    type: 'function',
    apply: snippet(`${name}(${parameters ? '${}' : ''})`),
  }));
}

function phrases(lang) {
  return PHRASES.map(([label, pattern, zh, en]) => ({
    label,
    detail: lang === 'en' ? en : zh,
    type: 'keyword',
    boost: -5,
    apply: snippet(pattern),
  }));
}

/** The name in scope at a place in the text, with where it stands. */
export function nameAt(state, at, scope) {
  const { text, from: start } = state.doc.lineAt(at);
  for (const match of text.matchAll(/[\p{L}_?][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/gu)) {
    const from = start + match.index;
    if (at < from || at > from + match[0].length) continue;
    const end = match[0].indexOf('.', at - from);
    const name = match[0].slice(0, end < 0 ? undefined : end);
    let found = scope.tree;
    for (const step of name.split('.')) found = found?.below.get(step);
    return found?.name ? { name: found, from, to: from + name.length } : null;
  }
  return null;
}
