/** Palette, pad beside an element, and the menus that append, create and replace. */
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { BOXES, groupName, own, plain, replaceLabel } from './boxes.js';
import { middleOf, touches, withInner } from './places.js';
import Placing from './placing.js';
import Undrawn from './undrawn.js';
import { t } from './words.js';

const PALETTE = ['accept', 'review', 'decide', 'issue', 'deliver'];
const PALETTE_PLAIN = ['none-start-event', 'none-end-event', 'exclusive-gateway', 'parallel-gateway', 'user-task'];
const BEFORE_CORE = 1500; // keys of bpmn-js that we put to another use
const CORE_FIRST = 500; // below bpmn-js's own providers, so that ours come after and may change them

class Menus {
  static $inject = ['palette', 'contextPad', 'popupMenu', 'placing', 'bpmnReplace', 'selection', 'canvas', 'keyboard', 'eventBus', 'studio', 'handTool', 'lassoTool', 'spaceTool', 'globalConnect', 'connect', 'modeling', 'rules', 'mouse', 'routing', 'translate'];

  constructor(palette, contextPad, popupMenu, placing, bpmnReplace, selection, canvas, keyboard, eventBus, studio, handTool, lassoTool, spaceTool, globalConnect, connect, modeling, rules, mouse, routing, translate) {
    Object.assign(this, { palette, contextPad, popupMenu, placing, bpmnReplace, selection, canvas, studio, handTool, lassoTool, spaceTool, globalConnect, connect, modeling, rules, mouse, routing, translate });
    palette.registerProvider(CORE_FIRST, this);
    contextPad.registerProvider(CORE_FIRST, this);
    const beside = contextPad._getPosition.bind(contextPad);
    contextPad._getPosition = (target) => this.#padPlace(target, beside(target));
    popupMenu.registerProvider('bpmn-replace', CORE_FIRST, { getPopupMenuEntries: (target) => this.#replaceEntries(target) });
    popupMenu.registerProvider('studio-append', { getPopupMenuEntries: (target) => this.#entries(target) });
    popupMenu.registerProvider('studio-create', { getPopupMenuEntries: () => this.#entries(null) });
    // Menu and search look at what was typed when a key goes up: input methods and pasting have no such key.
    document.addEventListener('input', ({ target }) => {
      if (target.closest?.('.djs-popup-search, .djs-search-input')) target.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true }));
    });
    eventBus.on('keyboard.init', () => keyboard.addListener(BEFORE_CORE, ({ keyEvent }) => this.#key(keyEvent)));
  }

  getPaletteEntries() {
    return () => {
      const entries = {};
      const tool = (id, className, title, click) => (entries[id] = { group: 'tools', className, title: this.translate(title), action: { click } });
      tool('hand-tool', 'bpmn-icon-hand-tool', 'Activate hand tool', (event) => this.handTool.activateHand(event));
      tool('lasso-tool', 'bpmn-icon-lasso-tool', 'Activate lasso tool', (event) => this.lassoTool.activateSelection(event));
      tool('space-tool', 'bpmn-icon-space-tool', 'Activate create/remove space tool', (event) => this.spaceTool.activateSelection(event));
      tool('connect', 'bpmn-icon-connection-multi', 'Activate global connect tool', (event) => this.globalConnect.start(event));
      entries.line = { group: 'tools', separator: true };
      for (const each of plain('event', 'gateway', 'task').filter(({ key }) => PALETTE_PLAIN.includes(key))) {
        entries[`create.${each.key}`] = this.#palette('plain', each.label, each, { className: each.className });
      }
      entries['create.pool'] = this.#palette('plain', t('泳池'), { target: { type: 'bpmn:Participant' } }, { className: 'bpmn-icon-participant' });
      entries['line-2'] = { group: 'plain', separator: true };
      for (const box of BOXES.filter(({ key }) => PALETTE.includes(key))) {
        const title = `${own(box.name)}${t('：')}${own(box.says)}`;
        entries[`create.${box.key}`] = this.#palette('boxes', title, { box }, {
          html: `<div class="entry palette-box" draggable="true" title="${title}">${this.#icon(box)}<span>${own(box.name)}</span></div>`,
        });
      }
      entries.more = {
        group: 'boxes',
        html: `<div class="entry palette-box">${this.#sprite('dots')}<span>${t('更多')}</span></div>`,
        title: t('全部环节与元素（N）'),
        action: { click: (event) => this.openCreate({ x: event.clientX, y: event.clientY }) },
      };
      return entries;
    };
  }

  #palette(group, title, what, look) {
    const take = (event) => this.placing.take(event, what);
    return { group, title, ...look, action: { dragstart: take, click: take } };
  }

  getContextPadEntries(element) {
    return (entries) => {
      const kept = Object.fromEntries(
        Object.entries(entries).filter(([id]) => !id.startsWith('append.') || id === 'append.text-annotation'),
      );
      if (!canBeLeft(element)) return kept;
      const any = {
        group: 'model', html: `<div class="entry">${this.#sprite('circle-plus')}</div>`,
        title: isFlow(element) ? t('在这条线上插入…（A）') : t('接着画…（A）'),
        action: { click: (event, source) => this.openAppend(source, { x: event.clientX, y: event.clientY }) },
      };
      if (isFlow(element)) {
        const lay = { group: 'model', html: `<div class="entry">${this.#sprite('route')}</div>`, title: t('重新走线'), action: { click: () => this.routing.lay(element) } };
        return { 'append.any': any, lay, ...kept };
      }
      const quick = (key) => {
        const found = plain('event', 'gateway', 'task').find((each) => each.key === key);
        return {
          group: 'model', className: found.className, title: t('接着画：{what}', { what: found.label }),
          action: {
            click: (_event, source) => this.placing.append(source, found),
            dragstart: (event, source) => this.placing.take(event, found, source),
          },
        };
      };
      return {
        'append.task': quick('user-task'),
        'append.gateway': quick('exclusive-gateway'),
        'append.end': quick('none-end-event'),
        'append.any': any,
        ...kept,
      };
    };
  }

  /** Beside the element, or where that would hide the next one below or above it. */
  #padPlace(target, beside) {
    if (Array.isArray(target) || target.waypoints) return beside;
    const { x, y, scale } = this.canvas.viewbox();
    const { width, height } = this.contextPad._current.html.getBoundingClientRect();
    const seen = (point) => ({ x: (point.x - x) * scale, y: (point.y - y) * scale, width: 1, height: 1 });
    const steps = withInner(this.canvas.getRootElement().children).filter((each) => each !== target && is(each, 'bpmn:FlowNode'));
    const middles = steps.map((each) => seen(middleOf(each)));
    const { x: left, y: top } = seen(target);
    const places = [beside, { left, top: top + target.height * scale + 8 }, { left, top: top - height - 8 }];
    return places.find((place) => !middles.some((middle) => touches(middle, { x: place.left, y: place.top, width, height }))) ?? beside;
  }

  openAppend(source, at) {
    this.popupMenu.open(source, 'studio-append', this.#near(at), { title: isFlow(source) ? t('在这条线上插入') : t('接着画'), width: 340, search: true });
  }

  openCreate(at) {
    this.popupMenu.open(this.canvas.getRootElement(), 'studio-create', this.#near(at), { title: t('新建'), width: 340, search: true });
  }

  #near(at) {
    const box = this.canvas.getContainer().getBoundingClientRect();
    const { x, y } = at ?? { x: box.left + box.width / 3, y: box.top + box.height / 4 };
    return { x: x + 10, y, cursor: { x: x + 10, y } };
  }

  /** The same for both menus: with a `source` an element is put after it, else into the hand. */
  #entries(source) {
    const entries = {};
    const act = (what) => (event) => {
      this.popupMenu.close();
      if (event.type === 'dragstart') this.placing.take(event, what, source && !isFlow(source) ? source : undefined);
      else if (source) this.placing.append(source, what);
      else if (event instanceof KeyboardEvent || event.detail === 0) this.#drop(what);
      else this.placing.take(event, what);
    };
    const add = (key, group, look, what) => {
      entries[`${group}-${key}`] = { group: { id: group, name: groupName(group) }, ...look, action: act(what) };
    };
    for (const box of BOXES) {
      add(box.key, 'box', { label: own(box.name), description: own(box.says), imageHtml: this.#icon(box), search: [box.key, ...box.name].join(' ') }, { box });
    }
    const groups = source ? ['task', 'gateway', 'event'] : ['task', 'gateway', 'event', 'boundary'];
    for (const each of plain(...groups)) {
      if (source && each.key === 'none-start-event') continue;
      if (isFlow(source) && each.target.type === 'bpmn:EndEvent') continue;
      add(each.key, each.group, { label: each.label, className: each.className, search: each.key }, each);
    }
    return entries;
  }

  /** Chosen by keyboard with nothing selected: after the last element, or in the middle. */
  #drop(what) {
    const [selected] = this.selection.get();
    if (selected && canBeLeft(selected)) return this.placing.append(selected, what);
    const { x, y, width, height } = this.canvas.viewbox();
    return this.placing.drop(what, { x: x + width / 2, y: y + height / 2 });
  }

  #replaceEntries(target) {
    return (entries) => {
      const kept = {};
      if (is(target, 'bpmn:Task')) {
        for (const box of BOXES.filter((each) => !each.parts)) {
          kept[`box-${box.key}`] = {
            group: { id: 'box', name: groupName('box') }, label: own(box.name), imageHtml: this.#icon(box),
            action: () => this.placing.become(target, box, (element, to) => this.bpmnReplace.replaceElement(element, to)),
          };
        }
      }
      for (const [id, entry] of Object.entries(entries)) {
        const label = replaceLabel(id);
        if (label !== null) kept[id] = { ...entry, label: label ?? entry.label, group: { id: 'plain', name: t('更换为') } };
      }
      return kept;
    };
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return undefined; // false would end it here
    const [selected, another] = this.selection.get();
    if (event.key === 'a' && selected && !another && canBeLeft(selected)) this.openAppend(selected, this.#besides(selected));
    else if (event.key === 'n' || event.key === 'a') this.openCreate();
    else if (event.key === 'c' && selected) return this.#connectFrom(selected, another);
    else return undefined;
    event.preventDefault();
    return true;
  }

  /** From the one that is selected to where is clicked next, or to the other that is selected too. */
  #connectFrom(source, target) {
    if (source.waypoints || this.selection.get().length > 2) return undefined;
    if (!target) this.connect.start(this.mouse.getLastMoveEvent(), source, true);
    else {
      const allowed = this.rules.allowed('connection.create', { source, target });
      if (allowed) this.modeling.connect(source, target, allowed);
    }
    return true;
  }

  #besides(element) {
    const box = this.canvas.getGraphics(element).getBoundingClientRect();
    return { x: box.right, y: box.top };
  }

  #icon(box) {
    return this.#sprite(box.icon);
  }

  #sprite(name) {
    return `<svg class="icon" aria-hidden="true"><use href="${this.studio.icons}#${name}"></use></svg>`;
  }
}
// Chosen at run time besides those of boxes.js: icon("dots") icon("circle-plus") icon("route")

/** Whether something may come after `element`, or into it where it is a flow. */
function canBeLeft(element) {
  if (element.type === 'label') return false;
  return isFlow(element) || (is(element, 'bpmn:FlowNode') && !is(element, 'bpmn:EndEvent'));
}

const isFlow = (element) => is(element, 'bpmn:SequenceFlow') && element.type !== 'label';

export default {
  __init__: ['studioMenus'],
  placing: ['type', Placing],
  undrawn: ['type', Undrawn],
  studioMenus: ['type', Menus],
};
