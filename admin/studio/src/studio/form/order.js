/** Properties in the order people read them: what it is, its name, its words, …, what is inside last. */
const FIRST = [
  'type', 'schemaVersion', 'id', 'key', 'path', 'label', 'labelEn', 'value', 'text', 'textEn', 'when', 'message',
  'messageEn', 'field', 'description', 'descriptionEn', 'placeholder', 'placeholderEn', 'subtype', 'expression',
];
const LAST = ['validate', 'conditional', 'readonly', 'properties', 'appearance', 'values', 'columns', 'layout', 'components', 'rules'];
const RANK = new Map([...FIRST.map((name, at) => [name, at - 1000]), ...LAST.map((name, at) => [name, at + 1000])]);

/** The same definition with its properties in order; the database keeps none. */
export function ordered(value) {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== 'object') return value;
  const names = Object.keys(value).sort((one, other) => (RANK.get(one) ?? 0) - (RANK.get(other) ?? 0));
  return Object.fromEntries(names.map((name) => [name, ordered(value[name])]));
}
