/**
 * Where an expression is written: names in scope offered while typing, errors under the cursor, the
 * value it has for a sample. Verdicts come from the server, which is the one that will run it.
 *
 *   const editor = feelEditor(input, { value: '=area > 60', sign: true, names, onChange, lang });
 *   editor.value; editor.value = '=area > 80'; editor.setNames(names); editor.focus(); editor.destroy();
 *
 * `element` is an <input> or <textarea>, which stays in the form behind the editor and gets its
 * value and `input` events, or any other element, which the editor is put into.
 */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { HighlightStyle, bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, hoverTooltip, keymap, placeholder as hint, repositionTooltips, tooltips } from '@codemirror/view';
import { feel } from '@bpmn-io/lang-feel';
import { tags } from '@lezer/highlight';
import './feel/feel.css';
import { ask } from './feel/asking.js';
import { completions, nameAt, scopeOf } from './feel/scope.js';
import { words } from './feel/words.js';

const PAUSE = 350;
const ECHO = 1000; // milliseconds in which what was typed may be told back

/** @typedef {{ name: string, type?: string, label?: string }} Name dots in `name` lead below it */

/**
 * @param {HTMLElement} element
 * @param {object} options
 * @param {string} [options.value]
 * @param {Name[]} [options.names] what may be used; null: names aren't checked
 * @param {(value: string) => void} [options.onChange]
 * @param {'zh'|'en'} [options.lang] else the page's
 * @param {boolean} [options.sign] the value begins with "=", which stands before the field
 * @param {boolean} [options.unary] a test such as `> 5` or `"a","b"`
 * @param {boolean} [options.lines] Enter begins a new line (default: for a <textarea>)
 * @param {string} [options.label] what screen readers call it
 * @param {string} [options.placeholder]
 * @param {boolean} [options.readonly]
 * @param {() => object|null} [options.sample] values of names, to show what comes out
 */
export function feelEditor(element, options = {}) {
  return new FeelEditor(element, options);
}

class FeelEditor {
  constructor(element, { value, names = [], onChange = () => {}, sample = () => null, ...options }) {
    this.field = element.matches('input, textarea') ? element : null;
    this.lang = (options.lang ?? document.documentElement.lang).startsWith('en') ? 'en' : 'zh';
    this.say = words[this.lang];
    Object.assign(this, { options, onChange, sample, scope: scopeOf(names), told: [] });
    this.box = this.drawBox(element);
    this.language = new Compartment();
    this.view = new EditorView({
      parent: this.box.querySelector('.feel-line'),
      state: EditorState.create({
        doc: this.inner(value ?? this.field?.value ?? ''),
        extensions: this.extensions(options.lines ?? element.matches('textarea')),
      }),
    });
    this.box.addEventListener('focusin', () => this.judgeSoon(0));
  }

  get value() {
    return this.outer(this.view.state.doc.toString());
  }

  set value(value) {
    if (this.hasTold(value ?? '') || value === this.value) return;
    this.quiet = true;
    const { length } = this.view.state.doc;
    this.view.dispatch({ changes: { from: 0, to: length, insert: this.inner(value ?? '') } });
    this.quiet = false;
    this.tell([], null);
  }

  /**
   * Whether `value` is what was typed here a moment ago: a page tells each text back when it has drawn
   * it, and by then more may have been typed, which must not be lost.
   */
  hasTold(value) {
    const echo = this.lately().findLastIndex(({ text }) => text === value);
    this.told = echo < 0 ? [] : this.told.slice(echo + 1);
    return echo >= 0;
  }

  lately() {
    this.told = this.told.filter(({ at }) => at > Date.now() - ECHO);
    return this.told;
  }

  /** Other names are in scope now. */
  setNames(names) {
    this.scope = scopeOf(names);
    this.view.dispatch({ effects: this.language.reconfigure(this.languageNow()) });
    if (this.asked) this.judgeSoon();
  }

  /** The sample changed: work the value out again. */
  refresh() {
    if (this.asked) this.judgeSoon();
  }

  /** The page around was drawn again: the field may stand elsewhere, and what it offers goes along. */
  moved() {
    repositionTooltips(this.view);
  }

  focus() {
    this.view.focus();
  }

  destroy() {
    clearTimeout(this.timer);
    this.gone = true;
    this.view.destroy();
    this.box.remove();
    if (this.field) this.field.hidden = false;
  }

  // "=" belongs to what is stored, not to what is typed.
  inner(value) {
    return this.options.sign ? value.replace(/^=\s?/, '') : value;
  }

  outer(text) {
    return this.options.sign && text.trim() ? `=${text.trim()}` : text;
  }

