/**
 * The form designer: palette, canvas, and beside them the properties, the preview or the JSON. The
 * definition is one; whichever side changes it, the others follow, and undo goes back over all.
 */
import { h, render } from 'preact';
import { sample } from '../../../../../forms/js/sample.js';
import { choose } from '../choices.js';
import { ordered } from '../order.js';
import { undoKeys } from '../undoing.js';
import { copied, keepBlock, pickBlock } from './blocks.js';
import { Canvas } from './canvas.jsx';
import { Followers } from './followers.js';
import { drawFrame } from './frame.js';
import { changedIn, History } from './history.js';
import { JsonPane } from './json.js';
import { listen } from './keys.js';
import { componentAt, listAround, namesOf, pathOf, rename, scopeNames } from './names.js';
import { Preview } from './preview.js';
import { Properties } from './properties.jsx';
import { begin, CONTAINERS, freeName, titleOf, walk } from './types.js';
import { t } from './words.js';

export class Designer {
  /** @param {Element} root @param {{ page: object, studio: object }} around */
  constructor(root, { page, studio }) {
    Object.assign(this, { root, page, studio, findings: [], scopes: new Map() });
    this.part = `forms/${page.form}`;
    this.history = new History();
    this.frame = drawFrame(root, this);
    this.canvas = new Canvas(this.frame.canvas);
    this.preview = new Preview(this.frame.preview, {
      page,
      address: `${studio.api}/forms/${page.form}`,
      read: () => this.read(),
      width: (size) => { root.dataset.preview = size; },
    });
    this.preview.onAnswers = () => this.drawSoon();
    this.json = new JsonPane(this.frame.json, {
      onChange: (form) => this.fromJson(form),
      onBroken: (message) => this.frame.broken(message),
    });
    this.canvas.on('commandStack.changed', () => !this.importing && this.changed());
    this.canvas.on('selection.changed', () => this.drawSoon());
    this.followers = new Followers({ page, studio, place: this.frame.follow, read: () => this.read() });
    listen(root, this);
    this.keys = undoKeys({ undo: () => this.undo(), redo: () => this.undo('redo') });
    this.dock('properties');
  }

  // What the studio's frame asks of an editor.

  read() {
    return ordered(this.outside ?? this.canvas.definition());
  }

  async show(form) {
    await this.import(form);
    this.history.begin(this.text());
    this.json.show(this.read(), { force: true });
    this.follow();
    this.followers.look();
  }

  /** A place of a finding ("components[2].key"), an id or a name. */
  select(element) {
    const component = componentAt(this.read(), element) ?? this.byName(element);
    if (component && this.canvas.select(component.id)) this.scrollTo(component.id);
    else this.canvas.get('selection').clear();
    if (this.docked === 'json') this.json.reveal(element.includes('[') ? element : pathOf(this.read(), component?.id));
  }

  found(findings) {
    this.findings = findings;
    this.json.found(findings);
    const wrong = new Map(findings.map(({ element, severity }) => [componentAt(this.read(), element)?.id, severity]));
    for (const card of this.frame.canvas.querySelectorAll('.fjs-element[data-id]')) {
      if (wrong.has(card.dataset.id)) card.dataset.problem = wrong.get(card.dataset.id);
      else delete card.dataset.problem;
    }
    this.drawSoon();
  }

  // Changes, from wherever they come.

  changed(what = '') {
    this.outside = null;
    if (!this.history.note(this.text(), what)) return;
    this.follow();
    this.studio.changed();
  }

  /** Everything beside the canvas shows what is now. */
  follow() {
    this.keys.settled();
    this.scopes.clear();
    this.preview.showSoon();
    clearTimeout(this.following);
    this.following = setTimeout(() => this.json.show(this.read()), 150);
    this.frame.undoable(this.history.past.length > 0, this.history.future.length > 0);
    this.drawSoon();
  }

  /** Draws a definition; one the canvas can't draw is kept as it is and told. */
  async import(form) {
    const selected = this.canvas.selected()?.id;
    this.importing = true;
    try {
      await this.canvas.importSchema(form);
      this.outside = null;
      this.frame.unfit(null);
    } catch (error) {
      this.outside = form;
      await this.canvas.importSchema({ type: 'default', components: [] });
      this.frame.unfit(t('unfit', { why: error.message }));
      this.dock('json');
    } finally {
      this.importing = false;
    }
    if (selected && !this.canvas.select(selected)) this.canvas.get('selection').clear();
    this.found(this.findings);
  }

