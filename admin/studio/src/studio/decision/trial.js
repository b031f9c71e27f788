/** Trying the table as it stands in the editor: what it asks, rows and their answers, coverage. */
import { tell } from '../draft.js';
import { t } from './words.js';

const REST = 700;
const AT_ONCE = 50;

export class Trial {
  constructor({ name, api, modeler, changed, shown, redraw }) {
    Object.assign(this, { modeler, changed, shown, redraw });
    this.address = `${api}/decisions/${name}`;
    this.found = null;
    this.wrong = [];
    this.given = {};
    this.answer = null;
    this.kept = [];
    this.tried = null;
    this.version = 0;
  }

  /** Another decision is open; the graph shows none. */
  look(view) {
    this.element = view && view.type !== 'drd' ? view.element : null;
    this.kept = this.readKept();
    this.answer = null;
    this.tried = null;
    this.shown.hits([]);
    if (this.element) this.begin();
    else {
      this.found = null;
      this.redraw();
    }
  }

  /** The table has changed: it is looked at again once the hands rest. */
  later() {
    clearTimeout(this.due);
    this.due = setTimeout(() => this.begin(), REST);
  }

  begin() {
    clearTimeout(this.due);
    this.due = null;
    this.latest = this.element && this.examine();
  }

  /** Resolves when the table as it stands now has been looked at. */
  async upToDate() {
    let seen;
    do {
      if (this.due) this.begin();
      seen = this.latest;
      await seen;
    } while (this.due || seen !== this.latest);
  }

  async ask(what, body) {
    const { xml } = await this.modeler.saveXML();
    return tell(`${this.address}/${what}`, { content: xml, decision: this.element.id, ...body });
  }

  async examine() {
    const version = (this.version += 1);
    try {
      const said = await this.ask('examination', {});
      if (version !== this.version) return;
      this.wrong = said.wrong ?? [];
      if (!said.wrong) {
        this.found = said;
        await this.retry(version);
      }
    } catch {
      this.wrong = [t('noAnswer')];
    }
    this.mark();
    this.redraw();
  }

  /** The kept rows, and the one in the form, as the table answers them now. */
  async retry(version) {
    const rows = this.kept.map(({ given }) => given);
    const asked = Boolean(this.answer);
    const answers = await this.tryRows(asked ? [...rows, this.values()] : rows, version);
    if (!answers) return;
    if (asked) this.answer = answers.pop();
    this.kept = this.kept.map((row, index) => ({ ...row, answer: answers[index] }));
    if (this.answer) this.shown.hits(this.ids(this.answer));
    this.tried = null;
  }

  async tryRows(rows, version = this.version, progress = () => {}) {
    const answers = [];
    for (let at = 0; at < rows.length; at += AT_ONCE) {
      const said = await this.ask('trial', { rows: rows.slice(at, at + AT_ONCE) });
      if (version !== this.version) return null;
      answers.push(...said.answers);
      progress(answers.length);
    }
    return answers;
  }

  /** Another value: the answer to the one before would be kept with it otherwise. */
  put(name, value) {
    this.given = { ...this.given, [name]: value };
    this.answer = null;
    this.shown.hits([]);
    this.redraw();
  }

  /** What is typed as values of the types the table wants. */
  values() {
    return Object.fromEntries(this.found.asked.map(({ name, type }) => {
      const typed = this.given[name];
      if (typed === undefined || typed === '') return [name, null];
      if (type === 'number') return [name, Number(typed)];
      if (type === 'boolean') return [name, typed === true || typed === 'true'];
      return [name, typed];
    }));
  }

  /** The row in the form. */
  async run() {
    const answers = await this.answersTo(() => [this.values()]);
    if (!answers) return;
    [this.answer] = answers;
    this.shown.hits(this.ids(this.answer));
    this.redraw();
  }

  /** Every row worth trying: the kept ones and those at the boundaries. */
  async runAll() {
    const show = (done, answers = []) => {
      this.tried = { done, of: this.found.rows.length, answers };
      this.redraw();
    };
    const answers = await this.answersTo(() => {
      show(0);
      return this.found.rows;
    }, show);
    if (!answers) return;
    show(answers.length, answers);
    this.mark();
  }

  /** What the table as it stands answers; asked once more when it was changed meanwhile. Null when
   * another decision was opened, or nothing can be had, which is said. */
  async answersTo(rows, progress) {
    const { element } = this;
    this.wrong = this.wrong.filter((each) => each !== t('noAnswer'));
    try {
      while (this.element === element) {
        await this.upToDate();
        const answers = this.element === element ? await this.tryRows(rows(), this.version, progress) : null;
        if (answers) return answers;
      }
    } catch {
      this.wrong = [t('noAnswer')];
      this.tried = null;
      this.redraw();
    }
    return null;
  }

  ids = (answer) => answer.rules.map((number) => this.found.rules[number - 1]).filter(Boolean);

  /** Rules (numbers from 1) that no row hit; null before the rows were tried. */
  get unhit() {
    if (!this.tried || this.tried.answers.length < this.tried.of) return null;
    const hit = new Set([...this.tried.answers, ...this.kept.map(({ answer }) => answer)].flatMap((answer) => answer?.rules ?? []));
    return this.found.rules.map((_, index) => index + 1).filter((number) => !hit.has(number));
  }

  mark() {
    const rules = new Map();
    const { found, unhit } = this;
    if (found?.policy) {
      const hit = new Set(this.kept.flatMap(({ answer }) => answer?.rules ?? []));
      found.rules.forEach((id, index) => {
        const number = index + 1;
        if (unhit) rules.set(id, unhit.includes(number) ? 'untried' : 'tried');
        else if (hit.has(number)) rules.set(id, 'tried');
      });
      for (const number of [...found.unreached, ...found.unread]) rules.set(found.rules[number - 1], 'warned');
      for (const { rules: [one, other] } of found.overlaps) {
        rules.set(found.rules[one - 1], 'wrong');
        rules.set(found.rules[other - 1], 'wrong');
      }
    }
    this.shown.rules(rules);
  }

  // Rows kept with the table

  keep() {
    const row = { given: this.values(), expect: this.answer.value, answer: this.answer };
    this.kept = [...this.kept.filter((each) => !sameValue(each.given, row.given)), row];
    this.writeKept();
  }

  expect(row) {
    this.kept = this.kept.map((each) => (each === row ? { ...each, expect: each.answer.value } : each));
    this.writeKept();
  }

  forget(row) {
    this.kept = this.kept.filter((each) => each !== row);
    this.writeKept();
  }

  open(row) {
    this.given = Object.fromEntries(Object.entries(row.given).map(([name, value]) => [name, value ?? '']));
    this.run();
  }

  readKept() {
    const rows = this.element?.extensionElements?.values?.find(({ $type }) => $type === 'ow:Rows');
    try {
      return JSON.parse(rows?.body ?? '[]').filter(({ given }) => given);
    } catch {
      return [];
    }
  }

  writeKept() {
    const { element } = this;
    const model = element.$model;
    const others = (element.extensionElements?.values ?? []).filter(({ $type }) => $type !== 'ow:Rows');
    const rows = this.kept.map(({ given, expect }) => ({ given, expect }));
    if (rows.length) {
      const made = model.create('ow:Rows', { body: JSON.stringify(rows) });
      others.push(made);
    }
    const holder = others.length ? model.create('dmn:ExtensionElements', { values: others }) : undefined;
    for (const each of others) each.$parent = holder;
    if (holder) holder.$parent = element;
    element.extensionElements = holder;
    this.changed();
    this.mark();
    this.redraw();
  }
}

export const sameValue = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
