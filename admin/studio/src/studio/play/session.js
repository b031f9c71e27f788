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

  /** Hand an application in. Whether it could be; if not, `refused` says why. */
  async begin(scenario) {
    this.test = null;
    const done = await this.go({ ...scenario, acts: [] }, { trial: 0 });
    this.keep();
    return done;
  }

  /** Take up a saved test, as far as it goes. */
  async take(scenario, test) {
    this.test = test;
    await this.go({ ...scenario, acts: scenario.acts ?? [] });
    this.keep();
  }

  /**
   * Add an act: at the end, or where a saved test is stuck, before what can't be done. Whether it
   * could be done; if not, `refused` says why and nothing has changed.
   */
  async act(act) {
    const { scenario, acts } = this;
    const at = this.refused ? this.refused.act - 1 : acts.length;
    this.tried = act;
    const done = await this.go({ ...scenario, acts: acts.toSpliced(at, 0, act) }, { trial: at + 1 });
    this.keep();
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

  /** `trial`: the number of the act that is tried; refused, it is not gone on with. */
  async go(scenario, { trial = null } = {}) {
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
      this.refused = said.refused;
      if (trial !== null && said.refused?.act === trial) return false;
      Object.assign(this, { scenario, seen: said });
      return trial !== null || !said.refused;
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
