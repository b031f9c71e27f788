/** bpmn-js put together: our namespace, our menus, our words, nothing that the engine doesn't run. */
import BpmnModeler from 'bpmn-js/lib/Modeler';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import SearchModule from 'bpmn-js/lib/features/search';
import MinimapModule from 'diagram-js-minimap';

import clipboard from './clipboard.js';
import menus from './menus.js';
import moddle from './moddle.json';
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
  return new Kind({
    container,
    bpmnRenderer: COLOURS,
    textRenderer: { defaultStyle: { fontFamily: 'inherit', fontSize: 13 }, externalStyle: { fontSize: 12 } },
    moddleExtensions: { ow: moddle },
    additionalModules: [
      known,
      translation,
      MinimapModule,
      ...(readonly ? [SearchModule] : [menus, clipboard, simulation]),
    ],
  });
}