  /** Replace the definition by a changed one, as one step to undo. */
  async put(form) {
    await this.import(form);
    this.history.note(this.text());
    this.follow();
    this.studio.changed();
  }

  async fromJson(form) {
    await this.put(form);
  }

  async undo(way = 'undo') {
    if (this.json.taken(way)) return;
    const before = this.read();
    const text = this.history[way]();
    if (!text) return;
    const form = JSON.parse(text);
    await this.import(form);
    this.reveal(changedIn(before, form));
    this.follow();
    this.json.show(this.read(), { force: true });
    this.studio.changed();
  }

  /** What was undone can be seen: one of the `changed` components is selected, or the form itself. */
  reveal(changed) {
    if (!changed.length || changed.includes(this.canvas.selected()?.id)) return;
    if (changed[0] && this.canvas.select(changed[0])) this.scrollTo(changed[0]);
    else this.canvas.get('selection').clear();
  }

  text() {
    return JSON.stringify(this.read());
  }

  // What is done with the selected component.

  edit(change) {
    const component = this.canvas.selected() ?? this.canvas.root;
    for (const name of ['key', 'path']) {
      if (change[name] && component[name] && component.type !== 'default') {
        this.rename(component, name, change[name]);
        return;
      }
    }
    this.importing = true; // noted below, by what is edited
    this.canvas.edit(component, change);
    this.importing = false;
    this.changed(`${component.id} ${Object.keys(change)}`);
  }

  /** Another name for an answer: the form's expressions follow, other parts are asked about. */
  rename(component, name, to) {
    const form = this.read();
    const { before, after } = rename(form, component, name, to);
    this.followers.remember(before, after);
    this.put(form);
  }

  remove() {
    const component = this.canvas.selected();
    if (!component || component.type === 'default') return;
    this.canvas.remove(component);
    this.canvas.get('selection').clear();
  }

  async duplicate() {
    const component = this.canvas.selected();
    if (component && component.type !== 'default') await this.insert([component]);
  }

  move(delta) {
    const component = this.canvas.selected();
    if (!component || component.type === 'default') return;
    const { holder, at } = this.canvas.place(component);
    const to = at + delta;
    if (to < 0 || to >= holder.components.length) return;
    this.canvas.get('modeling').moveFormField(component, holder, holder, at, delta > 0 ? to + 1 : to, null, null);
  }

  /** Copies of components behind the selected one, else at the end; the first of them is selected. */
  async insert(components) {
    const form = this.read();
    const fresh = copied(components, form);
    const selected = this.canvas.selected();
    const { holder, at } = selected && selected.type !== 'default'
      ? spot(form, selected.id) : { holder: form, at: form.components.length };
    holder.components.splice(at, 0, ...fresh);
    await this.put(form);
    const first = this.read();
    const placed = selected && selected.type !== 'default' ? spot(first, selected.id) : { holder: first, at };
    const component = placed.holder.components[placed.at];
    if (component && this.canvas.select(component.id)) this.scrollTo(component.id);
  }

  /** A new component from the palette: inside the selected container, behind what is selected, or last. */
  async add(type) {
    const form = this.read();
    const taken = (name) => {
      let found = false;
      walk(form, ({ id, key, path }) => { found ||= [id, key, path].includes(name); });
      return found;
    };
    const fresh = { type, id: freeName(`${type}_1`, taken), ...begin(type, taken) };
    const selected = this.canvas.selected();
    if (CONTAINERS.has(selected?.type)) {
      find(form, selected.id).component.components.push(fresh);
      await this.put(form);
      this.select(fresh.id);
    } else {
      await this.insert([fresh]);
    }
    // What comes next is its name.
    queueMicrotask(() => this.frame.properties.querySelector('input')?.select());
  }

  async insertBlock() {
    const block = await pickBlock(this.page.blocks);
    if (block) await this.insert(block.schema.components);
  }

  async keep() {
    const component = this.canvas.selected();
    if (!component || component.type === 'default') return;
    const { component: plain } = find(this.read(), component.id);
    try {
      const block = await keepBlock([plain], { suggested: titleOf(component), blocks: this.page.blocks });
      if (!block) return;
      this.page.blocks = [...this.page.blocks.filter(({ key }) => key !== block.key), block];
      this.studio.toast(t('blockKept', { name: block.name }));
    } catch (error) {
      const why = error.fields?.map(({ message }) => message).join(' ') || error.message || t('noServer');
      await choose({ title: t('notKept'), text: why, choices: [{ value: '', label: t('close'), tone: 'primary' }] });
    }
  }

