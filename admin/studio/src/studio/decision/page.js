/** The editor of decision tables (dmn-js, only what our evaluator runs) with its trial panel. */
import { render } from 'preact';
import Modeler from 'dmn-js/lib/Modeler';
import InputSelect from 'dmn-js-shared/lib/components/InputSelect';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import './decision.css';
import { undoKeys } from '../undoing.js';
import { drop, rename } from './file.js';
import { marks } from './marks.js';
import { Panel } from './panel.jsx';
import { Trial } from './trial.js';
import { languageModule } from './translate.js';

/** Kept rows travel in the table's file. */
const MODDLE = {
  name: 'OneWindow', prefix: 'ow', uri: 'urn:onewindow:dmn:1', xml: { tagAlias: 'lowerCase' }, associations: [],
  types: [{ name: 'Rows', superClass: ['Element'], properties: [{ name: 'body', isBody: true, type: 'String' }] }],
};
const TYPES = ['string', 'number', 'boolean', 'date'];
InputSelect.defaultProps = { noInput: true }; // a type is shown by its name, not by what the file says

/** What `studio.edit` takes. */
export function decision(root, { name, variables, sprite, studio }) {
  const place = root.querySelector('[data-decision-editor]');
  const side = root.querySelector('[data-decision-side]');
  const view = { additionalModules: [languageModule] };
  const modeler = new Modeler({
    container: place,
    common: { dataTypes: TYPES, expressionLanguages: { options: [{ value: 'feel', label: 'FEEL' }] } },
    drd: view, decisionTable: view, literalExpression: view, boxedExpression: view,
    moddleExtensions: { ow: MODDLE },
  });
  // Pressing on an offered type would move the focus to the table, which closes the dialog before the click.
  place.addEventListener('mousedown', (event) => event.target.closest('.dms-select-options') && event.preventDefault(), true);
  const shown = marks(place);
  const changed = () => {
    studio.changed();
    trial.later();
  };
  const trial = new Trial({
    name, api: studio.api, modeler, changed: () => studio.changed(), shown,
    redraw: () => render(Panel({ trial, sprite, actions }), side),
  });
  const actions = { rename: () => rename(studio, name), drop: () => drop(studio, name) };
  const stack = () => modeler.getActiveViewer()?.get('commandStack');
  // First: a cell's editor would take a text back besides what the table takes back.
  const keys = undoKeys({ undo: () => stack()?.undo(), redo: () => stack()?.redo(), first: true });
  modeler.on('viewer.created', ({ viewer }) => {
    onlyChanges(viewer.get('commandStack'));
    viewer.on('commandStack.changed', ({ trigger }) => {
      keys.settled();
      if (trigger !== 'clear') changed();
    });
  });
  modeler.on('views.changed', ({ activeView }) => trial.look(activeView));
  return {
    part: `decisions/${name}`,
    async show(xml) {
      const before = modeler.getActiveView()?.id;
      await modeler.importXML(xml);
      const again = modeler.getViews().find(({ id }) => id === before);
      if (again && again !== modeler.getActiveView()) await modeler.open(again);
    },
    async read() {
      return (await modeler.saveXML({ format: true })).xml;
    },
    found: (findings) => shown.wrong(findings),
    select: (element) => select(modeler, place, element),
    variables,
  };
}

/** A cell that shows its text anew tells that as a change; after that nothing could be redone. */
function onlyChanges(stack) {
  const execute = stack.execute.bind(stack);
  stack.execute = (command, context) => {
    const { element, properties } = context;
    const isSame = command === 'element.updateProperties' && Object.entries(properties).every(([name, value]) => (element.businessObject ?? element).get(name) === value);
    if (!isSame) execute(command, context);
  };
}

/** Bring a rule, a cell or a decision into view. */
async function select(modeler, place, id) {
  if (!id) return;
  const holds = ({ element }) => element.id === id || element.decisionLogic?.rule?.some((rule) =>
    rule.id === id || [...(rule.inputEntry ?? []), ...(rule.outputEntry ?? [])].some((cell) => cell.id === id));
  const view = modeler.getViews().find((each) => each.type !== 'drd' && holds(each));
  if (view && view !== modeler.getActiveView()) await modeler.open(view);
  requestAnimationFrame(() => {
    const cell = place.querySelector(`[data-element-id="${CSS.escape(id)}"]`) ?? place.querySelector(`[data-row-id="${CSS.escape(id)}"]`);
    cell?.scrollIntoView({ block: 'center', inline: 'center' });
    (cell?.querySelector('[contenteditable]') ?? cell)?.focus?.();
  });
}
