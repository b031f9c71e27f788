/** Makes shapes of boxes and elements, and puts them after others: one undo step each. */
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { BOXES, own } from './boxes.js';

const GAP = 60;

export default class Placing {
  static $inject = ['commandStack', 'autoPlace', 'create', 'elementFactory', 'bpmnFactory', 'modeling', 'moddle', 'elementRegistry', 'selection', 'canvas', 'spaceTool', 'studio'];

  constructor(commandStack, autoPlace, create, elementFactory, bpmnFactory, modeling, moddle, elementRegistry, selection, canvas, spaceTool, studio) {
    Object.assign(this, { commandStack, autoPlace, create, elementFactory, bpmnFactory, modeling, moddle, elementRegistry, selection, canvas, spaceTool, studio });
    commandStack.register('studio.together', { preExecute: ({ act }) => act() });
  }

  /** Whatever `act` does to the drawing is undone in one go. */
  together(act) {
    let result;
    this.commandStack.execute('studio.together', { act: () => (result = act()) });
    return result;
  }

  /** The shape of a box (boxes.js), with an id that expressions can use: review, review_2 … */
  shapeOf(box) {
    const type = box.operation ? 'bpmn:ServiceTask' : 'bpmn:UserTask';
    const id = this.#free(box.key);
    const attributes = { id, name: own(box.name) };
    for (const [name, value] of Object.entries(box.step ?? {})) attributes[`ow:${name}`] = value;
    if (box.operation) attributes['ow:operation'] = box.operation;
    if (this.studio.forms.includes(box.key)) attributes['ow:form'] = box.key;
    const before = box.differs && this.#stepOfStage(box.differs);
    if (before) attributes['ow:differs-from'] = before;
    const businessObject = this.bpmnFactory.create(type, attributes);
    this.moddle.ids.claim(id, businessObject);
    return this.elementFactory.createShape({ type, id, businessObject, width: 120 });
  }

  /** The shapes of a plain element's `target` as bpmn-js describes it: a sub-process has its start. */
  shapesOf(target) {
    if (target.type === 'bpmn:Participant') return [this.elementFactory.createParticipantShape()];
    const shape = this.#plain(target);
    if (!isOpen(target)) return [shape];
    shape.x = shape.y = 0;
    return [shape, this.elementFactory.createShape({ type: 'bpmn:StartEvent', x: 40, y: 82, parent: shape })];
  }

