/**
 * The door of bpmn/bundle/habits.js: bpmnlint's rules over a drawing, in the FEEL isolate.
 *
 * moddle answers with a promise, whose value is there only when the isolate has come to rest: so
 * Python reads with one call and judges with the next.
 */
import { BpmnModdle } from 'bpmn-moddle';
import testRule from 'bpmnlint/lib/test-rule.js';
import drawnAtAll from 'bpmnlint/rules/no-bpmndi.js';
import duplicateFlows from 'bpmnlint/rules/no-duplicate-sequence-flows.js';
import global from 'bpmnlint/rules/global.js';
import joinFork from 'bpmnlint/rules/no-gateway-join-fork.js';
import label from 'bpmnlint/rules/label-required.js';
import overlapping from 'bpmnlint/rules/no-overlapping-elements.js';
import superfluousGateway from 'bpmnlint/rules/superfluous-gateway.js';
import superfluousLabel from 'bpmnlint/rules/superfluous-label.js';
import superfluousTermination from 'bpmnlint/rules/superfluous-termination.js';

/** Those of its recommended rules that ours don't say already; `bpmn/habits.py` has the words. */
const RULES = {
  'label-required': label,
  global,
  'no-bpmndi': drawnAtAll,
  'no-duplicate-sequence-flows': duplicateFlows,
  'no-gateway-join-fork': joinFork,
  'no-overlapping-elements': overlapping,
  'superfluous-gateway': superfluousGateway,
  'superfluous-label': superfluousLabel,
  'superfluous-termination': superfluousTermination,
};

/** By the caller's own mark: several threads ask the same isolate in turn. */
const read = new Map();
const MOST_KEPT = 8;

globalThis.habitsRead = (mark, xml) => {
  if (read.size >= MOST_KEPT) read.clear();
  new BpmnModdle().fromXML(xml).then(
    ({ rootElement }) => { read.set(mark, rootElement); },
    () => {},
  );
  return true;
};

/** [[rule, type of the element, its id, its name, message]…]; null when nothing could be read. */
globalThis.habitsFound = (mark) => {
  const root = read.get(mark);
  read.delete(mark);
  if (!root) return null;
  const elements = new Map();
  every(root, (element) => {
    if (element.id) elements.set(element.id, element);
  });
  connect(root);
  return Object.entries(RULES).flatMap(([name, make]) =>
    testRule({ moddleRoot: root, rule: make() }).map(({ id, message }) => [
      name, elements.get(id)?.$type ?? '', id ?? '', elements.get(id)?.name ?? '', message,
    ]));
};

/**
 * Which flows come and go is told by the flows, as everywhere else here: many files don't repeat it
 * at the nodes, where the rules look for it.
 */
function connect(root) {
  every(root, (element) => {
    if (!element.$instanceOf?.('bpmn:FlowNode')) return;
    element.incoming = [];
    element.outgoing = [];
  });
  every(root, (element) => {
    if (element.$type !== 'bpmn:SequenceFlow') return;
    element.sourceRef?.outgoing?.push(element);
    element.targetRef?.incoming?.push(element);
  });
}

function every(root, check) {
  testRule({ moddleRoot: root, rule: { check } });
}
