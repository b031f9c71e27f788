/**
 * A play in this browser: a scenario that grows act by act. The server goes through all of it each
 * time; what it answered last is `seen`. Kept for this tab, so that one may mend the draft and come
 * back.
 */
import { ask, tell } from '../draft.js';

const HOLD = 'onewindow.play';

export class Session {
  constructor({ api, matter, onChange }) {
    Object.assign(this, { api, onChange });
    this.kept = `${HOLD}.${matter}`;
    this.clear();
  }

  clear() {
    this.scenario = null;
    this.seen = null;
    this.test = null;
    this.refused = null;
    this.stopped = '';
    this.failed = '';
    this.busy = false;
  }

  get acts() {
    return this.scenario?.acts ?? [];
  }

  get picture() {
    return this.seen?.picture ?? null;
  }

  /** What was going on in this tab before; whether there was something. */
  recall() {
    try {
      const { scenario, test } = JSON.parse(sessionStorage.getItem(this.kept) ?? '{}');
      if (!scenario) return false;
      this.test = test ?? null;
      this.scenario = scenario;
      return true;
    } catch {
      return false;
    }
  }

  keep() {
    if (this.scenario) sessionStorage.setItem(this.kept, JSON.stringify({ scenario: this.scenario, test: this.test }));
    else sessionStorage.removeItem(this.kept);
  }

  /** Begin with a scenario, a saved test's or a new one. Whether it could be handed in. */
  async begin(scenario, test = null) {
    const before = this.scenario;
    this.test = test;
    const done = await this.go({ ...scenario, acts: scenario.acts ?? [] });
    if (!done && !this.picture) this.scenario = before;
    this.keep();
    return done;
  }

  /** Add an act. Whether it could be done; if not, `refused` says why and nothing has changed. */
  async act(act) {
    const { scenario, seen } = this;
    const done = await this.go({ ...scenario, acts: [...scenario.acts, act] });
    if (!done) {
      this.tried = act;
      Object.assign(this, { scenario, seen });
    }
    this.keep();
    this.onChange();
    return done;
  }

  /** Back to after the n-th act. */
  async backTo(count) {
    await this.go({ ...this.scenario, acts: this.acts.slice(0, count) });
    this.keep();
  }

  async again() {
    if (this.scenario) await this.go(this.scenario);
  }

  restart() {
    this.clear();
    this.keep();
    this.onChange();
  }

  async go(scenario) {
    if (this.busy) return false;
    Object.assign(this, { busy: true, refused: null, failed: '', stopped: '' });
    this.onChange();
    try {
      const { name, start, acts } = scenario;
      const said = await tell(`${this.api}/play`, { scenario: { name, start, acts } });
      if (said.stopped) {
        Object.assign(this, { stopped: said.stopped, scenario });
        return false;
      }
      Object.assign(this, { scenario, seen: said, refused: said.refused });
      return !said.refused;
    } catch (error) {
      if (error.fields?.length) this.failed = error.fields.map((each) => `${each.field}：${each.message}`).join(' ');
      else this.failed = error.message || String(error);
      return false;
    } finally {
      this.busy = false;
      this.onChange();
    }
  }

  /** A paper of this play, as the address of a picture. */
  async paper(key) {
    const { name, start, acts } = this.scenario;
    const answer = await ask(`${this.api}/play/papers/${key}`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ scenario: { name, start, acts } }),
    });
    return URL.createObjectURL(await answer.blob());
  }

  /** This play as a test that expects what was seen; `tried`: that the act just refused must not
   * succeed. */
  async asTest(name, { tried = false } = {}) {
    const { start, acts } = this.scenario;
    if (!tried) return { name, start, acts, expect: this.seen.expect };
    const all = [...acts, this.tried];
    const said = await tell(`${this.api}/play`, { scenario: { name, start, acts: all } });
    return { name, start, acts: all, expect: said.expect };
  }
}
