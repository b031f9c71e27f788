/** What the isolate offers to Python. Every door takes and returns JSON values. */
import { evaluate } from '@bpmn-io/feelin';

declare const globalThis: Record<string, unknown>;

globalThis.feelEvaluate = (expression: string, names: Record<string, unknown>) =>
  evaluate(expression, names).value;
