/** What the forms share: the definition as it stands, what is wrong with it, what surrounds it. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { at, changed, placed, within } from './paths.js';

export class Store {
  /**
   * @param {object} options
   * @param {object} options.around of the page: departments, fields, wordings …
   * @param {() => void} options.onChange told after every change by the person
   * @param {(text: string, more: object) => Element} options.toast
   */
  constructor({ around, onChange, toast }) {
    Object.assign(this, { around, onChange, toast });
    this.definition = {};
    this.findings = [];
    this.chosen = '';
    this.version = 0;
    this.english = localStorage.getItem('onewindow.english') !== 'no';
    this.redraw = () => {};
  }

  show(definition) {
    this.definition = definition;
    this.redraw();
  }

  at(path) {
    return at(this.definition, path);
  }

  put(path, value) {
    this.definition = changed(this.definition, path, value);
    this.redraw();
    this.onChange();
  }

  /** Change now, with a way back: the words say what was done. */
  putBack(path, value, words, undo) {
    const before = this.at(path);
    this.put(path, value);
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', className: 'btn btn-quiet', textContent: undo });
    const note = this.toast(words, { more: button });
    button.addEventListener('click', () => {
      this.put(path, before);
      note.remove();
    });
  }

  found(findings) {
    this.findings = findings.map((each) => ({ ...each, place: placed(each.element ?? '', this.definition) }));
    this.redraw();
  }

  /** What is wrong at a place itself, its two languages included. */
  wrongAt(path) {
    return this.findings.filter(({ place }) => place === path || place === `${path}.zh` || place === `${path}.en`);
  }

  /** What is wrong at a place and anywhere below it. */
  wrongIn(path) {
    return this.findings.filter(({ place }) => within(place, path));
  }

  choose(name) {
    this.chosen = name;
    this.redraw();
  }

  speakEnglish(yes) {
    this.english = yes;
    localStorage.setItem('onewindow.english', yes ? 'yes' : 'no');
    this.redraw();
  }
}

const Context = createContext(null);
export const Shared = Context.Provider;
export const useStore = () => useContext(Context);
