/** Places in matter.json: "materials[2].name" as steps, what stands there, and changed copies. */

/** "materials[2].name.zh" → ['materials', 2, 'name', 'zh'] */
export const steps = (path) =>
  [...path.matchAll(/[^.[\]]+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step));

export const at = (value, path) => steps(path).reduce((inner, step) => inner?.[step], value);

/** A copy of `value` with `put` at the path; undefined takes the property out. */
export function changed(value, path, put) {
  const [step, ...rest] = typeof path === 'string' ? steps(path) : path;
  if (step === undefined) return put;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const inner = rest.length ? changed(copy[step] ?? (typeof rest[0] === 'number' ? [] : {}), rest, put) : put;
  if (inner === undefined && !Array.isArray(copy)) delete copy[step];
  else copy[step] = inner;
  return copy;
}

/** A finding's place as a path: the checks name materials by their keys, editors by their index. */
export function placed(element, definition) {
  const [, key, rest] = /^materials\.([^.[\]]+)(.*)$/.exec(element) ?? [];
  if (key === undefined) return element;
  const index = (definition.materials ?? []).findIndex((material) => material.key === key);
  return index < 0 ? 'materials' : `materials[${index}]${rest}`;
}

export const within = (place, path) =>
  place === path || place.startsWith(`${path}.`) || place.startsWith(`${path}[`);

/** A key nobody has yet: "layout" → "layout-2". */
export function freeKey(wanted, taken) {
  const stem = wanted.replace(/-\d+$/, '');
  for (let n = 1; ; n += 1) {
    const key = n === 1 ? wanted : `${stem}-${n}`;
    if (!taken.includes(key)) return key;
  }
}
