/**
 * What the isolate offers to Python: functions on `globalThis` that take and return JSON.
 * Python's side is feel/engine.py.
 */
import './builtins';
import './workdays';

import { builtins } from '@bpmn-io/feelin';

import { setNow, setZone } from './clock';
import { Deciding, type Step } from './decisions';
import { compiled, type Kind, type Names } from './expressions';
import { findings } from './free';
import type { Model } from './model';
import { scopeOf, type Scope } from './names';
import { asRefusal } from './refusal';
import * as feelin from './shared';
import { decoded, encoded, setTag } from './values';
import { setCalendar } from './workdays';

/** The circumstances of a crossing. */
interface Around {
  /** JSON text of a CalendarData, or null. */
  calendar: string | null;
  /** Milliseconds since 1970, or null for the machine's clock. */
  now: number | null;
}

type Answer = { value: unknown } | { refused: object };

function within<T>({ calendar, now }: Around, run: () => T): T {
  setCalendar(calendar);
  setNow(now);
  try {
    return run();
  } finally {
    setCalendar(null);
    setNow(null);
  }
}

function answered(run: () => unknown): Answer {
  try {
    return { value: encoded(run()) };
  } catch (error) {
    return { refused: asRefusal(error).toJSON() };
  }
}

function setup(zone: string, tag: string): void {
  setZone(zone);
  setTag(tag);
}

/** Evaluate questions [kind, source, index into contexts]; one bad one doesn't spoil the rest. */
function evaluate(
  questions: [Kind, string, number][],
  contexts: Names[],
  around: Around,
): Answer[] {
  const names = contexts.map((context) => decoded(context) as Names);
  const scopes: Scope[] = names.map(scopeOf);
  return within(around, () =>
    questions.map(([kind, source, index]) =>
      answered(() => compiled(kind, source, scopes[index])(names[index])),
    ),
  );
}

/** Findings for several sources at once, each read with `names` (a skeleton of contexts) known. */
function examine(questions: [Kind, string][], names: Names) {
  return questions.map(([kind, source]) => {
    const { free, refusals } = findings(kind, source, names);
    return { free, refused: refusals.map((refusal) => refusal.toJSON()) };
  });
}

/** The oldest goes first; Python sends it again when it is asked. An isolate has 64 MB, and a model
 * of a thousand rules takes about one. */
const models = new Map<string, Model>();
const MOST_MODELS = 20;

function loadDecision(key: string, model: Model): void {
  models.delete(key);
  for (const oldest of models.keys()) {
    if (models.size < MOST_MODELS) break;
    models.delete(oldest);
  }
  models.set(key, model);
}

/** null when this isolate doesn't hold the model: Python loads it and asks again. */
function decide(key: string, id: string, context: Names, around: Around) {
  const model = models.get(key);
  if (!model) return null;
  return within(around, () => {
    const deciding = new Deciding(model, decoded(context) as Names);
    const answer = answered(() => deciding.decide(id));
    return { ...answer, steps: deciding.steps.map(shown) };
  });
}

/** A step's values may be functions or ranges, which can be shown as nothing. */
function shown(step: Step) {
  const or_null = (value: unknown) => {
    try {
      return encoded(value);
    } catch {
      return null;
    }
  };
  return {
    ...step,
    inputs: step.inputs.map(([label, value]) => [label, or_null(value)]),
    value: or_null(step.value),
  };
}

Object.assign(globalThis, {
  feelSetup: setup,
  feelEvaluate: evaluate,
  feelExamine: examine,
  feelFunctions: () => Object.keys(builtins),
  feelLoadDecision: loadDecision,
  feelDecide: decide,
  feelin: { ...feelin, scopeOf, within },
});
