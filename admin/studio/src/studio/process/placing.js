/** Makes shapes of boxes and elements, and puts them after others: one undo step each. */
import { getNewShapePosition } from 'bpmn-js/lib/features/auto-place/BpmnAutoPlaceUtil';
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { BOXES } from './boxes.js';
import { grown, middleOf, touches, withInner } from './places.js';

const GAP = 60;
const AIR = 15; // kept free around an element that looks for its place
const JOINT = { width: 380, height: 220 };

export default class Placing {
  static $inject = ['commandStack', 'create', 'elementFactory', 'bpmnFactory', 'modeling', 'moddle', 'elementRegistry', 'selection', 'canvas', 'spaceTool', 'studio', 'eventBus'];

  constructor(commandStack, create, elementFactory, bpmnFactory, modeling, moddle, elementRegistry, selection, canvas, spaceTool, studio, eventBus) {
    Object.assign(this, { commandStack, create, elementFactory, bpmnFactory, modeling, moddle, elementRegistry, selection, canvas, spaceTool, studio });
    commandStack.register('studio.together', { preExecute: ({ act }) => act() });
    eventBus.on('commandStack.shape.create.postExecuted', ({ context: { shape } }) => {
      studio.takeReady(shape);
      const english = this.english.get(shape.businessObject);
      if (english) studio.nameInEnglish(shape.id, english);
    });
    eventBus.on('commandStack.element.updateProperties.postExecuted', ({ context }) => 'ow:form' in context.properties && studio.takeReady(context.element));
  }

  /** What a ready-made step is called in English, until it stands in the drawing; that has the Chinese. */
  english = new WeakMap();

  /** Whatever `act` does to the drawing is undone in one go. */
  together(act) {
    let result;
    this.commandStack.execute('studio.together', { act: () => (result = act()) });
    return result;
  }

  /** The shape of a box (boxes.js), with an id that expressions can use: review, review_2 … */
  shapeOf(box) {
    const type = box.operation ? 'bpmn:ServiceTask' : 'bpmn:UserTask';
    const id = this.freeId(box.key);
    const [name, english] = box.name;
    const attributes = { id, name };
    for (const [key, value] of Object.entries(box.step ?? {})) attributes[`ow:${key}`] = value;
    if (box.operation) attributes['ow:operation'] = box.operation;
    if (this.studio.hasForm(box.key)) attributes['ow:form'] = box.key;
    const before = box.differs && this.#stepOfStage(box.differs);
    if (before) attributes['ow:differs-from'] = before;
    const businessObject = this.bpmnFactory.create(type, attributes);
    this.moddle.ids.claim(id, businessObject);
    this.english.set(businessObject, english);
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
    if (is(source, 'bpmn:SequenceFlow')) return this.insert(source, { box, target });
    const parts = is(source, 'bpmn:Gateway') && source.incoming.length < 2;
    const ends = target?.type === 'bpmn:EndEvent' || parts || is(source, 'bpmn:BoundaryEvent');
    const onward = (source.outgoing ?? []).filter((flow) => is(flow, 'bpmn:SequenceFlow'));
    const between = !ends && onward.length === 1 ? onward[0] : null;
    const placed = this.together(() => {
      const shape = box?.parts ? null : box ? this.shapeOf(box) : this.#plain(target);
      const size = shape ?? JOINT;
      this.#makeLaneHigh(source, size);
      if (between) this.#makeRoom(source, between.target, size, middleOf(source).y);
      const put = (first) => this.#put(source, first, between, size);
      const last = shape ? put(shape) : this.#appendJoint(put, box);
      this.#begin(last, target);
      if (between) this.modeling.reconnectStart(between, last, { x: last.x + last.width, y: last.y + last.height / 2 });
      return last;
    });
    this.selection.select(placed);
    return placed;
  }

  /** Put a new element into `flow`, in the row of what comes next; returns it. A condition stays before it. */
  insert(flow, { box, target }) {
    const { source, target: next } = flow;
    const row = next.x > source.x + source.width ? next : source;
    const placed = this.together(() => {
      const shape = box?.parts ? null : box ? this.shapeOf(box) : this.#plain(target);
      this.#makeLaneHigh(row, shape ?? JOINT);
      const { y } = middleOf(row);
      this.#makeRoom(source, next, shape ?? JOINT, y);
      const put = (first) => {
        const made = this.modeling.createShape(first, { x: source.x + source.width + GAP + first.width / 2, y }, source.parent);
        this.modeling.reconnectEnd(flow, made, { x: made.x, y });
        return made;
      };
      const last = shape ? put(shape) : this.#appendJoint(put, box);
      this.modeling.connect(last, next);
      this.#begin(last, target);
      return last;
    });
    this.selection.select(placed);
    return placed;
  }

