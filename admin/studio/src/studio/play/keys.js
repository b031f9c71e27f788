/** The key of a new test: one that no part has yet. */
export function freeKey(parts, stem = 'case') {
  for (let n = 1; ; n += 1) if (!parts.includes(`tests/${stem}-${n}`)) return `${stem}-${n}`;
}
