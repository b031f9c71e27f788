/** Which names an expression takes from outside, and what else can be said without running it. */
import type { SyntaxNode, Tree } from '@lezer/common';
import { builtins, parseExpression, parseUnaryTests } from '@bpmn-io/feelin';
import { normalizeContextKey } from '@bpmn-io/lezer-feel';

import { compile, type Kind, type Names } from './expressions';
import { scopeOf } from './names';
import { asRefusal, Refusal, type Place } from './refusal';

/** A name used but not made inside the expression, with the entries read of it. */
export interface Free {
  name: string;
  /** `answers.site.area` is name "answers", path ["site", "area"]. */
  path: string[];
  called: boolean;
  place: Place;
  /** Where each entry of `path` stands. */
  places: Place[];
}

export interface Findings {
  free: Free[];
  refusals: Refusal[];
}

/**
 * Read `source` as it would be read with `names` in scope. Names inside a filter are not
 * reported: in `items[price > limit]` either may be an entry of the items.
 */
export function findings(kind: Kind, source: string, names: Names): Findings {
  const scope = scopeOf(names);
  try {
    compile(kind, source, scope);
  } catch (error) {
    return { free: [], refusals: [asRefusal(error)] };
  }
  const parse = kind === 'expression' ? parseExpression : parseUnaryTests;
  const tree: Tree = parse(source, scope.names, undefined);
  const walk = new Walk(source);
  walk.visit(tree.topNode, new Set(kind === 'unary' ? ['?'] : []), false);
  return { free: walk.free, refusals: walk.refusals };
}

class Walk {
  readonly free: Free[] = [];
  readonly refusals: Refusal[] = [];

  constructor(private readonly source: string) {}

  /** `open`: inside a filter, where any name may be an entry of the item. */
  visit(node: SyntaxNode, bound: ReadonlySet<string>, open: boolean): void {
    switch (node.name) {
      case 'VariableName':
        return this.use(node, [], [], bound, open);
      case 'PathExpression':
        return this.path(node, bound, open);
      case 'FilterExpression': {
        const [target, , condition] = children(node);
        this.visit(target, bound, open);
        return condition && this.visit(condition, bound, true);
      }
      case 'ForExpression':
      case 'QuantifiedExpression':
        return this.iteration(node, bound, open);
      case 'FunctionDefinition':
        return this.definition(node, bound, open);
      case 'Context':
        return this.context(node, bound, open);
      case 'FunctionInvocation':
        return this.invocation(node, bound, open);
      case 'NamedParameter':
        return this.visit(children(node)[1], bound, open);
      case 'DateTimeLiteral':
        return this.moment(node, bound, open);
      case 'Type':
        return undefined;
      case 'SimplePositiveUnaryTest':
        // `> 3` where a value is wanted: half of a comparison.
        if (node.parent?.name === 'Expression') this.refuse('half', {}, node);
      // falls through
      default:
        for (const child of children(node)) this.visit(child, bound, open);
    }
  }

  private use(
    node: SyntaxNode,
    path: string[],
    places: Place[],
    bound: ReadonlySet<string>,
    open: boolean,
  ): void {
    const name = this.nameOf(node);
    const called = node.parent?.name === 'FunctionInvocation' && !node.prevSibling;
    const handed = node.parent?.name.endsWith('Parameters') || node.parent?.name === 'NamedParameter';
    if (bound.has(name) || open || (isBuiltin(name) && (called || handed))) return;
    this.free.push({ name, path, called, place: { from: node.from, to: node.to }, places });
  }

  private path(node: SyntaxNode, bound: ReadonlySet<string>, open: boolean): void {
    const entries: SyntaxNode[] = [];
    let target = node;
    while (target.name === 'PathExpression') {
      const [inner, entry] = children(target);
      if (entry) entries.unshift(entry);
      target = inner;
    }
    const path = entries.map((entry) => this.nameOf(entry));
    const places = entries.map(({ from, to }) => ({ from, to }));
    if (target.name === 'VariableName') this.use(target, path, places, bound, open);
    else this.visit(target, bound, open);
  }

  private iteration(node: SyntaxNode, bound: ReadonlySet<string>, open: boolean): void {
    const inside = new Set(bound);
    for (const part of children(node)) {
      if (part.name !== 'InExpressions') {
        if (node.name === 'ForExpression') inside.add('partial');
        this.visit(part, inside, open);
        continue;
      }
      for (const over of children(part)) {
        const [name, ...values] = children(over);
        // Names may run over earlier ones, not over themselves: `x in lists, y in x`.
        for (const value of values) this.visit(value, inside, open);
        inside.add(this.nameOf(name));
      }
    }
  }

  private definition(node: SyntaxNode, bound: ReadonlySet<string>, open: boolean): void {
    const inside = new Set(bound);
    for (const part of children(node)) {
      if (part.name === 'FormalParameters') {
        for (const parameter of children(part)) {
          inside.add(this.nameOf(children(parameter)[0]));
        }
      } else if (part.name === 'FunctionBody') this.visit(part, inside, open);
    }
  }

  private context(node: SyntaxNode, bound: ReadonlySet<string>, open: boolean): void {
    const inside = new Set(bound);
    for (const entry of children(node)) {
      if (entry.name !== 'ContextEntry') continue;
      const [key, value] = children(entry);
      if (value) this.visit(value, inside, open);
      inside.add(this.nameOf(key).replace(/^"|"$/g, ''));
    }
  }

  private invocation(node: SyntaxNode, bound: ReadonlySet<string>, open: boolean): void {
    const [target, ...rest] = children(node);
    const name = target.name === 'VariableName' ? this.nameOf(target) : null;
    this.visit(target, bound, open);
    for (const part of rest) this.visit(part, bound, open);
    if (name === null || bound.has(name) || !isBuiltin(name)) return;

    const parameters = (builtins as Record<string, { $args: string[] }>)[name].$args;
    const given = rest.find((part) => part.name === 'PositionalParameters');
    const variadic = parameters.at(-1)?.startsWith('...');
    if (NOT_BUILT.has(name)) this.refuse('unsupported', { what: name }, target);
    else if (given && !variadic && children(given).length > parameters.length) {
      this.refuse('wrong-arguments', { name }, node);
    }
  }

  /** `date("2024-02-30")` is null when run; said now, as it stands there in writing. */
  private moment(node: SyntaxNode, bound: ReadonlySet<string>, open: boolean): void {
    for (const child of children(node)) this.visit(child, bound, open);
    const text = this.source.slice(node.from, node.to);
    if (!/^(?:@|[a-z ]+\()\s*"[^"]*"\s*\)?$/.test(text)) return;
    if (compile('expression', text, scopeOf({}))({}) === null) {
      this.refuse('bad-moment', { text }, node);
    }
  }

  private refuse(code: string, params: Record<string, unknown>, { from, to }: SyntaxNode): void {
    this.refusals.push(new Refusal(code, params, { from, to }));
  }

  nameOf(node: SyntaxNode): string {
    return plain(this.source.slice(node.from, node.to));
  }
}

/** Names are the same whatever blanks stand in them. */
function plain(name: string): string {
  return normalizeContextKey(name).replace(/\s+/g, ' ');
}

const isBuiltin = (name: string) => Object.prototype.hasOwnProperty.call(builtins, name);

/** Built-ins that feelin names and doesn't have. */
const NOT_BUILT = new Set(
  'overlaps before,overlaps after,finishes,finished by,during,starts,started by,coincides'.split(
    ',',
  ),
);

function children(node: SyntaxNode): SyntaxNode[] {
  const all: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) all.push(child);
  return all;
}
