/** The inner parts of feelin that build/feel.mjs makes it export. */
import '@bpmn-io/feelin';

declare module '@bpmn-io/feelin' {
  export type Root = (names: Record<string, unknown>) => unknown;

  interface Watcher {
    addWarning(node: never, type: string, details: never): void;
  }

  type Read = (
    source: string,
    names: object,
    dialect: string | undefined,
    watcher: Watcher,
  ) => { root: Root | undefined };

  export const interpreter: { evaluate: Read; unaryTest: Read };
  export const builtins: Record<string, ((...values: never[]) => unknown) & { $args: string[] }>;

  export class FunctionWrapper {
    constructor(fn: (...values: unknown[]) => unknown, parameterNames: string[]);
    invoke(given: Record<string, unknown> | unknown[]): unknown;
  }

  export function equals(a: unknown, b: unknown): boolean | null;
  export function getType(value: unknown): string;
}