  /** A timer waits three days until somebody says otherwise. */
  #plain(target) {
    const shape = this.elementFactory.createShape({ ...target });
    const timer = shape.businessObject.get('eventDefinitions')?.find((each) => each.$type === 'bpmn:TimerEventDefinition');
    if (timer) timer.timeDuration = this.bpmnFactory.create('bpmn:FormalExpression', { body: 'P3D' });
    return shape;
  }

  /** Put a new element into the hand: the next click on the drawing places it. */
  take(event, { box, target }, source) {
    if (box?.parts) return this.#takeJoint(event, box);
    const shapes = box ? [this.shapeOf(box)] : this.shapesOf(target);
    const hints = { hints: { autoSelect: [shapes[0]] } };
    this.create.start(event, shapes.length > 1 ? shapes : shapes[0], source ? { source, ...hints } : hints);
  }

  /**
   * Put a new element after `source`, connected; returns it. After a step that has its next one
   * already it goes between the two, and what follows moves on: only gateways have several ways.
   */
  append(source, { box, target }) {
    const parts = is(source, 'bpmn:Gateway') && source.incoming.length < 2;
    const ends = target?.type === 'bpmn:EndEvent' || parts || is(source, 'bpmn:BoundaryEvent');
    const onward = (source.outgoing ?? []).filter((flow) => is(flow, 'bpmn:SequenceFlow'));
    const between = !ends && onward.length === 1 ? onward[0] : null;
    const placed = this.together(() => {
      const shape = box?.parts ? null : box ? this.shapeOf(box) : this.#plain(target);
      if (between) this.#makeRoom(source, between.target, shape?.width ?? 380, shape?.height ?? 220);
      const put = (first) => this.#put(source, first, between);
      const last = shape ? put(shape) : this.#appendJoint(put, box);
      if (!between) this.#clear(last);
      if (isOpen(target)) {
        const at = { x: last.x + 58, y: last.y + last.height / 2 };
        this.modeling.createShape(this.elementFactory.createShape({ type: 'bpmn:StartEvent' }), at, last);
      }
      if (between) this.modeling.reconnectStart(between, last, { x: last.x + last.width, y: last.y + last.height / 2 });
      return last;
    });
    this.selection.select(placed);
    return placed;
  }

  /** Behind `source` and connected: right beside it where room was made, else where bpmn-js finds some. */
  #put(source, shape, between) {
    if (!between) return this.autoPlace.append(source, shape);
    const at = { x: source.x + source.width + GAP + shape.width / 2, y: source.y + source.height / 2 };
    return this.modeling.appendShape(source, shape, at, source.parent);
  }

  /** Move what a new element came to lie on to its right. */
  #clear(placed) {
    const all = withInner(this.canvas.getRootElement().children).filter((each) => each !== placed && each.labelTarget !== placed);
    const under = all.filter((each) =>
      is(each, 'bpmn:FlowNode') && each.type !== 'label' && each.parent === placed.parent
      && each.x < placed.x + placed.width && each.x + each.width > placed.x
      && each.y < placed.y + placed.height && each.y + each.height > placed.y);
    if (!under.length) return;
    const start = Math.min(...under.map(({ x }) => x)) - 1;
    this.#makeSpace(all, placed.x + placed.width + GAP - start, start);
  }

  #makeSpace(all, needed, start) {
    const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments(all, 'x', needed, start);
    this.spaceTool.makeSpace(movingShapes, resizingShapes, { x: needed, y: 0 }, 'e', start);
  }

  /** Move what is right of `source` further right, if something stands where the new one goes. */
  #makeRoom(source, next, width, height) {
    const edge = source.x + source.width;
    const [top, bottom] = [source.y + source.height / 2 - height / 2, source.y + source.height / 2 + height / 2];
    const all = withInner(this.canvas.getRootElement().children);
    const near = all.filter((each) =>
      is(each, 'bpmn:FlowNode') && each.type !== 'label' && each.parent === source.parent
      && each.x >= edge && each.y < bottom && each.y + each.height > top);
    const onward = next.x > source.x + GAP / 2; // else the way goes back, and stays where it is
    if (onward) near.push(next);
    const needed = edge + width + 2 * GAP - Math.min(...near.map(({ x }) => x));
    if (needed <= 0) return;
    const start = onward ? Math.min(edge, next.x) - 1 : edge + 5;
    this.#makeSpace(all, needed, start);
  }

  /** Put a new element on the root at `at`, unconnected (chosen by keyboard with nothing selected). */
  drop({ box, target }, at) {
    const placed = this.together(() => {
      const parent = this.canvas.getRootElement();
      if (box?.parts) {
        const start = this.modeling.createShape(this.elementFactory.createShape({ type: 'bpmn:StartEvent' }), at, parent);
        return this.#appendJoint((first) => this.autoPlace.append(start, first), box);
      }
      const shapes = box ? [this.shapeOf(box)] : this.shapesOf(target);
      return this.modeling.createElements(shapes, at, parent)[0];
    });
    this.selection.select(placed);
    return placed;
  }

  /** Make the ready-made box `box` of a task that stands already. */
  become(element, box, replace) {
    this.together(() => {
      const type = box.operation ? 'bpmn:ServiceTask' : 'bpmn:UserTask';
      const task = is(element, type) ? element : replace(element, { type });
      const attributes = { name: own(box.name) };
      for (const name of ['stage', 'assign', 'limit', 'outcomes', 'papers']) attributes[`ow:${name}`] = box.step?.[name];
      if (box.operation) attributes['ow:operation'] = box.operation;
      if (box.step && this.studio.forms.includes(box.key)) attributes['ow:form'] = box.key;
      this.modeling.updateProperties(task, attributes);
      this.selection.select(task);
    });
  }

  #appendJoint(put, box) {
    const [split, tasks, join] = this.#joint(box);
    const first = put(split);
    const middle = first.y + first.height / 2;
    const placed = tasks.map((task, k) => {
      const y = middle + (k - (tasks.length - 1) / 2) * (task.height + GAP / 2);
      return this.modeling.appendShape(first, task, { x: first.x + first.width + GAP + task.width / 2, y }, first.parent);
    });
    const x = placed[0].x + placed[0].width + GAP + join.width / 2;
    const last = this.modeling.appendShape(placed[0], join, { x, y: middle }, first.parent);
    for (const task of placed.slice(1)) this.modeling.connect(task, last);
    return last;
  }

  #takeJoint(event, box) {
    const [split, tasks, join] = this.#joint(box);
    const height = tasks.length * (tasks[0].height + GAP / 2) - GAP / 2;
    Object.assign(split, { x: 0, y: height / 2 - split.height / 2 });
    tasks.forEach((task, k) => Object.assign(task, { x: split.width + GAP, y: k * (task.height + GAP / 2) }));
    Object.assign(join, { x: split.width + 2 * GAP + tasks[0].width, y: height / 2 - join.height / 2 });
    const flows = tasks.flatMap((task) => [this.#flow(split, task), this.#flow(task, join)]);
    this.create.start(event, [split, ...tasks, join, ...flows], { hints: { autoSelect: [join] } });
  }

  #flow(source, target) {
    const middle = (shape) => ({ x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 });
    return this.elementFactory.createConnection({
      type: 'bpmn:SequenceFlow', source, target, waypoints: [middle(source), middle(target)],
    });
  }

  #joint(box) {
    const gateway = () => this.elementFactory.createShape({ type: 'bpmn:ParallelGateway' });
    const tasks = box.parts.map((key) => this.shapeOf(BOXES.find((each) => each.key === key)));
    return [gateway(), tasks, gateway()];
  }

  #free(key) {
    let id = key;
    for (let n = 2; this.moddle.ids.assigned(id); n++) id = `${key}_${n}`;
    return id;
  }

  #stepOfStage(stage) {
    return this.elementRegistry.find((each) => each.businessObject?.get?.('ow:stage') === stage)?.id;
  }
}

const isOpen = (target) => target?.type === 'bpmn:SubProcess' && target.isExpanded;

const withInner = (elements) => elements.flatMap((each) => [each, ...withInner(each.children ?? [])]);
