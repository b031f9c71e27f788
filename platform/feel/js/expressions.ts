/**
 * Expressions and unary tests: read once, evaluated often.
 *
 * feelin turns an expression into closures and calls them once. We keep the closures: reading
 * costs some twenty times as much as evaluating.
 */
import { getType, interpreter } from '@bpmn-io/feelin';

import type { Scope } from './names';
import { Refusal, type Place } from './refusal';

export type Kind = 'expression' | 'unary';
export type Names = Record<string, unknown>;
export type Compiled = (names: Names) => unknown;

interface Node {
  name: string;
  input: string;
  position: Place;
}

interface Details {
  template: string;
  values: Record<string, unknown>;
}

/** Takes feelin's warnings as they arise, and stops at those that would falsify a result. */
class Strict {
  constructor(private readonly source: string) {}

  addWarning(node: Node, type: string, details: Details): void {
    switch (type) {
      case 'NO_VARIABLE_FOUND':
        throw this.unknown(node);
      case 'NO_FUNCTION_FOUND':
        throw new Refusal('unknown-function', { name: callee(node) }, node.position);
      case 'FUNCTION_INVOCATION_FAILURE':
        throw new Refusal('wrong-arguments', { name: callee(node) }, node.position);
      case 'INVALID_TYPE':
        throw new Refusal('wrong-kinds', { operator: node.input, ...kinds(details) }, node.position);
      case 'NO_PROPERTY_FOUND': {
        // Nothing of nothing is nothing: `spouse.name` where there is no spouse.
        const kind = getType(details.values.target);
        if (kind === 'nil') return;
        throw new Refusal('no-property', { name: node.input, kind }, node.position);
      }
      // An entry that isn't there is null, as FEEL says: an optional answer not given.
      // Misspelt ones are found when the expression is checked.
      case 'NO_CONTEXT_ENTRY_FOUND':
        return;
      default:
        throw new Refusal('failed', { reason: type }, node.position);
    }
  }

  private unknown(node: Node): Refusal {
    const called = /^\s*\(/.test(this.source.slice(node.position.to));
    const name = node.input.replace(/\s+/g, ' ');
    return new Refusal(called ? 'unknown-function' : 'unknown-name', { name }, node.position);
  }
}

const callee = (node: Node) => node.input.slice(0, node.input.indexOf('(')).trim();

function kinds({ values }: Details): { left: string; right: string } {
  return { left: getType(values.left), right: getType(values.right) };
}

/** Read an expression. Throws feelin's SyntaxError, or a Refusal for what it can't do. */
export function compile(kind: Kind, source: string, scope: Scope): Compiled {
  const watcher = new Strict(source);
  const read = kind === 'expression' ? interpreter.evaluate : interpreter.unaryTest;
  const { root } = read.call(interpreter, source, scope.names, undefined, watcher);
  if (!root) throw new Refusal('empty');
  if (kind === 'expression') return root;
  return (names) => (root(names) as (value: unknown) => unknown)(names['?'] ?? null) === true;
}

/**
 * Compiled expressions, the least recently used ones forgotten. Bounded by number and by
 * characters: a character of source becomes some 60 bytes of closures, and the heap has 64 MB.
 */
export class Shelf<Item> {
  private readonly items = new Map<string, Item>();
  private characters = 0;

  constructor(
    private readonly mostItems: number,
    private readonly mostCharacters: number,
  ) {}

  get(key: string): Item | undefined {
    const found = this.items.get(key);
    if (found) {
      this.items.delete(key);
      this.items.set(key, found);
    }
    return found;
  }

  put(key: string, item: Item): void {
    this.items.set(key, item);
    this.characters += key.length;
    for (const oldest of this.items.keys()) {
      if (this.items.size <= this.mostItems && this.characters <= this.mostCharacters) break;
      this.items.delete(oldest);
      this.characters -= oldest.length;
    }
  }
}

const shelf = new Shelf<Compiled>(2_000, 100_000);

export function compiled(kind: Kind, source: string, scope: Scope): Compiled {
  const key = `${kind}\n${scope.key}\n${source}`;
  let found = shelf.get(key);
  if (!found) {
    found = compile(kind, source, scope);
    shelf.put(key, found);
  }
  return found;
}
