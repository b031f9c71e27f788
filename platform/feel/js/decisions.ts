/**
 * DMN: a graph of decisions, each a table or another boxed expression, evaluated on FEEL.
 * The models were read and checked by Python (feel/dmn.py); what is missing there is not asked
 * again here. Meanings follow DMN 1.4, chapters 8 (tables) and 10 (boxed expressions).
 */
import { FunctionWrapper } from '@bpmn-io/feelin';

import { compile, type Compiled, type Kind, type Names } from './expressions';
import type { Cell, Knowledge, Logic, Model } from './model';
import { scopeOf, type Scope } from './names';
import { asRefusal, Refusal } from './refusal';
import { table } from './tables';

/** One thing decided on the way, in the order of deciding. */
export interface Step {
  decision: string;
  name: string;
  table: string | null;
  inputs: [label: string, value: unknown][];
  rules: { number: number; id: string | null; note: string }[];
  value: unknown;
}

/** A refusal that knows the element of the drawing it arose in. */
export class Located extends Refusal {
  constructor(
    { code, params, place }: Refusal,
    readonly element: string | null,
    readonly where: Where,
  ) {
    super(code, params, place);
  }

  override toJSON() {
    return { ...super.toJSON(), element: this.element, where: this.where };
  }
}

/** Evaluates one model's parts; keeps what was decided, so that no decision is made twice. */
export class Deciding {
  readonly steps: Step[] = [];
  private readonly decided = new Map<string, unknown>();

  constructor(
    private readonly model: Model,
    private readonly given: Names,
  ) {}

  decide(id: string): unknown {
    if (this.decided.has(id)) return this.decided.get(id);
    const decision = this.model.decisions[id];
    const names: Names = { ...this.given };
    for (const required of decision.requires) {
      names[this.model.decisions[required].variable] = this.decide(required);
    }
    Object.assign(names, this.functions(decision.knowledge));
    const step: Step = {
      decision: id,
      name: decision.name,
      table: null,
      inputs: [],
      rules: [],
      value: null,
    };
    step.value = this.logic(decision.logic, names, { decision: decision.name }, step);
    this.steps.push(step);
    this.decided.set(id, step.value);
    return step.value;
  }

  /** `step` is where a table of the decision itself leaves its trace; inner ones leave none. */
  private logic(logic: Logic, names: Names, where: Where, step: Step | null = null): unknown {
    switch (logic.kind) {
      case 'literal':
        return this.cell(logic.cell, names, where);
      case 'table':
        return table(logic, names, where, this, step);
      case 'context': {
        const made: Names = {};
        for (const { name, logic: inner } of logic.entries) {
          const value = this.logic(inner, { ...names, ...made }, where);
          if (name === null) return value;
          made[name] = value;
        }
        return made;
      }
      case 'function':
        return this.callable(logic.parameters, (given) =>
          this.logic(logic.body, { ...names, ...given }, where),
        );
      case 'invocation': {
        const called = this.cell(logic.called, names, where);
        if (!(called instanceof FunctionWrapper)) {
          throw new Located(new Refusal('not-a-function', {}), logic.called.element, where);
        }
        const given = Object.fromEntries(
          logic.bindings.map(({ name, logic: inner }) => [name, this.logic(inner, names, where)]),
        );
        return called.invoke(given);
      }
      case 'relation':
        return logic.rows.map((row) =>
          Object.fromEntries(
            row.map((inner, index) => [logic.columns[index], this.logic(inner, names, where)]),
          ),
        );
      case 'list':
        return logic.items.map((inner) => this.logic(inner, names, where));
    }
  }

  cell(cell: Cell, names: Names, where: Where, kind: Kind = 'expression'): unknown {
    try {
      return ready(cell, kind, scopeOf(names))(names);
    } catch (error) {
      if (error instanceof Located) throw error;
      throw new Located(asRefusal(error), cell.element, where);
    }
  }

  private functions(ids: string[]): Names {
    const made: Names = {};
    for (const id of ids) {
      const { variable, knowledge, parameters, logic, name }: Knowledge = this.model.knowledge[id];
      made[variable] = this.callable(parameters, (given) =>
        this.logic(logic, { ...this.functions(knowledge), ...given }, { decision: name }),
      );
    }
    return made;
  }

  private callable(parameters: string[], body: (given: Names) => unknown): unknown {
    return new FunctionWrapper(
      (...values: unknown[]) =>
        body(Object.fromEntries(parameters.map((name, index) => [name, values[index] ?? null]))),
      parameters,
    );
  }
}

/** Where we are, for messages: names of the decision, rule number, column's label. */
export interface Where {
  decision: string;
  rule?: number;
  column?: string;
}

/**
 * Cells are compiled once a model, not kept on the shelf of expressions: a table of a thousand
 * rules would push out everything else. One reading each: the scope seldom changes.
 */
function ready(cell: Cell, kind: Kind, scope: Scope): Compiled {
  if (cell.ready?.key !== scope.key) {
    cell.ready = { key: scope.key, run: compile(kind, cell.text, scope) };
  }
  return cell.ready.run;
}
