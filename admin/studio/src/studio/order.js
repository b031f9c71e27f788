/**
 * Properties in the order people read them: what it is, its name, its words, …, what is inside last.
 * The database keeps them in an order of its own, so that the same thing would look changed.
 */
const FIRST = [
  'type', 'schemaVersion', 'id', 'key', 'path', 'label', 'labelEn', 'value', 'text', 'textEn', 'when', 'message',
  'messageEn', 'field', 'description', 'descriptionEn', 'placeholder', 'placeholderEn', 'subtype', 'expression',
];
const LAST = ['validate', 'conditional', 'readonly', 'properties', 'appearance', 'values', 'columns', 'layout', 'components', 'rules'];
const RANK = new Map([...FIRST.map((name, at) => [name, at - 1000]), ...LAST.map((name, at) => [name, at + 1000])]);

const rank = (name) => RANK.get(name) ?? 0;

/** The same content with its properties in order. */
export function ordered(value) {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== 'object') return value;
  const names = Object.keys(value).sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  return Object.fromEntries(names.map((name) => [name, ordered(value[name])]));
}
