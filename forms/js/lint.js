/**
 * What only the engine itself can say about the expressions and patterns of a definition. Python
 * finds them, asks here, and turns the answers into problems.
 */
import { namesOf, syntaxError } from './feel.js';

/**
 * @param {string[]} expressions FEEL, with or without "="
 * @param {string[]} patterns regular expressions
 * @returns {{ expressions: Array<{ error: object|null, names: string[] }>, patterns: boolean[] }}
 *   per expression its syntax error, or the names it reads and the functions it calls
 */
export function lint(expressions, patterns) {
  return {
    expressions: expressions.map((expression) => {
      const error = syntaxError(expression);
      return { error, names: error ? [] : namesOf(expression) };
    }),
    patterns: patterns.map(compiles),
  };
}

function compiles(pattern) {
  try {
    return Boolean(new RegExp(pattern, 'u'));
  } catch {
    return false;
  }
}
