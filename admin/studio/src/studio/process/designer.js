/**
 * The process designer: drawing in the middle, tools above, properties beside. What it edits is text
 * (BPMN XML): `show` draws it, `read` writes it.
 */
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import './process.css';

import { undoKeys } from '../undoing.js';
import { marksOf } from './marks.js';
import { makeModeler } from './modeler.js';
import { mountPanel } from './panel/panel.jsx';
import { partsOf } from './parts.js';
import { startTools } from './tools.js';
import { english, t } from './words.js';

/**
 * @param {HTMLElement} root the page's [data-process]
 * @param {object} options
 * @param {object} options.page what the server told the page: forms, decisions, choices, address …
 * @param {object} [options.draft] of openDraft; without it nothing is saved and all is read-only
 * @param {() => void} [options.changed] called after every change by the person
 * @param {(text: string, look?: object) => void} [options.toast]
 */
export function designer(root, { page, draft = null, changed = () => {}, toast = () => {} }) {
  const readonly = !draft;
  const parts = partsOf({ page, draft, toast, readonly });
  const canvasBox = root.querySelector('[data-process-canvas]');
  const modeler = makeModeler(canvasBox, parts, { readonly });
  const marks = marksOf(modeler);
  let findings = [];
  let drawn = null; // the text as it was shown, while nothing was changed
  let panel = null;

  const editor = {
    part: 'process',

    /** Draw `xml`. What is selected and seen stays, if it is still there. */
    async show(xml) {
      const before = modeler.get('canvas').getRootElement() && panel ? viewOf(modeler) : null;
      try {
        const { warnings } = await modeler.importXML(xml);
        const lost = warnings.filter(({ message }) => !/^(unknown attribute|failed to import)/.test(message)); // those are kept
        if (lost.length) toast(t('流程图有 {n} 处不能完整显示，保存时会丢掉这些内容。', { n: lost.length }), { tone: 'warning', stays: true });
      } catch (error) {
        root.classList.add('is-broken');
        root.querySelector('[data-process-broken-why]').textContent = error.message;
        return;
      }
      root.classList.remove('is-broken');
      drawn = xml;
      if (before) restoreView(modeler, before);
      else fit(modeler, { readably: true });
      panel ??= mountPanel(root.querySelector('[data-process-panel]'), modeler, { choices: page.choices, studio: parts, findings: () => findings });
      marks.show(findings);
    },

    /** The drawing as text; untouched, it is the very text that was shown. */
    async read() {
      if (drawn !== null) return drawn;
      const { xml } = await modeler.saveXML({ format: true });
      return xml;
    },

    select(id) {
      modeler.get('undrawn', false)?.draw(id);
      const element = modeler.get('elementRegistry').get(id);
      const canvas = modeler.get('canvas');
      if (!element) {
        modeler.get('selection').select(null);
        return;
      }
      const plane = canvas.findRoot(element);
      if (plane && plane !== canvas.getRootElement()) canvas.setRootElement(plane);
      if (element.parent) {
        modeler.get('selection').select(element);
        centre(canvas, element);
      }
      canvas.focus?.();
    },

    found(latest) {
      findings = latest;
      marks.show(findings);
      panel?.refresh();
    },
  };

  if (!readonly) {
    const actions = modeler.get('editorActions'); // these rest while the way is shown
    const keys = undoKeys({ undo: () => actions.trigger('undo'), redo: () => actions.trigger('redo') });
    let touched = [];
    modeler.on('elements.changed', ({ elements }) => (touched = elements));
    modeler.on('commandStack.changed', ({ trigger }) => {
      keys.settled();
      if (trigger === 'clear') return;
      if (trigger === 'undo' || trigger === 'redo') reveal(modeler, touched);
      drawn = null;
      changed();
    });
    // What is still being typed in a field counts when the page goes away.
    window.addEventListener('pagehide', () => document.activeElement?.blur?.());
    // And when the pointer moves over the drawing: counted only with the click that leaves the field, it
    // would have the pad beside the element drawn anew under that click, which were lost.
    canvasBox.addEventListener('pointermove', () => {
      const field = document.activeElement;
      if (field?.matches('input, textarea') && !canvasBox.contains(field)) {
        field.dispatchEvent(new Event('change', { bubbles: true }));
      }
    });
  }
  startTools(root, modeler, { editor, page, readonly, fit: () => fit(modeler) });
  return editor;
}

/** All of it beside the palette, never larger than life; `readably`, a large one is shown from its beginning. */
function fit(modeler, { readably = false } = {}) {
  const canvas = modeler.get('canvas');
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  const [left, air] = [english ? 146 : 112, 28];
  const scale = Math.min((outer.width - left - air) / inner.width, (outer.height - 2 * air) / inner.height, 1);
  const start = modeler.get('elementRegistry').find((each) => each.type === 'bpmn:StartEvent');
  const shown = readably && scale < 0.4 && start ? 0.7 : scale;
  const [width, height] = [outer.width / shown, outer.height / shown];
  canvas.viewbox(
    shown === scale
      ? { x: inner.x - (left + (outer.width - left - air - inner.width * shown) / 2) / shown, y: inner.y + inner.height / 2 - height / 2, width, height }
      : { x: start.x - (left + 40) / shown, y: start.y + start.height / 2 - height / 2, width, height },
  );
}

/** What was undone can be seen: one of `changed` is selected and in view, or the whole process is. */
function reveal(modeler, changed) {
  const [registry, canvas, selection] = ['elementRegistry', 'canvas', 'selection'].map((name) => modeler.get(name));
  const there = changed.map((each) => each.labelTarget ?? each).filter((each) => registry.get(each.id) === each);
  const [first] = [...there.filter(({ waypoints }) => !waypoints), ...there];
  if (!first || there.some((each) => selection.isSelected(each))) return;
  if (first.parent) canvas.scrollToElement(first, 60);
  selection.select(first.parent ? first : null);
}

function centre(canvas, element) {
  const { outer, scale } = canvas.viewbox();
  const [x, y] = element.waypoints
    ? [element.waypoints[0].x, element.waypoints[0].y]
    : [element.x + element.width / 2, element.y + element.height / 2];
  const shown = scale < 0.5 ? 0.8 : scale;
  const [width, height] = [outer.width / shown, outer.height / shown];
  canvas.viewbox({ x: x - width / 2, y: y - height / 2, width, height });
}

function viewOf(modeler) {
  const { x, y, width, height } = modeler.get('canvas').viewbox();
  return { box: { x, y, width, height }, selected: modeler.get('selection').get().map(({ id }) => id) };
}

function restoreView(modeler, { box, selected }) {
  modeler.get('canvas').viewbox(box);
  const registry = modeler.get('elementRegistry');
  modeler.get('selection').select(selected.map((id) => registry.get(id)).filter(Boolean));
}
