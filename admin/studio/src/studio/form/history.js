/** Undo and redo over the definition as a whole, whichever side it was changed from. */
import { ordered } from '../order.js';
import { walk } from './types.js';

const MOST = 100;
const SOON = 900;

export class History {
  constructor() {
    this.past = [];
    this.future = [];
    this.now = null;
  }

  /** The form as it was opened. */
  begin(text) {
    Object.assign(this, { past: [], future: [], now: text, what: '', at: 0 });
  }

  /** A change; those of the same `what` that follow quickly are one. Tells whether there was one. */
  note(text, what = '') {
    if (text === this.now) return false;
    const joined = what && what === this.what && Date.now() - this.at < SOON;
    if (!joined) this.past.push(this.now);
    if (this.past.length > MOST) this.past.shift();
    Object.assign(this, { now: text, what, at: Date.now(), future: [] });
    return true;
  }

  undo() {
    return this.step(this.past, this.future);
  }

  redo() {
    return this.step(this.future, this.past);
  }

  step(from, to) {
    if (!from.length) return null;
    to.push(this.now);
    Object.assign(this, { now: from.pop(), what: '' });
    return this.now;
  }
}

/** Ids of components that differ in themselves; '' for the form's own name and rules. */
export function changedIn(before, after) {
  const [was, is] = [before, after].map((form) => {
    const own = new Map();
    const put = ({ components, ...rest }, id) => own.set(id, JSON.stringify(ordered(rest)));
    put(form, '');
    walk(form, (component) => put(component, component.id));
    return own;
  });
  return [...is.keys()].filter((id) => was.get(id) !== is.get(id));
}
