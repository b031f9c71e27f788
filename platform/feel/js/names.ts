/**
 * Which names the parser has to know.
 *
 * FEEL is parsed with the names in scope, because names may hold blanks and operators:
 * `a-b` is a variable if there is one of that name. But a parse depends only on *odd* names,
 * those that aren't plain identifiers or that are keywords; plain ones read the same known or
 * unknown. So an expression is parsed once per set of odd names, which for our contexts is
 * nearly always the same: none but the host functions.
 */
import { HOST_FUNCTIONS } from './workdays';

/** The odd names of a context, in their places: `{ answers: { "opening date": {} } }`. */
export interface Odd {
  [name: string]: Odd;
}

const PLAIN = /^[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]*$/;

const KEYWORDS = new Set(
  ('for in return if then else some every satisfies or and between instance of days time ' +
    'duration years months date list context function null true false external not').split(' '),
);

const HOST_NAMES: Odd = Object.fromEntries(Object.keys(HOST_FUNCTIONS).map((name) => [name, {}]));
const ONLY_HOST = { names: HOST_NAMES, key: '' };

/** What to parse with, and a key under which the parse can be kept. */
export interface Scope {
  names: Odd;
  key: string;
}

export function scopeOf(context: Record<string, unknown>): Scope {
  const odd = oddIn(context);
  if (!odd) return ONLY_HOST;
  return { names: { ...HOST_NAMES, ...odd }, key: JSON.stringify(odd) };
}

/** Odd names of a list's items count as the list's own, so that `items.floor-area` is read. */
function oddIn(value: unknown): Odd | null {
  let odd: Odd | null = null;
  if (Array.isArray(value)) {
    for (const item of value) odd = merged(odd, oddIn(item));
    return odd;
  }
  if (!isContext(value)) return null;
  for (const name of Object.keys(value)) {
    const below = oddIn(value[name]);
    if (below || !PLAIN.test(name) || KEYWORDS.has(name)) {
      odd ??= {};
      odd[name] = below ?? {};
    }
  }
  return odd;
}

function merged(a: Odd | null, b: Odd | null): Odd | null {
  if (!a || !b) return a ?? b;
  const both: Odd = { ...a };
  for (const name of Object.keys(b)) both[name] = merged(both[name] ?? null, b[name]) as Odd;
  return both;
}

export function isContext(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}
