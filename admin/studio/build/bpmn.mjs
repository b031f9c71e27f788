/** Bundles bpmnlint's rules for the V8 isolate: bpmn/js → bpmn/bundle/habits.js. */
import { bundle } from './isolate.mjs';

export const build = ({ root }) => bundle(root, 'bpmn/js/habits.js', 'bpmn/bundle/habits.js');