  drawBox(element) {
    const box = document.createElement('div');
    box.className = 'feel-field';
    box.innerHTML = '<div class="feel-line"></div><div class="feel-said" role="status" hidden></div>';
    if (this.options.sign) {
      const sign = Object.assign(document.createElement('span'), { className: 'feel-sign', textContent: '=' });
      sign.setAttribute('aria-hidden', 'true');
      box.firstChild.append(sign);
    }
    if (this.field) {
      this.field.hidden = true;
      this.field.after(box);
    } else {
      element.append(box);
    }
    return box;
  }

  extensions(lines) {
    const { label, placeholder = '', readonly = false } = this.options;
    const enter = { key: 'Enter', run: () => !lines };
    return [
      history(),
      bracketMatching(),
      closeBrackets(),
      autocompletion({ override: [(context) => completions(context, this.scope, this.lang)], icons: false }),
      keymap.of([...completionKeymap, ...closeBracketsKeymap, enter, ...historyKeymap, ...defaultKeymap]),
      this.language.of(this.languageNow()),
      syntaxHighlighting(COLOURS),
      hoverTooltip((view, at) => this.explain(view, at)),
      // Panels scroll and clip; what pops up mustn't be clipped with them.
      tooltips({ position: 'fixed', parent: this.box.closest('dialog') ?? document.body }),
      EditorView.lineWrapping,
      EditorState.readOnly.of(readonly),
      EditorView.editable.of(!readonly),
      EditorView.contentAttributes.of({
        'aria-label': label ?? labelOf(this.field) ?? this.say.expression,
        spellcheck: 'false',
      }),
      EditorState.phrases.of(this.say.phrases ?? {}),
      hint(placeholder),
      EditorView.updateListener.of((update) => update.docChanged && !this.quiet && this.changed()),
    ];
  }

  /** How the text is read depends on names: `floor-area` is one if there is one called so. */
  languageNow() {
    return feel({
      dialect: this.options.unary ? 'unaryTests' : 'expression',
      context: this.scope.context,
      completions: [],
    });
  }

  changed() {
    const { value } = this;
    if (this.field) {
      this.field.value = value;
      this.field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    this.lately().push({ text: value, at: Date.now() });
    this.onChange(value);
    this.judgeSoon();
  }

  judgeSoon(pause = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.judge(), pause);
  }

  async judge() {
    const text = this.view.state.doc.toString();
    this.asked = true;
    if (!text.trim()) return this.tell([], null);
    const { unary = false } = this.options;
    const expression = text;
    const names = this.scope.paths;
    const { problems } = await ask('check', { expression, names, unary }, this.lang);
    if (this.gone || text !== this.view.state.doc.toString()) return undefined;
    const sample = problems.length || unary ? null : this.sample();
    const outcome = sample && await ask('evaluate', { expression, names: sample }, this.lang);
    if (this.gone || text !== this.view.state.doc.toString()) return undefined;
    return this.tell(problems, outcome);
  }

  /** Problems under the text and one of them below the field, or the sample's value. */
  tell(problems, outcome) {
    const { length } = this.view.state.doc;
    const marks = problems.map(({ start, end, message }) => {
      const from = Math.min(start ?? 0, Math.max(length - 1, 0));
      return { from, to: Math.min(Math.max(end ?? length, from + 1), length), severity: 'error', message };
    });
    this.view.dispatch(setDiagnostics(this.view.state, marks));
    this.box.classList.toggle('has-problem', problems.length > 0);
    const said = this.box.querySelector('.feel-said');
    const [problem] = problems;
    said.hidden = !problem && !outcome;
    said.classList.toggle('is-problem', Boolean(problem ?? outcome?.problem));
    if (problem) said.textContent = problem.message;
    else if (outcome?.problem) said.textContent = `${this.say.sample}${outcome.problem.message}`;
    else if (outcome) said.textContent = `${this.say.sample}${outcome.text} · ${this.say.types[outcome.type] ?? outcome.type}`;
    else said.textContent = '';
    this.problems = problems;
  }

  /** What a name stands for, on hovering. */
  explain(view, at) {
    const found = nameAt(view.state, at, this.scope);
    if (!found) return null;
    const { name, from, to } = found;
    return {
      pos: from,
      end: to,
      create: () => {
        const dom = document.createElement('div');
        dom.className = 'feel-about';
        dom.append(Object.assign(document.createElement('b'), { textContent: name.label || name.name }));
        const type = this.say.types[name.type] ?? name.type;
        if (type) dom.append(` · ${type}`);
        return { dom };
      },
    };
  }
}

function labelOf(field) {
  return field?.getAttribute('aria-label') ?? field?.labels?.[0]?.textContent.trim();
}

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.definitionKeyword, tags.controlKeyword], class: 'feel-keyword' },
  { tag: [tags.string, tags.special(tags.string)], class: 'feel-string' },
  { tag: [tags.number, tags.bool, tags.null, tags.literal], class: 'feel-number' },
  { tag: [tags.function(tags.variableName), tags.function(tags.special(tags.variableName))], class: 'feel-function' },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], class: 'feel-comment' },
]);
