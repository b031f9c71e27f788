/**
 * feelin's own interface with our reading-once behind it, for other bundles in the isolate:
 * they put this in place of their copy of `@bpmn-io/feelin` (see feelin-shared.ts) and share the
 * corrections, the clock and the calendar. As with feelin, warnings are collected, not thrown.
 */
import {
  SyntaxError,
  date,
  duration,
  interpreter,
  parseExpression,
  parseUnaryTests,
} from '@bpmn-io/feelin';

import { Shelf, type Kind, type Names } from './expressions';
import { scopeOf } from './names';

class Collecting {
  warnings: object[] = [];

  addWarning(node: { position: object }, type: string, details: { template: string }): void {
    this.warnings.push({ type, message: details.template, details, position: node.position });
  }
}

interface Read {
  root: (names: Names) => unknown;
  watcher: Collecting;
}

const shelf = new Shelf<Read>(2_000, 100_000);

function read(kind: Kind, source: string, names: Names, dialect?: string): Read {
  const scope = scopeOf(names);
  const key = `${kind}\n${dialect ?? ''}\n${scope.key}\n${source}`;
  let found = shelf.get(key);
  if (!found) {
    const watcher = new Collecting();
    const reading = kind === 'expression' ? interpreter.evaluate : interpreter.unaryTest;
    const { root } = reading.call(interpreter, source, scope.names, dialect, watcher);
    found = { root: root as Read['root'], watcher };
    shelf.put(key, found);
  }
  return found;
}

function watched<T>({ watcher }: Read, run: () => T): { value: T; warnings: object[] } {
  const outer = watcher.warnings; // the same expression may be under way further out
  watcher.warnings = [];
  try {
    const value = run();
    return { value, warnings: watcher.warnings };
  } finally {
    watcher.warnings = outer;
  }
}

export function evaluate(source: string, names: Names = {}, dialect?: string) {
  const found = read('expression', source, names, dialect);
  return watched(found, () => found.root(names));
}

export function unaryTest(source: string, names: Names = {}, dialect?: string) {
  const found = read('unary', source, names, dialect);
  const value = names['?'] ?? null;
  return watched(found, () => (found.root(names) as (value: unknown) => unknown)(value));
}

export { SyntaxError, date, duration, parseExpression, parseUnaryTests };
