/**
 * Token simulation in the drawing: where a case could go, gateways turned by hand. It knows neither
 * conditions nor people; "试运行" (play) does.
 *
 * The package speaks English only and its buttons are plain boxes: both are mended as they appear.
 */
import AnimationModule from 'bpmn-js-token-simulation/lib/animation';
import ColoredScopesModule from 'bpmn-js-token-simulation/lib/features/colored-scopes';
import ContextPadsModule from 'bpmn-js-token-simulation/lib/features/context-pads';
import DisableModelingModule from 'bpmn-js-token-simulation/lib/features/disable-modeling';
import EditorActionsModule from 'bpmn-js-token-simulation/lib/features/editor-actions';
import ElementColorsModule from 'bpmn-js-token-simulation/lib/features/element-colors';
import ElementSupportModule from 'bpmn-js-token-simulation/lib/features/element-support';
import ExclusiveGatewayModule from 'bpmn-js-token-simulation/lib/features/exclusive-gateway-settings';
import InclusiveGatewayModule from 'bpmn-js-token-simulation/lib/features/inclusive-gateway-settings';
import PaletteModule from 'bpmn-js-token-simulation/lib/features/palette';
import PauseModule from 'bpmn-js-token-simulation/lib/features/pause-simulation';
import ResetModule from 'bpmn-js-token-simulation/lib/features/reset-simulation';
import SpeedModule from 'bpmn-js-token-simulation/lib/features/set-animation-speed';
import StateModule from 'bpmn-js-token-simulation/lib/features/simulation-state';
import TokenCountModule from 'bpmn-js-token-simulation/lib/features/token-count';
import SimulatorModule from 'bpmn-js-token-simulation/lib/simulator';
import { TOGGLE_MODE_EVENT } from 'bpmn-js-token-simulation/lib/util/EventHelper';

import { translate } from './translate.js';

const AFTER_KEEPING = 49000; // the package notes the drawing's own colours at 50000, to give them back
const BUTTONS = '.bts-entry, .bts-context-pad, .bts-animation-speed-button';
const TEXTS = '.bts-notification .bts-text, .bts-element-notification .bts-text';

class Mode {
  static $inject = ['eventBus', 'canvas', 'selection', 'elementRegistry', 'elementColors'];

  constructor(eventBus, canvas, selection, registry, elementColors) {
    Object.assign(this, { eventBus, canvas, selection, registry, elementColors, active: false });
    eventBus.on(TOGGLE_MODE_EVENT, AFTER_KEEPING, ({ active }) => {
      if (active) this.#paint();
    });
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

  /** In our colours, whatever the drawing brought; the ways of gateways are coloured over them. */
  #paint() {
    for (const element of this.registry.getAll()) {
      this.elementColors.add(element, 'studio', { stroke: 'var(--shape)', fill: 'var(--inside)' });
    }
  }
}

function mend(container) {
  for (const text of container.querySelectorAll(TEXTS)) {
    const said = translate(text.textContent.trim());
    if (text.textContent !== said) text.textContent = text.title = said;
  }
  for (const button of container.querySelectorAll(BUTTONS)) {
    const title = button.title && translate(button.title.trim());
    if (button.title !== title) button.title = title;
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
  // All of the package but its log, which says in English what the drawing shows, and its own colours.
  __depends__: [
    SimulatorModule, AnimationModule, ColoredScopesModule, ContextPadsModule, StateModule, ElementSupportModule,
    PauseModule, ResetModule, TokenCountModule, SpeedModule, ExclusiveGatewayModule, InclusiveGatewayModule,
    PaletteModule, ElementColorsModule, DisableModelingModule, EditorActionsModule,
  ],
  __init__: ['toggleMode'],
  toggleMode: ['type', Mode],
};
