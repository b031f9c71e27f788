/**
 * FEEL as forms use it: the engine form-js ships (@bpmn-io/feelin), with parsed expressions kept.
 *
 * The browser and the server's V8 run this same file, so an expression means the same on both
 * sides. Names are looked up at evaluation only: keys of fields are plain identifiers (the lint
 * sees to it), so what an expression parses to never depends on the data.
 */
// The engine's inner parts and corrections come from the feel room, through build/forms.mjs.
import '../../platform/feel/js/builtins.ts';
import {
  InterpreterContext, date, interpreter, parseExpression,
} from '@bpmn-io/feelin';
import { DateTime, Duration } from 'luxon';

/** More expressions than any one form has; a full cache is thrown away, not trimmed. */
const CACHE_SIZE = 2000;
const compiled = new Map();

export const isExpression = (value) => typeof value === 'string' && value.startsWith('=');

/**
 * The plain JSON value of `expression` (with or without its leading "="); null when it can't be
 * evaluated, as form-js does.
 *
 * @param {string} expression
 * @param {Record<string, unknown>} names
 */
export function evaluate(expression, names) {
  return plain(evaluateRaw(expression, names));
}

/** The value as FEEL has it: dates and durations are luxon objects. */
export function evaluateRaw(expression, names) {
  const program = programOf(expression);
  if (!program) return null;
  try {
    return program.root(names);
  } catch {
    return null;
  } finally {
    // Warnings pile up in the object the parsed expression was built with.
    program.context.warnings.length = 0;
  }
}

/**
 * Whether a condition holds. Only `true` counts: form-js evaluates "hide" as a unary test, in which
 * a comparison with an empty field gives null and null passes, so that "=area > 100" would hide a
 * field while the area is still empty.
 */
export function holds(expression, names) {
  return evaluateRaw(expression, names) === true;
}

/** A number or text that may be written as an expression ("=…"); null when it gives nothing. */
export function settleValue(value, names) {
  if (!isExpression(value)) return value ?? null;
  return evaluate(value, names);
}

/**
 * The names an expression sees, as form-js builds them: the answers, and `this`, `parent`, `i` of
 * the row it stands in. `today()` is the day both sides were given, not the machine's.
 *
 * @param {{ data: object, this: object, parent: object|null, i: number[] }} scope
 * @param {string} today YYYY-MM-DD
 */
export function namesIn(scope, today) {
  const { data, ...special } = scope;
  return {
    ...special,
    ...data,
    _this_: scope.this,
    _parent_: scope.parent,
    _i_: scope.i,
    today: () => date(today),
  };
}

/** The scope of row `index` of a list, seen from the scope the list stands in. */
export function rowScope(scope, row, index) {
  const { data, this: outer, ...special } = scope;
  return {
    data,
    this: row,
    parent: {
      ...special, this: outer, ...outer, _this_: outer, _parent_: scope.parent, _i_: scope.i,
    },
    i: [...scope.i, index + 1],
  };
}

/** FEEL values as JSON: dates as YYYY-MM-DD, numbers finite, no functions or ranges. */
export function plain(value) {
  if (value === null || value === undefined || typeof value === 'function') return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (DateTime.isDateTime(value)) {
    if (!value.isValid) return null;
    const midnight = value.hour + value.minute + value.second + value.millisecond === 0;
    return midnight && value.zone.isUniversal ? value.toISODate() : value.toISO();
  }
  if (Duration.isDuration(value)) return value.toISO();
  if (Object.getPrototypeOf(value) !== Object.prototype) return null;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}

function programOf(expression) {
  if (!compiled.has(expression)) {
    if (compiled.size >= CACHE_SIZE) compiled.clear();
    compiled.set(expression, parse(expression));
  }
  return compiled.get(expression);
}

function parse(expression) {
  const context = new InterpreterContext();
  try {
    const { root } = interpreter.evaluate(bare(expression), {}, undefined, context);
    return { root, context };
  } catch {
    return null;
  }
}

const bare = (expression) => (isExpression(expression) ? expression.slice(1) : expression);

/**
 * What is wrong with the writing of an expression, or null: { message, from, to }.
 *
 * @param {string} expression
 */
export function syntaxError(expression) {
  try {
    interpreter.evaluate(bare(expression), {}, undefined, new InterpreterContext());
    return null;
  } catch (error) {
    const { from = 0, to = 0 } = error.position ?? {};
    return { message: String(error.message), from, to };
  }
}

/**
 * The paths of names an expression reads: "applicant.kind" for `applicant.kind = "x"`. Names bound
 * inside the expression (`for`, `some`, functions, contexts) and `item` are left out.
 *
 * @param {string} expression
 * @returns {string[]}
 */
export function namesOf(expression) {
  const text = bare(expression);
  const found = new Set();
  const tree = parseExpression(text, {});
  collect(tree.topNode, new Set());
  return [...found];

  function collect(node, bound) {
    if (node.name === 'PathExpression' || node.name === 'VariableName') {
      const path = pathOf(node);
      if (path) {
        if (!bound.has(path[0])) found.add(path.join('.'));
        return;
      }
      // A path on something computed, `items[1].name`: what stands before the dot is read.
      if (node.name === 'PathExpression') return collect(node.firstChild, bound);
      return;
    }
    const inner = binds(node) ? new Set([...bound, ...boundIn(node)]) : bound;
    const filtered = node.name === 'FilterExpression';
    for (let child = node.firstChild, at = 0; child; child = child.nextSibling, at += 1) {
      // Inside a filter any bare name may be a property of the item.
      if (filtered && at > 0) collectFilter(child, inner);
      else collect(child, inner);
    }
  }

  function collectFilter(node, bound) {
    for (const path of namesOf(text.slice(node.from, node.to))) {
      const name = path.split('.')[0];
      if (name !== 'item' && !bound.has(name)) found.add(`?${path}`);
    }
  }

  function pathOf(node) {
    if (node.name === 'VariableName') return [text.slice(node.from, node.to)];
    if (node.name !== 'PathExpression') return null;
    const before = pathOf(node.firstChild);
    return before && [...before, text.slice(node.lastChild.from, node.lastChild.to)];
  }

  function boundIn(node) {
    const names = [];
    (function look(inner) {
      if (['Name', 'ParameterName'].includes(inner.name)) names.push(text.slice(inner.from, inner.to));
      for (let child = inner.firstChild; child; child = child.nextSibling) {
        if (!binds(child)) look(child);
      }
    })(node);
    return names;
  }
}

const binds = (node) => [
  'ForExpression', 'QuantifiedExpression', 'FunctionDefinition', 'Context',
].includes(node.name);