  /** An open sub-process has its start. */
  #begin(placed, target) {
    if (!isOpen(target)) return;
    const at = { x: placed.x + 58, y: placed.y + placed.height / 2 };
    this.modeling.createShape(this.elementFactory.createShape({ type: 'bpmn:StartEvent' }), at, placed);
  }

  /** Behind `source` and connected: right beside it where room was made, else at the next free place. */
  #put(source, shape, between, size) {
    const beside = { x: source.x + source.width + GAP + shape.width / 2, y: source.y + source.height / 2 };
    const at = between ? beside : this.freePlace(getNewShapePosition(source, shape, this.elementRegistry), shape, size, source.parent);
    return this.modeling.appendShape(source, shape, at, source.parent);
  }

  /** The first place from `at` downwards where `size`, led by `shape`, lies on no element and no flow. */
  freePlace(at, shape, size, parent) {
    const others = withInner(parent.children).filter((each) => each.waypoints || is(each, 'bpmn:FlowNode'));
    const area = (y) => grown({ ...size, x: at.x - shape.width / 2, y: y - size.height / 2 }, AIR);
    let { y } = at;
    while (others.some((each) => touches(each, area(y)))) y += 10;
    return { x: at.x, y };
  }

  #makeSpace(all, axis, needed, start) {
    const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments(all, axis, needed, start);
    this.spaceTool.makeSpace(movingShapes, resizingShapes, { x: 0, y: 0, [axis]: needed }, axis === 'x' ? 'e' : 's', start);
  }

  /** Make the lane of `source` high enough for what comes into its row. */
  #makeLaneHigh(source, { height }) {
    const all = withInner(this.canvas.getRootElement().children);
    const { x, y } = middleOf(source);
    const lane = all.find((each) => is(each, 'bpmn:Lane') && !each.children.length && touches(each, { x, y, width: 1, height: 1 }));
    if (!lane) return;
    const [above, below] = [lane.y + height / 2 - y, y + height / 2 - lane.y - lane.height];
    if (below > 0) this.#makeSpace(all, 'y', below, lane.y + lane.height - 1);
    if (above > 0) this.#makeSpace(all, 'y', above, lane.y + 1);
  }

  /** Move what is right of `source` further right, if something stands where the new one goes. */
  #makeRoom(source, next, { width, height }, y) {
    const edge = source.x + source.width;
    const [top, bottom] = [y - height / 2, y + height / 2];
    const all = withInner(this.canvas.getRootElement().children);
    const near = all.filter((each) =>
      is(each, 'bpmn:FlowNode') && each.type !== 'label' && each.parent === source.parent
      && each.x >= edge && each.y < bottom && each.y + each.height > top);
    const onward = next.x > source.x + GAP / 2; // else the way goes back, and stays where it is
    if (onward) near.push(next);
    const needed = edge + width + 2 * GAP - Math.min(...near.map(({ x }) => x));
    if (needed <= 0) return;
    const start = onward ? Math.min(edge, next.x) - 1 : edge + 5;
    this.#makeSpace(all, 'x', needed, start);
  }

  /** Put a new element near `middle`, unconnected (chosen by keyboard with nothing selected): in a pool, where there is one. */
  drop({ box, target }, middle) {
    const placed = this.together(() => {
      const root = this.canvas.getRootElement();
      const shapes = box?.parts ? [this.elementFactory.createShape({ type: 'bpmn:StartEvent' })] : box ? [this.shapeOf(box)] : this.shapesOf(target);
      const pools = target?.type === 'bpmn:Participant' ? [] : root.children.filter((each) => is(each, 'bpmn:Participant') && each.businessObject.processRef);
      const parent = pools.find((pool) => touches(pool, { ...middle, width: 1, height: 1 })) ?? pools[0] ?? root;
      const within = (side, length) => Math.min(Math.max(middle[side], parent[side] + 120), parent[side] + parent[length] - 80);
      const wanted = pools.length ? { x: within('x', 'width'), y: within('y', 'height') } : middle;
      const at = this.freePlace(wanted, shapes[0], shapes[0], parent);
      const [first] = this.modeling.createElements(shapes, at, parent);
      return box?.parts ? this.#appendJoint((split) => this.#put(first, split, null, JOINT), box) : first;
    });
    this.selection.select(placed);
    return placed;
  }

  /** Make the ready-made box `box` of a task that stands already. */
  become(element, box, replace) {
    this.together(() => {
      const type = box.operation ? 'bpmn:ServiceTask' : 'bpmn:UserTask';
      const task = is(element, type) ? element : replace(element, { type });
      const attributes = { name: box.name[0] };
      for (const name of ['stage', 'assign', 'limit', 'outcomes', 'papers']) attributes[`ow:${name}`] = box.step?.[name];
      if (box.operation) attributes['ow:operation'] = box.operation;
      if (box.step && this.studio.hasForm(box.key)) attributes['ow:form'] = box.key;
      this.modeling.updateProperties(task, attributes);
      this.studio.nameInEnglish(task.id, box.name[1]);
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
    return this.elementFactory.createConnection({
      type: 'bpmn:SequenceFlow', source, target, waypoints: [middleOf(source), middleOf(target)],
    });
  }

  #joint(box) {
    const gateway = () => this.elementFactory.createShape({ type: 'bpmn:ParallelGateway' });
    const tasks = box.parts.map((key) => this.shapeOf(BOXES.find((each) => each.key === key)));
    return [gateway(), tasks, gateway()];
  }

  /** `key`, or with the first number behind it that makes it free. */
  freeId(key) {
    let id = key;
    for (let n = 2; this.moddle.ids.assigned(id); n++) id = `${key}_${n}`;
    return id;
  }

  #stepOfStage(stage) {
    return this.elementRegistry.find((each) => each.businessObject?.get?.('ow:stage') === stage)?.id;
  }
}

const isOpen = (target) => target?.type === 'bpmn:SubProcess' && target.isExpanded;
