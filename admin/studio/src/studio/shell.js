/**
 * The studio's frame in the browser. An editor's entry says what it edits:
 *
 *   import { studio } from '../studio/shell.js';
 *   await studio.edit({
 *     part: 'process',            // studio.part where the page is for one part
 *     show(content) {…},          // draw it; called at first and after a conflict
 *     read() {…},                 // what to save now (may be a promise)
 *     select(element, finding) {…}, // bring a finding's place into view
 *     found(findings) {…},        // optional: this part's findings, to be marked in the drawing
 *     merge(base, mine, theirs) {…}, // optional: puts two people's changes together (settings/merging.js)
 *   });
 *   studio.changed();             // after every change by the person
 *
 * Loading, saving, restoring, conflicts, problems and who else is here are seen to. Pages that edit
 * nothing call `studio.start()`. `studio.on('saved', …)` tells when a part was saved.
 */
import './shell.css';
import { either, element, settle } from './choices.js';
import { openDraft, Refused } from './draft.js';
import { ordered } from './order.js';
import { placeOf, problemsOf } from './problems.js';
import { savingOf } from './saving.js';
import { say, when } from './words.js';

const HEARTBEAT = 20_000;

class Studio {
  constructor(root) {
    Object.assign(this, JSON.parse(root.dataset.studio));
    this.root = root;
    this.draft = openDraft(this.api);
    this.listeners = new Map();
    this.editor = null;
    this.problems = problemsOf(root.querySelector('[data-problems]'), {
      address: this.address,
      isHere: (finding) => this.isHere(finding),
      select: (id, finding) => this.editor?.select?.(id, finding),
    });
  }

