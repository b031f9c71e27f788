/**
 * Token simulation in the drawing: where a case could go, gateways turned by hand. It knows neither
 * conditions nor people; "试运行" (play) does.
 *
 * The package speaks English only and its buttons are plain boxes: both are mended as they appear.
 */
import BaseModule from 'bpmn-js-token-simulation/lib/base';
import DisableModelingModule from 'bpmn-js-token-simulation/lib/features/disable-modeling';
import EditorActionsModule from 'bpmn-js-token-simulation/lib/features/editor-actions';
import { TOGGLE_MODE_EVENT } from 'bpmn-js-token-simulation/lib/util/EventHelper';

import { translate } from './translate.js';

const BUTTONS = '.bts-entry, .bts-context-pad, .bts-context-pad [title], .bts-scope, .bts-notification [title]';

class Mode {
  static $inject = ['eventBus', 'canvas', 'selection'];

  constructor(eventBus, canvas, selection) {
    Object.assign(this, { eventBus, canvas, selection, active: false });
    eventBus.on('import.parse.start', () => this.toggleMode(false));
    eventBus.on('diagram.init', () => {
      const container = canvas.getContainer();
      new MutationObserver(() => this.active && mend(container)).observe(container, { childList: true, subtree: true });
    });
  }

  /** Named as the package's other parts expect it. */
  toggleMode(active = !this.active) {
    if (active === this.active) return;
    this.active = active;
    this.selection.select(null);
    this.canvas.getContainer().parentNode.classList.toggle('simulation', active);
    this.eventBus.fire(TOGGLE_MODE_EVENT, { active });
    if (active) mend(this.canvas.getContainer());
  }
}

function mend(container) {
  for (const button of container.querySelectorAll(BUTTONS)) {
    if (button.title) button.title = translate(button.title.trim());
    if (button.hasAttribute('role')) continue;
    button.setAttribute('role', 'button');
    button.tabIndex = 0;
    button.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      event.stopPropagation();
      button.click();
    });
  }
}

export default {
  __depends__: [BaseModule, DisableModelingModule, EditorActionsModule],
  __init__: ['toggleMode'],
  toggleMode: ['type', Mode],
};
