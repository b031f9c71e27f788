/** Why an expression gives no value: a code and its parameters; the words are Python's. */

export interface Place {
  from: number;
  to: number;
}

export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly params: Record<string, unknown> = {},
    readonly place: Place | null = null,
  ) {
    super(code);
  }

  /** The form in which it crosses to Python. */
  toJSON() {
    return { code: this.code, params: this.params, place: this.place };
  }
}

/** Any error an evaluation can throw, as a Refusal. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { message, position, input } = error as Error & { position?: Place; input?: string };
  if (position) {
    return new Refusal(
      /^Incomplete/.test(message) ? 'incomplete' : 'unreadable',
      { near: input ?? '' },
      position,
    );
  }
  if (error instanceof RangeError) {
    return new Refusal(/call stack/.test(message) ? 'too-deep' : 'too-large');
  }
  if (/^unsupported range/.test(message)) return new Refusal('not-ordered');
  const missing = /^not implemented: (.*)/.exec(message);
  if (missing) return new Refusal('unsupported', { what: missing[1] });
  return new Refusal('failed', { reason: String(message).slice(0, 200) });
}
