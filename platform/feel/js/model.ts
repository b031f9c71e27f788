/** A DMN model as feel/dmn.py hands it over. */
import type { Compiled } from './expressions';

export interface Model {
  decisions: Record<string, Decision>;
  knowledge: Record<string, Knowledge>;
}

export interface Decision {
  name: string;
  variable: string;
  /** Ids of required decisions and knowledge models. */
  requires: string[];
  knowledge: string[];
  logic: Logic;
}

export interface Knowledge {
  name: string;
  variable: string;
  parameters: string[];
  knowledge: string[];
  logic: Logic;
}

/** An expression or unary tests, with the id of the XML element that holds it. */
export interface Cell {
  text: string;
  element: string | null;
  ready?: { key: string; run: Compiled };
}

export type Logic =
  | { kind: 'literal'; cell: Cell }
  | Table
  | { kind: 'context'; entries: { name: string | null; logic: Logic }[] }
  | { kind: 'function'; parameters: string[]; body: Logic }
  | { kind: 'invocation'; called: Cell; bindings: { name: string; logic: Logic }[] }
  | { kind: 'relation'; columns: string[]; rows: Logic[][] }
  | { kind: 'list'; items: Logic[] };

export interface Table {
  kind: 'table';
  id: string | null;
  hit: 'UNIQUE' | 'ANY' | 'FIRST' | 'PRIORITY' | 'RULE ORDER' | 'OUTPUT ORDER' | 'COLLECT';
  aggregation: 'SUM' | 'COUNT' | 'MIN' | 'MAX' | null;
  inputs: { label: string; cell: Cell; type: string | null; allowed: Cell | null }[];
  outputs: { label: string; name: string; allowed: Cell | null; otherwise: Cell | null }[];
  rules: { id: string | null; note: string; when: (Cell | null)[]; then: (Cell | null)[] }[];
}
