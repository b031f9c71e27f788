/** How typed text is cleaned and measured, the same before storing as before judging. */

// Signs no form means and no database column takes: control characters and halves of a pair.
// eslint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Cs}/gu;

/** One line: line breaks and tabs become spaces, ends are trimmed. */
export const oneLine = (text) => text.replace(UNWRITABLE, '').replace(/[\r\n\t]/g, ' ').trim();

/** Several lines: line breaks are \n, ends are trimmed. */
export const manyLines = (text) => text.replace(UNWRITABLE, '').replace(/\r\n?/g, '\n').trim();

/** Length as a person counts it: a rare character outside the first plane is one, not two. */
export function lengthOf(text) {
  let count = 0;
  for (const _sign of text) count += 1;
  return count;
}

// The pattern HTML gives for <input type="email"> and form-js uses.
const EMAIL = /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

export const isEmail = (text) => EMAIL.test(text);

const patterns = new Map();

/** Whether `text` matches a definition's pattern anywhere, as form-js tests it. */
export function matches(text, pattern) {
  if (!patterns.has(pattern)) patterns.set(pattern, compile(pattern));
  const compiled = patterns.get(pattern);
  return compiled === null || compiled.test(text);
}

function compile(pattern) {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return null;
  }
}
