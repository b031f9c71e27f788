/** bpmn-js put together: our namespace, our menus, our words, nothing that the engine doesn't run. */
import BpmnModeler from 'bpmn-js/lib/Modeler';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import SearchModule from 'bpmn-js/lib/features/search';
import MinimapModule from 'diagram-js-minimap';

import clipboard from './clipboard.js';
import menus from './menus.js';
import moddle from './moddle.json';
import routing from './routing.js';
import simulation from './simulation.js';
import translation from './translate.js';

// Custom properties, so that the dark theme is a matter of CSS alone.
const COLOURS = {
  defaultFillColor: 'var(--inside)',
  defaultStrokeColor: 'var(--shape)',
  defaultLabelColor: 'var(--text)',
};

/**
 * A modeler in `container`, or a viewer when `readonly`. `studio` is what menus and clipboard need
 * to know of the page: { forms: [key], icons: url of the sprite, person, matter }.
 */
export function makeModeler(container, studio, { readonly = false } = {}) {
  const Kind = readonly ? NavigatedViewer : BpmnModeler;
  const known = { studio: ['value', studio] };
  const modeler = new Kind({
    container,
    bpmnRenderer: COLOURS,
    textRenderer: { defaultStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 }, externalStyle: { fontSize: 12 } },
    moddleExtensions: { ow: moddle },
    additionalModules: [
      known,
      translation,
      MinimapModule,
      ...(readonly ? [SearchModule] : [menus, clipboard, routing, simulation]),
    ],
  });
  modeler.on('saveXML.start', () => keepApart(modeler));
  return modeler;
}

/**
 * No id twice. bpmn-js calls the drawn side of a new `review` review_di, though that may be taken by
 * an element that was `review` once and was given another id: reading it again, one of the two is lost.
 */
function keepApart(modeler) {
  const taken = new Map();
  const elements = modeler.get('elementRegistry').filter(({ di, labelTarget }) => di && !labelTarget);
  for (const { businessObject } of elements) taken.set(businessObject.id, businessObject);
  for (const { di } of elements) {
    if ((taken.get(di.id) ?? di) !== di) di.set('id', modeler.get('moddle').ids.nextPrefixed(`${di.$type.split(':')[1]}_`, di));
    taken.set(di.id, di);
  }
}
