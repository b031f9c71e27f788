/** Decision tables: which rules match, and what the hit policy makes of them (DMN 1.4, 8.2). */
import { equals, getType } from '@bpmn-io/feelin';

import { dateFromText } from './clock';
import { Located, type Deciding, type Step, type Where } from './decisions';
import type { Names } from './expressions';
import type { Table } from './model';
import { Refusal } from './refusal';

interface Hit {
  number: number; // from 1, as people count rules
  output: unknown;
}

export function table(
  table: Table,
  names: Names,
  where: Where,
  deciding: Deciding,
  step: Step | null,
): unknown {
  const inputs = inputValues(table, names, where, deciding);
  const hits = matching(table, inputs, names, where, deciding);
  const refuse = (code: string, params: Record<string, unknown>) =>
    new Located(new Refusal(code, params), table.id, where);
  const value = hits.length
    ? POLICIES[table.hit](hits, table, priorities(table, names, where, deciding), refuse)
    : nothing(table, names, where, deciding);
  if (step) {
    step.table = table.id;
    step.inputs = table.inputs.map(({ label }, index) => [label, inputs[index]]);
    step.rules = hits.map(({ number }) => {
      const { id, note } = table.rules[number - 1];
      return { number, id, note };
    });
  }
  return value;
}

function inputValues(table: Table, names: Names, where: Where, deciding: Deciding): unknown[] {
  return table.inputs.map(({ label, cell, type, allowed }) => {
    const here = { ...where, column: label };
    const value = typed(deciding.cell(cell, names, here), type, cell.element, here);
    if (allowed && value !== null) {
      const fits = deciding.cell(allowed, { ...names, '?': value }, here, 'unary');
      if (!fits) throw new Located(new Refusal('not-allowed', {}), allowed.element, here);
    }
    return value;
  });
}

/** Answers of a form carry dates as text; an input declared a date takes them as dates. */
function typed(
  value: unknown,
  type: string | null,
  element: string | null,
  where: Where,
): unknown {
  if (type !== 'date' || typeof value !== 'string') return value;
  const date = dateFromText(value);
  if (!date) throw new Located(new Refusal('not-a-date-text', { text: value }), element, where);
  return date;
}

function matching(
  table: Table,
  inputs: unknown[],
  names: Names,
  where: Where,
  deciding: Deciding,
): Hit[] {
  const hits: Hit[] = [];
  const tested = inputs.map((value) => ({ ...names, '?': value }));
  for (const [index, rule] of table.rules.entries()) {
    const here = { ...where, rule: index + 1 };
    const fits = rule.when.every(
      (cell, column) =>
        cell === null ||
        deciding.cell(
          cell,
          tested[column],
          { ...here, column: table.inputs[column].label },
          'unary',
        ),
    );
    if (!fits) continue;
    const values = rule.then.map((cell, column) =>
      cell === null
        ? null
        : deciding.cell(cell, names, { ...here, column: table.outputs[column].label }),
    );
    hits.push({ number: index + 1, output: shaped(table, values) });
    if (table.hit === 'FIRST') break;
  }
  return hits;
}

/** One output is the value itself; several are a context by their names. */
function shaped(table: Table, values: unknown[]): unknown {
  if (table.outputs.length === 1) return values[0];
  return Object.fromEntries(table.outputs.map(({ name }, index) => [name, values[index]]));
}

function nothing(table: Table, names: Names, where: Where, deciding: Deciding): unknown {
  if (table.outputs.some(({ otherwise }) => otherwise)) {
    return shaped(
      table,
      table.outputs.map(({ otherwise, label }) =>
        otherwise ? deciding.cell(otherwise, names, { ...where, column: label }) : null,
      ),
    );
  }
  if (table.hit === 'COLLECT' && table.aggregation) return table.aggregation === 'COUNT' ? 0 : null;
  return ['COLLECT', 'RULE ORDER', 'OUTPUT ORDER'].includes(table.hit) ? [] : null;
}

/** For each output the list of its allowed values, most wanted first. */
function priorities(table: Table, names: Names, where: Where, deciding: Deciding): unknown[][] {
  if (table.hit !== 'PRIORITY' && table.hit !== 'OUTPUT ORDER') return [];
  return table.outputs.map(({ allowed, label }) =>
    allowed
      ? (deciding.cell(allowed, names, { ...where, column: label }) as unknown[])
      : [],
  );
}

type Refuse = (code: string, params: Record<string, unknown>) => Refusal;
type Policy = (hits: Hit[], table: Table, wanted: unknown[][], refuse: Refuse) => unknown;

const POLICIES: Record<Table['hit'], Policy> = {
  UNIQUE: (hits, _table, _wanted, refuse) => {
    if (hits.length > 1) throw refuse('rules-overlap', { rules: numbers(hits) });
    return hits[0].output;
  },
  ANY: (hits, _table, _wanted, refuse) => {
    const other = hits.find((hit) => !same(hit.output, hits[0].output));
    if (other) throw refuse('rules-disagree', { rules: numbers([hits[0], other]) });
    return hits[0].output;
  },
  FIRST: (hits) => hits[0].output,
  PRIORITY: (hits, table, wanted) => ordered(hits, table, wanted)[0].output,
  'RULE ORDER': (hits) => hits.map(({ output }) => output),
  'OUTPUT ORDER': (hits, table, wanted) =>
    ordered(hits, table, wanted).map(({ output }) => output),
  COLLECT: (hits, table, _wanted, refuse) => {
    const values = hits.map(({ output }) => output);
    return table.aggregation ? aggregated(values, table.aggregation, refuse) : values;
  },
};

function ordered(hits: Hit[], table: Table, wanted: unknown[][]): Hit[] {
  const rank = (hit: Hit) =>
    wanted.map((values, index) => {
      const single = table.outputs.length === 1;
      const value = single ? hit.output : (hit.output as Names)[table.outputs[index].name];
      const found = values.findIndex((candidate) => same(candidate, value));
      return found < 0 ? Infinity : found;
    });
  const ranked = hits.map((hit) => ({ hit, rank: rank(hit) }));
  ranked.sort((a, b) => {
    const index = a.rank.findIndex((value, at) => value !== b.rank[at]);
    return index < 0 ? a.hit.number - b.hit.number : a.rank[index] - b.rank[index];
  });
  return ranked.map(({ hit }) => hit);
}

function aggregated(
  values: unknown[],
  aggregation: NonNullable<Table['aggregation']>,
  refuse: Refuse,
): unknown {
  if (aggregation === 'COUNT') {
    const distinct = values.filter((value, at) => values.findIndex((v) => same(v, value)) === at);
    return distinct.length;
  }
  const wrong = values.find((value) => typeof value !== 'number');
  if (wrong !== undefined) throw refuse('not-a-number', { kind: getType(wrong) });
  const all = values as number[];
  switch (aggregation) {
    case 'SUM':
      return all.reduce((sum, value) => sum + value, 0);
    case 'MIN':
      return Math.min(...all);
    case 'MAX':
      return Math.max(...all);
  }
}

const numbers = (hits: Hit[]) => hits.map(({ number }) => number).join('、');

const same = (a: unknown, b: unknown) => a === b || equals(a, b) === true;