  // Finding one's way.

  byName(name) {
    let found = null;
    walk(this.read(), (component) => { if ([component.id, component.key, component.path].includes(name)) found ??= component; });
    return found;
  }

  search(words) {
    const sought = words.trim().toLowerCase();
    const found = [];
    if (sought) {
      walk(this.read(), (component) => {
        const { label, labelEn, key, path, text, id } = component;
        if ([label, labelEn, key, path, text].some((one) => one?.toLowerCase().includes(sought))) found.push(id);
      });
    }
    return found;
  }

  step(delta) {
    const ids = [];
    walk(this.read(), ({ id }) => ids.push(id));
    const at = ids.indexOf(this.canvas.selected()?.id);
    const next = ids[at < 0 ? 0 : Math.min(Math.max(at + delta, 0), ids.length - 1)];
    if (next && this.canvas.select(next)) this.scrollTo(next);
  }

  scrollTo(id) {
    this.frame.canvas.querySelector(`.fjs-element[data-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'nearest' });
  }

  /** What stands beside the canvas: properties, preview or json. */
  dock(which) {
    this.docked = which;
    this.root.dataset.dock = which;
    this.root.dataset.preview = this.preview.size;
    this.preview.visible = which === 'preview';
    this.frame.docked(which);
    if (which === 'preview') this.preview.show();
    if (which === 'json') this.json.view.requestMeasure();
  }

  // The properties.

  drawSoon() {
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => {
      this.drawing = false;
      this.draw();
    });
  }

  draw() {
    if (!this.canvas.root) return;
    const component = this.canvas.selected() ?? this.canvas.root;
    const form = this.read();
    const isForm = component.type === 'default';
    const problems = this.findings.filter(({ element }) => {
      const owner = componentAt(form, element);
      return isForm ? !owner : owner?.id === component.id;
    });
    render(h(Properties, {
      component: { ...component },
      edit: (change) => this.edit(change),
      scopeOf: () => this.scopeOf(component),
      problems,
      fields: namesOf(form).map(({ path, label }) => ({ path, label })),
      taken: (name, typed, one) => this.taken(name, typed, one),
      actions: {
        move: (delta) => this.move(delta), duplicate: () => this.duplicate(),
        remove: () => this.remove(), keep: () => this.keep(),
      },
    }), this.frame.properties);
  }

  taken(name, typed, component) {
    const form = this.read();
    if (name === 'id') return find(form, typed)?.component.id === typed && typed !== component.id;
    const names = namesOf(form);
    const before = names.find((one) => one.component.id === component.id)?.path ?? '';
    const holder = before.slice(0, before.length - (component[name]?.length ?? 0));
    return names.some((one) => one.component.id !== component.id && one.path === holder + typed);
  }

  /** Names in scope of a component's expressions; the same object while nothing has changed. */
  scopeOf({ id }) {
    const within = listAround(this.read(), id);
    if (!this.scopes.has(within)) {
      const names = scopeNames(this.read(), this.page.names, within);
      const text = JSON.stringify(names);
      this.known ??= new Map();
      if (this.known.get(within)?.text !== text) {
        this.known.set(within, { text, names, sample: () => this.sampleNames(within) });
      }
      this.scopes.set(within, this.known.get(within));
    }
    return this.scopes.get(within);
  }

  /** Values to try expressions with: what is in the preview, else a sample. */
  sampleNames(within) {
    if (!Object.keys(this.preview.answers).length) {
      const text = this.text();
      if (this.sampled?.text !== text) this.sampled = { text, answers: this.sampleOf(JSON.parse(text)) };
    }
    const answers = { ...this.preview.given, ...this.sampled?.answers, ...this.preview.answers };
    if (!within) return answers;
    const rows = within.split('.').reduce((at, step) => (Array.isArray(at) ? at[0]?.[step] : at?.[step]), answers);
    return { ...answers, this: rows?.[0] ?? {}, parent: answers, i: 1 };
  }

  sampleOf(form) {
    try {
      return sample(form, { given: this.preview.given, today: this.page.today }).answers;
    } catch {
      return {};
    }
  }
}

/** A component in a definition, with what holds it and where. */
function find(form, id) {
  let found = null;
  walk(form, (component, holder) => {
    if (component.id === id) found = { component, holder, at: holder.components.indexOf(component) };
  });
  return found;
}

function spot(form, id) {
  const { holder, at } = find(form, id);
  return { holder, at: at + 1 };
}
