/**
 * What a damaged file has without drawing it: it runs unseen, and drawn anew its id would be taken.
 * Here it gets a shape beside its neighbours: all of it at once, one undo step.
 */
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { middleOf } from './places.js';

const GAP = 60;

export default class Undrawn {
  static $inject = ['bpmnjs', 'canvas', 'commandStack', 'elementFactory', 'elementRegistry', 'modeling', 'placing'];

  constructor(bpmnjs, canvas, commandStack, elementFactory, elementRegistry, modeling, placing) {
    Object.assign(this, { bpmnjs, canvas, commandStack, elementFactory, elementRegistry, modeling, placing });
    commandStack.register('studio.lift', { execute: lift, revert: putBack });
  }

  /** Draws what isn't drawn, if `id` is among it. */
  draw(id) {
    const processes = this.bpmnjs.getDefinitions().rootElements.filter((each) => is(each, 'bpmn:Process'));
    const missing = processes.flatMap(inside).filter((each) => !this.elementRegistry.get(each.id));
    if (!missing.some((each) => each.id === id)) return;
    const steps = missing.filter((each) => is(each, 'bpmn:FlowNode')).sort((one, other) => is(one, 'bpmn:BoundaryEvent') - is(other, 'bpmn:BoundaryEvent'));
    const flows = missing.filter((each) => is(each, 'bpmn:SequenceFlow'));
    this.placing.together(() => {
      steps.forEach((each) => this.#step(each));
      flows.forEach((each) => this.#flow(each));
    });
  }

  #step(businessObject) {
    const host = this.#drawn(businessObject.attachedToRef);
    const parent = this.#holder(businessObject.$parent);
    if (!parent) return;
    const shape = this.elementFactory.createShape({ type: businessObject.$type, businessObject });
    this.#lift(businessObject);
    if (host) this.modeling.createShape(shape, { x: host.x + host.width / 2, y: host.y + host.height }, host, { attach: true });
    else this.modeling.createShape(shape, this.placing.freePlace(this.#beside(businessObject, parent), shape, shape, parent), parent);
  }

  #flow(businessObject) {
    const [source, target] = [businessObject.sourceRef, businessObject.targetRef].map((end) => this.#drawn(end));
    if (!source || !target) return;
    this.#lift(businessObject);
    this.modeling.connect(source, target, { type: businessObject.$type, businessObject });
  }

  #lift(businessObject) {
    this.commandStack.execute('studio.lift', { businessObject, planes: this.bpmnjs.getDefinitions().diagrams.map(({ plane }) => plane) });
  }

  /** Behind the step it follows, else before the one it leads to, else in the middle; in its own lane. */
  #beside(businessObject, parent) {
    const before = (businessObject.incoming ?? []).map((flow) => this.#drawn(flow.sourceRef)).find(Boolean);
    const after = (businessObject.outgoing ?? []).map((flow) => this.#drawn(flow.targetRef)).find(Boolean);
    const lane = this.elementRegistry.find((each) => is(each, 'bpmn:Lane') && each.businessObject.flowNodeRef?.includes(businessObject));
    const middle = middleOf(lane ?? before ?? after ?? (parent.width ? parent : this.canvas.viewbox()));
    if (before) return { x: before.x + before.width + GAP + 50, y: middle.y };
    return after ? { x: after.x - GAP - 50, y: middle.y } : middle;
  }

  #drawn(businessObject) {
    return businessObject && this.elementRegistry.get(businessObject.id);
  }

  /** What the steps of a process or sub-process are drawn in. */
  #holder(scope) {
    const pool = this.elementRegistry.find(({ type, businessObject }) => type === 'bpmn:Participant' && businessObject.processRef === scope);
    return pool ?? this.elementRegistry.get(`${scope.id}_plane`) ?? this.elementRegistry.get(scope.id);
  }
}

const inside = (scope) => (scope.flowElements ?? []).flatMap((each) => [each, ...inside(each)]);

/** Out of the file, for drawing puts it in; taking that back takes it out, so it is put back as it was. */
function lift(context) {
  const { businessObject, planes } = context;
  const { $parent, sourceRef, targetRef } = businessObject;
  context.before ??= { $parent, sourceRef, targetRef, at: $parent.flowElements.indexOf(businessObject) };
  $parent.flowElements.splice($parent.flowElements.indexOf(businessObject), 1);
  businessObject.$parent = null;
  // A flow whose step wasn't drawn couldn't be shown though the file has its way.
  context.ways ??= planes.map(({ planeElement }) => planeElement);
  for (const plane of planes) plane.planeElement = plane.planeElement.filter(({ bpmnElement }) => bpmnElement !== businessObject);
  return [];
}

function putBack({ businessObject, planes, ways, before: { $parent, sourceRef, targetRef, at } }) {
  planes.forEach((plane, k) => (plane.planeElement = ways[k]));
  $parent.flowElements.splice(at, 0, businessObject);
  businessObject.$parent = $parent;
  for (const [name, end, ways] of [['sourceRef', sourceRef, 'outgoing'], ['targetRef', targetRef, 'incoming']]) {
    if (!end) continue;
    businessObject[name] = end;
    if (!end.get(ways).includes(businessObject)) end.get(ways).push(businessObject);
  }
  return [];
}
