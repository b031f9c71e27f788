/**
 * What only the engine itself can say about the expressions and patterns of a definition. Python
 * finds them, asks here, and turns the answers into problems.
 */
import { builtins } from '@bpmn-io/feelin';
import { namesOf, syntaxError } from './feel.js';

const BUILTINS = new Set(Object.keys(builtins));

/**
 * @param {string[]} expressions FEEL, with or without "="
 * @param {string[]} patterns regular expressions
 * @returns {{ expressions: Array<{ error: object|null, names: string[] }>, patterns: boolean[],
 *   builtins: string[] }} per expression its syntax error, or the names it reads
 */
export function lint(expressions, patterns) {
  return {
    expressions: expressions.map((expression) => {
      const error = syntaxError(expression);
      return { error, names: error ? [] : namesOf(expression).filter((name) => !BUILTINS.has(name)) };
    }),
    patterns: patterns.map(compiles),
    builtins: [...BUILTINS],
  };
}

function compiles(pattern) {
  try {
    return Boolean(new RegExp(pattern, 'u'));
  } catch {
    return false;
  }
}