  on(event, callback) {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), callback]);
  }

  emit(event, detail) {
    for (const callback of this.listeners.get(event) ?? []) callback(detail);
  }

  /** Whether a finding is about what this page edits. */
  isHere(finding) {
    const place = placeOf(finding);
    return place === this.part || place === `definition/${this.section}`;
  }

  /** Frame without an editor: problems and presence. */
  start() {
    this.check();
    this.heartbeat();
  }

  async edit(editor) {
    this.editor = editor;
    const part = editor.part ?? this.part;
    this.saving = savingOf({
      draft: this.draft, whose: this, part, read: editor.read, tell: (state, detail) => this.told(state, detail),
    });
    const loaded = await this.draft.load(part);
    this.saving.loaded(loaded.content, loaded.etag);
    await this.open(loaded);
    this.start();
    this.follow();
    window.addEventListener('hashchange', () => this.follow());
    document.addEventListener('click', (event) => this.leave(event));
  }

  /** Show what was loaded, or what was typed last time and never reached the server. */
  async open({ content, etag }) {
    const copy = this.saving.copy.read();
    if (!copy || same(copy.content, content)) {
      this.saving.copy.drop();
      await this.editor.show(content);
      return;
    }
    if (copy.etag === etag) {
      await this.editor.show(copy.content);
      this.saving.changed();
      this.offerBack(copy, content);
      return;
    }
    const answer = await either({
      title: say('restoreTitle'), text: say('restoreText', { when: when(copy.at) }), mine: copy.content, theirs: content,
      told: this.comparing(copy.content, content),
      labels: { mine: say('restoreMine'), theirs: say('restoreTheirs') },
    });
    if (answer === 'mine') {
      await this.editor.show(copy.content);
      this.saving.changed();
    } else {
      if (answer === 'theirs') this.saving.copy.drop();
      await this.editor.show(content);
    }
  }

  /** Tells, when asked, what is different between two contents of the part that is edited here. */
  comparing(mine, theirs, base = null) {
    return () => this.draft.compared(this.address, this.editor.part ?? this.part, { base, mine, theirs });
  }

  offerBack(copy, content) {
    const drop = element('button', { type: 'button', className: 'btn btn-quiet', textContent: say('restoredDrop') });
    drop.addEventListener('click', async () => {
      await this.editor.show(content);
      this.saving.changed();
      note.remove();
    });
    const note = this.toast(say('restored', { when: when(copy.at) }), { stays: true, more: drop });
  }

  changed() {
    this.saving?.changed();
  }

  /** Save now; resolves when it is done. */
  async save() {
    await this.saving?.save();
    return !this.saving?.isWaiting;
  }

  /** A link away from here: what was just changed is saved first, so that the next page shows it. */
  async leave(event) {
    const link = event.target.closest?.('a[href]');
    const elsewhere = event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey
      || !link || link.target || link.hasAttribute('download') || link.origin !== location.origin;
    if (elsewhere || !this.saving.isWaiting) return;
    event.preventDefault();
    await this.save();
    await this.save(); // what was changed while it was saving
    if (!this.saving.isHeld) location.assign(link.href);
  }

  async told(state, detail) {
    const time = when(new Date().toISOString());
    const signedOut = state === 'refused' && (detail.status === 401 || detail.status === 403);
    const words = {
      saved: () => say('savedAt', { time }),
      saving: () => say('saving'),
      changed: () => say('changed'),
      away: () => say('away'),
      refused: () => (signedOut ? say('signIn') : say('refused', { why: reason(detail) })),
      gone: () => say(this.saving?.isWaiting ? 'goneKept' : 'gone'),
      conflict: () => say('conflict'),
    };
    const place = this.root.querySelector('[data-studio-saved]');
    const said = state === 'refused' && detail.status === 404 ? 'gone' : state;
    place.textContent = place.title = words[said]();
    place.dataset.state = said;
    if (state === 'saved') {
      this.emit('saved', detail);
      this.check();
    } else if (state === 'conflict') {
      await this.settle(detail);
    }
  }

  async settle(changed) {
    const part = this.editor.part ?? this.part;
    const { content, etag } = await this.draft.load(part);
    const found = await this.editor.read();
    const { mine, theirs, took, both } = this.editor.merge?.(this.saving.base, found, content)
      ?? { mine: found, theirs: content, took: [], both: true };
    const answer = both ? await settle({ who: changed.by, at: changed.at, mine, theirs, told: this.comparing(found, content, this.saving.base) }) : 'mine';
    if (answer) {
      const chosen = answer === 'mine' ? mine : theirs;
      if (chosen !== found) await this.editor.show(chosen);
      await this.saving.resume(content, etag, { again: chosen !== content });
      if (took.length) this.tellTaken(changed, took);
    } else {
      const place = this.root.querySelector('[data-studio-saved]');
      const again = element('button', { type: 'button', className: 'btn btn-quiet', textContent: say('goOn') });
      again.addEventListener('click', () => this.settle(changed));
      place.append(' ', again);
    }
  }

  /** Somebody else's changes stand beside one's own now: say so, for one didn't make them. */
  tellTaken({ by, at }, sections) {
    const what = sections.map((each) => this.named(each)).join(say('and'));
    this.toast(say('taken', { who: by, when: when(at), what }), { stays: true });
  }

  /** Ask the checks about the draft as it is saved, and then its tests. */
  async check() {
    const asked = (this.asked ?? 0) + 1;
    this.asked = asked;
    try {
      const findings = await this.draft.findings();
      if (asked !== this.asked) return;
      this.problems.show(findings);
      this.editor?.found?.(findings.filter((finding) => this.isHere(finding)));
      this.emit('checked', findings);
      const failed = await this.draft.failedTests();
      if (failed.length && asked === this.asked) this.problems.show([...findings, ...failed]);
    } catch {
      this.problems.fail();
    }
  }

  /** Go to the element the address names. */
  follow() {
    const named = /[#&]element=([^&]*)/.exec(location.hash);
    if (named) this.editor?.select?.(decodeURIComponent(named[1]));
  }

  heartbeat() {
    const beat = async () => {
      if (document.hidden) return;
      try {
        const { others } = await this.draft.here(this.section || this.part);
        this.root.querySelector('[data-studio-others]').replaceChildren(...others.map((other) =>
          element('span', {
            className: 'studio-other',
            textContent: say('other', { name: other.name, part: this.named(other.part), when: when(other.since) }),
          })));
      } catch (error) {
        // Who is here is told again with the next beat; unless the draft isn't there any more.
        if (error instanceof Refused && error.status === 404) this.told('refused', error);
      }
    };
    beat();
    setInterval(beat, HEARTBEAT);
    document.addEventListener('visibilitychange', beat);
  }

  /** A part or section as the frame's links call it. */
  named(place) {
    const ends = [place, `settings/${place}`].map((end) => `${this.address}/${end}`);
    const link = [...this.root.querySelectorAll('.studio-link, .studio-add, .studio-tools .btn-primary')].find((each) => ends.includes(each.pathname));
    return (link?.querySelector('.studio-link-name') ?? link)?.textContent.trim() ?? place;
  }

  /** A short message at the edge; `more` is put behind it. */
  toast(text, { tone = 'good', stays = false, more = null } = {}) {
    const note = element('div', { className: `toast-note toast-${tone}` }, element('div', { className: 'toast-text', textContent: text }));
    if (more) note.append(more);
    const close = element('button', { type: 'button', className: 'toast-close', textContent: '×', ariaLabel: '×' });
    close.addEventListener('click', () => note.remove());
    note.append(close);
    document.getElementById('toasts').append(note);
    if (!stays) setTimeout(() => note.remove(), 6000);
    return note;
  }
}

const reason = (error) =>
  error instanceof Refused && error.fields.length ? error.fields.map((each) => each.message).join(' ') : error.message;

const same = (one, other) => JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));

export const studio = new Studio(document.querySelector('[data-studio]'));
