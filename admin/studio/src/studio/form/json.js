/**
 * The definition as text beside the canvas: what is wrong with it is marked where it stands, by the
 * line and column of the syntax or by the path the checks name.
 */
import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab, redo, undo } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, foldGutter, HighlightStyle, syntaxHighlighting, syntaxTree, ensureSyntaxTree } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { t } from './words.js';

const PAUSE = 400;

export class JsonPane {
  /**
   * @param {Element} place
   * @param {{ onChange: (form: object) => void, onBroken: (message: string|null) => void }} options
   */
  constructor(place, { onChange, onBroken }) {
    Object.assign(this, { onChange, onBroken, findings: [] });
    this.view = new EditorView({
      parent: place,
      state: EditorState.create({ extensions: this.extensions() }),
    });
  }

  extensions() {
    return [
      lineNumbers(), foldGutter(), lintGutter(), history(), drawSelection(), highlightActiveLine(),
      bracketMatching(), closeBrackets(), json(), syntaxHighlighting(COLOURS),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
      EditorView.contentAttributes.of({ 'aria-label': t('jsonLabel') }),
      EditorState.phrases.of(t.phrases),
      EditorView.updateListener.of((update) => update.docChanged && !this.quiet && this.typedSoon()),
    ];
  }

  /** Shows a definition; what is typed there just now isn't touched. */
  show(form, { force = false } = {}) {
    if (!force && (this.timer || this.broken)) return;
    const text = JSON.stringify(form, null, 2);
    const now = this.view.state.doc.toString();
    if (text === now) return;
    this.quiet = true;
    this.view.dispatch({ changes: difference(now, text) });
    this.quiet = false;
    this.broken = false;
    this.onBroken(null);
    this.mark();
  }

  typedSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.typed(), PAUSE);
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = 0;
    const text = this.view.state.doc.toString();
    try {
      const form = JSON.parse(text);
      if (form === null || typeof form !== 'object' || !Array.isArray(form.components)) throw new SyntaxError(t('notAForm'));
      this.broken = false;
      this.onBroken(null);
      this.mark();
      this.onChange(form);
    } catch (error) {
      this.broken = true;
      const at = this.placeOf(error);
      const line = this.view.state.doc.lineAt(at);
      const message = t('jsonBroken', { line: line.number, column: at - line.from + 1 });
      this.view.dispatch(setDiagnostics(this.view.state, [
        { from: Math.min(at, Math.max(0, text.length - 1)), to: Math.min(at + 1, text.length), severity: 'error', message },
      ]));
      this.onBroken(error.message === t('notAForm') ? error.message : message);
    }
  }

  /** Undo asked for from outside: what is being typed here, and no form yet, is taken back first. */
  taken(way) {
    if (this.timer) this.typed();
    return Boolean(this.broken) && (way === 'undo' ? undo : redo)(this.view);
  }

  /** Where the syntax breaks, by the grammar: engines word their messages each in another way. */
  placeOf() {
    const { state } = this.view;
    const tree = ensureSyntaxTree(state, state.doc.length, 1000) ?? syntaxTree(state);
    let at = -1;
    tree.iterate({ enter: ({ type, from }) => { if (at < 0 && type.isError) at = from; } });
    return at < 0 ? 0 : at;
  }

  /** What the checks say of the form: [{ element: path, message, severity }]. */
  found(findings) {
    this.findings = findings;
    if (!this.broken) this.mark();
  }

  mark() {
    const marks = this.findings.map(({ element, message, severity }) => {
      const { from, to } = this.rangeOf(element) ?? { from: 0, to: Math.min(1, this.view.state.doc.length) };
      return { from, to, severity: severity === 'warning' ? 'warning' : 'error', message };
    });
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }

  /** The text a path names; of the last step that is there when the rest is missing. */
  rangeOf(path) {
    const { state } = this.view;
    const tree = ensureSyntaxTree(state, state.doc.length, 1000) ?? syntaxTree(state);
    let node = tree.topNode.firstChild;
    let range = null;
    for (const step of path.match(/[^.[\]]+/g) ?? []) {
      const next = /^\d+$/.test(step) && node?.name === 'Array' ? item(node, Number(step)) : property(node, step, state);
      if (!next) break;
      range = next.key ?? next.value;
      node = next.value;
    }
    return range && { from: range.from, to: Math.min(range.to, state.doc.lineAt(range.from).to) };
  }

  /** Goes to what a path names. */
  reveal(path) {
    const range = this.rangeOf(path);
    if (!range) return;
    this.view.dispatch({ selection: { anchor: range.from }, effects: EditorView.scrollIntoView(range.from, { y: 'center' }) });
  }
}

function item(array, index) {
  let at = -1;
  for (let node = array.firstChild; node; node = node.nextSibling) {
    if (/^[[\],⚠]/.test(node.name)) continue;
    at += 1;
    if (at === index) return { value: node };
  }
  return null;
}

function property(object, name, state) {
  for (const node of object?.getChildren('Property') ?? []) {
    const key = node.getChild('PropertyName');
    if (state.sliceDoc(key.from + 1, key.to - 1) === name) return { key, value: node.lastChild };
  }
  return null;
}

/** Only what differs is replaced, so that the cursor and the scrolled place stay. */
function difference(before, after) {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, class: 'feel-function' },
  { tag: tags.string, class: 'feel-string' },
  { tag: [tags.number, tags.bool, tags.null], class: 'feel-number' },
]);
