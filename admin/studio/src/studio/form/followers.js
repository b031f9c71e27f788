/**
 * A field got another name: do other parts of the draft still use the old one? That is said above the
 * canvas, with a button that changes them all; nothing changes by itself. Names a field had are kept
 * while the tab is open, so that the offer also comes after an undo (the other way round) or a reload.
 */
import { ask, Away, Changed, tell } from '../draft.js';
import { namesOf, withOther } from './names.js';
import { lang, t } from './words.js';

const PLACES = [['process', 'inDrawing'], ['definition', 'inSettings'], ['forms', 'inForms'], ['tests', 'inTests']];
const MOST = 12;

export class Followers {
  /** @param {{ page: object, studio: object, place: Element, read: () => object }} around */
  constructor({ page, studio, place, read }) {
    Object.assign(this, { page, studio, place, read, done: '' });
    this.address = `${studio.api}/forms/${page.form}/renaming`;
    this.kept = ['onewindow.renamed', studio.person, studio.matter, page.form].join(':');
    studio.on('saved', () => this.look());
  }

  /** Every field that was renamed: the names it had, each once. */
  get fields() {
    try {
      return JSON.parse(sessionStorage.getItem(this.kept)) ?? [];
    } catch {
      return [];
    }
  }

  set fields(fields) {
    try {
      sessionStorage.setItem(this.kept, JSON.stringify(fields.slice(-MOST)));
    } catch {
      // No offers then; the problems name what is left.
    }
  }

  remember(before, after) {
    this.done = '';
    const { fields } = this;
    const mine = fields.find((names) => names.includes(before));
    const others = fields.filter((names) => names !== mine);
    const taken = others.find((names) => names.includes(after));
    // A name that was another field's: whose it is elsewhere can't be told any more.
    if (taken) this.fields = others.filter((names) => names !== taken);
    else this.fields = [...others, [...new Set([...(mine ?? [before]), after])]];
  }

  forget(names) {
    this.fields = this.fields.filter((each) => !same(each, names));
    this.look();
  }

  /** Ask the server where names stand that fields had once. */
  async look() {
    const asked = (this.asked ?? 0) + 1;
    this.asked = asked;
    const has = new Set(namesOf(this.read()).flatMap(({ path }) => ends(path)));
    const offers = [];
    for (const names of this.fields) {
      const now = names.filter((name) => has.has(name));
      if (now.length !== 1) continue;
      for (const from of names.filter((name) => name !== now[0])) {
        const seen = await this.seen(from, now[0]);
        if (seen && (total(seen.changed) || total(seen.left))) offers.push({ names, from, to: now[0], ...seen });
      }
    }
    if (asked !== this.asked) return;
    this.place.hidden = !offers.length && !this.done;
    this.place.replaceChildren(...(this.done ? [this.doneRow()] : []), ...offers.map((offer) => this.row(offer)));
  }

  /** What would change; null where the saved form doesn't have it so (any more), or nobody answers. */
  async seen(from, to) {
    try {
      return await (await ask(`${this.address}?${new URLSearchParams({ from, to })}`)).json();
    } catch {
      return null;
    }
  }

  /** What was changed last, until it is read or something else gets another name. */
  doneRow() {
    return row(this.done, button(t('followSeen'), 'btn btn-quiet', () => {
      this.done = '';
      this.look();
    }));
  }

  row(offer) {
    const { from, to, changed, left } = offer;
    const said = [];
    if (total(changed)) said.push(t('stillUsed', { n: total(changed), from, to, where: where(changed) }));
    if (total(left)) said.push(t('unsure', { n: total(left), from, to, where: where(left) }));
    const buttons = [button(t(total(changed) ? 'followNot' : 'followSeen'), 'btn btn-quiet', () => this.forget(offer.names))];
    if (total(changed)) buttons.unshift(button(t('followAll'), 'btn btn-primary', (own) => this.change(offer, own)));
    return row(said.join(lang === 'en' ? ' ' : ''), ...buttons);
  }

  async change({ from, to, changed }, pressed) {
    pressed.disabled = true;
    try {
      await this.studio.save();
      const now = await this.seen(from, to);
      if (!now || !same(now.changed, changed)) throw new Changed({});
      const done = await tell(this.address, { from, to }, 'POST', { 'if-match': `"${now.hash}"` });
      for (const step of this.page.steps) step.fields = withOther(step.fields, from, to);
      this.done = t('followed', { n: total(done.changed), from, to, where: where(done.changed) });
      this.studio.check();
    } catch (error) {
      const why = error instanceof Changed ? t('followAgain') : error instanceof Away ? t('noServer') : error.message;
      this.studio.toast(why, { tone: 'danger' });
    }
    await this.look();
  }
}

function row(text, ...buttons) {
  const made = Object.assign(document.createElement('div'), { className: 'fd-follow-row' });
  made.append(Object.assign(document.createElement('span'), { textContent: text }), ...buttons);
  return made;
}

function button(text, className, act) {
  const made = Object.assign(document.createElement('button'), { type: 'button', className, textContent: text });
  made.addEventListener('click', () => act(made));
  return made;
}

const total = (counts) => Object.values(counts).reduce((sum, n) => sum + n, 0);
const same = (one, other) => JSON.stringify(Object.entries(one ?? {}).sort()) === JSON.stringify(Object.entries(other ?? {}).sort());

/** "流程图 1、测试 2" */
function where(counts) {
  const of = (kind) => total(Object.fromEntries(Object.entries(counts).filter(([part]) => part.split('/')[0] === kind)));
  return PLACES.filter(([kind]) => of(kind)).map(([kind, word]) => `${t(word)} ${of(kind)}`).join(lang === 'en' ? ', ' : '、');
}

/** "site.area" → "site", "site.area": groups and lists have names, too. */
const ends = (path) => path.split('.').map((_, at, parts) => parts.slice(0, at + 1).join('.'));
