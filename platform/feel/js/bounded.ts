/**
 * Built-in functions whose result can be far larger than what they are given, written so that
 * they stop in time.
 *
 * V8 ends the whole process when a single native operation asks for more than its heap can ever
 * hold; neither our time limit nor our heap limit comes before that. So what grows is built
 * step by step, or measured first.
 */
import { builtins, getType } from '@bpmn-io/feelin';

import { boundedLength, boundedText, MAX_LIST, MAX_TEXT } from './guard';
import { Refusal } from './refusal';

export type Builtin = ((...values: unknown[]) => unknown) & { $args: string[] };

export const own = builtins as unknown as Record<string, Builtin>;

export function define(
  name: string,
  parameters: string[],
  body: (...values: never[]) => unknown,
): void {
  own[name] = Object.assign(body as Builtin, { $args: parameters });
}

/** Set `name` to a function that gets feelin's own as its first argument. */
export function wrap(
  name: string,
  body: (original: Builtin, ...values: unknown[]) => unknown,
): void {
  const original = own[name];
  define(name, original.$args, (...values: unknown[]) => body(original, ...values));
}

export const isText = (value: unknown): value is string => typeof value === 'string';

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

// --- text ----------------------------------------------------------------------------

// feelin turns a pattern that can't be read into null, and a condition fails quietly.
function pattern(source: string, flags: unknown, own = ''): RegExp {
  const asked = isText(flags) ? [...new Set(flags)].join('') : '';
  if (/[^smi]/.test(asked)) throw new Refusal('unsupported', { what: `flags "${asked}"` });
  try {
    return new RegExp(source, `u${own}${asked}`);
  } catch {
    throw new Refusal('bad-pattern', { pattern: source });
  }
}

wrap('matches', (original, text, source, flags) => {
  if (!isText(text) || !isText(source)) return original(text, source, flags);
  return pattern(source, flags).test(text);
});

wrap('split', (original, text, source) => {
  if (!isText(text) || !isText(source)) return original(text, source);
  const parts = text.split(pattern(source, ''), MAX_LIST + 1);
  boundedLength(parts.length);
  return parts;
});

wrap('replace', (original, text, source, replacement, flags) => {
  if (!isText(text) || !isText(source) || !isText(replacement)) {
    return original(text, source, replacement, flags);
  }
  return replaced(text, pattern(source, flags, 'g'), replacement);
});

/** As String.replace, match by match; `$0` is the whole match and `$1` to `$99` its groups. */
function replaced(text: string, regexp: RegExp, replacement: string): string {
  let result = '';
  let end = 0;
  for (let match = regexp.exec(text); match; match = regexp.exec(text)) {
    const found = match;
    result += text.slice(end, found.index);
    result += replacement.replace(/\$(\$|&|\d\d?)/g, (sign, which: string) => {
      if (which === '$') return '$';
      const group = which === '&' ? 0 : Number(which);
      return group < found.length ? (found[group] ?? '') : sign;
    });
    if (result.length > MAX_TEXT) boundedText(result);
    end = found.index + found[0].length;
    if (found[0] === '') regexp.lastIndex += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return boundedText(result + text.slice(end));
}

wrap('string join', (original, list, delimiter) => {
  const between = isText(delimiter) ? delimiter.length : 0;
  let length = 0;
  for (const item of asList(list)) length += between + (isText(item) ? item.length : 0);
  if (length > MAX_TEXT + between) throw new Refusal('text-too-long', { most: MAX_TEXT });
  return original(list, delimiter);
});

wrap('string', (original, value) => {
  measure(value, { items: MAX_LIST, text: MAX_TEXT });
  return original(value);
});

/** Refuse what would be very long when written out; lists may hold the same list many times. */
function measure(value: unknown, room: { items: number; text: number }): void {
  room.items -= 1;
  if (isText(value)) room.text -= value.length;
  if (room.items < 0 || room.text < 0) throw new Refusal('text-too-long', { most: MAX_TEXT });
  const kind = getType(value);
  if (kind === 'list') for (const item of value as unknown[]) measure(item, room);
  if (kind === 'context') {
    for (const [name, entry] of Object.entries(value as object)) {
      room.text -= name.length;
      measure(entry, room);
    }
  }
}

// --- lists ---------------------------------------------------------------------------

define('concatenate', ['...list'], (...lists: unknown[]) => {
  const result: unknown[] = [];
  for (const list of lists) {
    if (list === null) return null;
    const items = asList(list);
    boundedLength(result.length + items.length);
    for (const item of items) result.push(item);
  }
  return result;
});

define('flatten', ['list'], (list: unknown) => {
  if (list === null) return null;
  const result: unknown[] = [];
  const into = (items: unknown[]) => {
    for (const item of items) {
      if (Array.isArray(item)) into(item);
      else boundedLength(result.push(item));
    }
  };
  into(asList(list));
  return result;
});

// --- everything else, after the fact -------------------------------------------------

for (const name of Object.keys(own)) {
  wrap(name, (original, ...values) => {
    const result = original(...values);
    if (Array.isArray(result)) boundedLength(result.length);
    return boundedText(result);
  });
}
