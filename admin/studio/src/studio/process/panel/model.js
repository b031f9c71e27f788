/** Reading and changing the drawing for the panel: every change is one command, so it can be undone. */
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';

import { readOutcomes } from './grammar.js';

const HUMAN = ['bpmn:UserTask', 'bpmn:ManualTask'];
const NAMED = { message: 'bpmn:Message', signal: 'bpmn:Signal', error: 'bpmn:Error', escalation: 'bpmn:Escalation' };

/** Is it a task that a person completes? A plain task is one too. */
export const isHuman = (element) => isAny(element, HUMAN) || element.type === 'bpmn:Task' || getBusinessObject(element)?.$type === 'bpmn:Task';

/** What the panel shows of one element: `model.get('ow:stage')`, `model.set({ 'ow:stage': 'review' })`. */
export class Model {
  constructor(modeler, element) {
    this.modeler = modeler;
    this.element = element.labelTarget ?? element;
    this.bo = getBusinessObject(this.element);
    this.modeling = modeler.get('modeling', false);
    this.factory = modeler.get('bpmnFactory', false);
  }

  is(type) {
    return is(this.bo, type);
  }

  get(name) {
    return this.bo.get(name) ?? '';
  }

  /** Empty values take the attribute away. */
  set(properties) {
    const clean = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, value === '' ? undefined : value]));
    this.modeling.updateProperties(this.element, clean);
  }

  /** Whatever `act` changes is undone in one go. */
  together(act) {
    this.modeler.get('placing').together(act);
  }

  setIn(part, properties) {
    this.modeling.updateModdleProperties(this.element, part, properties);
  }

  make(type, properties = {}, parent = this.bo) {
    const made = this.factory.create(type, properties);
    made.$parent = parent;
    return made;
  }

  get documentation() {
    return this.bo.get('documentation')[0]?.text ?? '';
  }

  set documentation(text) {
    this.modeling.updateProperties(this.element, {
      documentation: text ? [this.make('bpmn:Documentation', { text })] : [],
    });
  }

  /** The id, which expressions name; refused (false) when it is taken or no name. */
  rename(id) {
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(id)) return false;
    const moddle = this.modeler.get('moddle');
    if (id !== this.bo.id && moddle.ids.assigned(id)) return false;
    this.modeling.updateProperties(this.element, { id });
    return true;
  }

  // ---- extension elements: ow:input, ow:variable -------------------------------------------------

  rows(type, holder = this.bo) {
    return (holder.extensionElements?.values ?? []).filter((each) => each.$type === type);
  }

  /** Replace the extension elements of one type by `rows` of attributes. */
  setRows(type, rows, holder = this.bo) {
    const others = (holder.extensionElements?.values ?? []).filter((each) => each.$type !== type);
    const extension = this.make('bpmn:ExtensionElements', {}, holder);
    extension.values = [...others, ...rows.map((row) => this.make(type, row, extension))];
    this.setIn(holder, { extensionElements: extension.values.length ? extension : undefined });
  }

  // ---- expressions in parts: condition, timer, loop ----------------------------------------------

  /** The text of an expression held by `part` under `name`. */
  expression(part, name) {
    return part?.get(name)?.body ?? '';
  }

  setExpression(part, name, text) {
    this.setIn(part, { [name]: text ? this.make('bpmn:FormalExpression', { body: text }, part) : undefined });
  }

  // ---- events ------------------------------------------------------------------------------------

  get event() {
    return this.bo.get('eventDefinitions')?.[0] ?? null;
  }

  /** { holder, kind } of the message, signal, error or escalation the element speaks of. */
  get reference() {
    if (isAny(this.bo, ['bpmn:SendTask', 'bpmn:ReceiveTask'])) return { holder: this.bo, kind: 'message' };
    const kind = this.event && Object.keys(NAMED).find((each) => this.event.$type.toLowerCase().includes(`:${each}event`));
    return kind ? { holder: this.event, kind } : null;
  }

  /** Names of what of `kind` the file defines. */
  known(kind) {
    return this.#definitions().rootElements.filter((each) => each.$type === NAMED[kind]).map((each) => each.name ?? each.id);
  }

  /** Point to the message (…) called `name`; one that isn't there yet is made. */
  refer({ holder, kind }, name) {
    const definitions = this.#definitions();
    let found = definitions.rootElements.find((each) => each.$type === NAMED[kind] && (each.name ?? each.id) === name);
    if (!found && name) {
      found = this.make(NAMED[kind], { name, ...(kind === 'error' && { errorCode: name }), ...(kind === 'escalation' && { escalationCode: name }) }, definitions);
      this.modeling.updateModdleProperties(this.element, definitions, { rootElements: [...definitions.rootElements, found] });
    }
    this.setIn(holder, { [`${kind}Ref`]: found ?? undefined });
  }

  #definitions() {
    return this.modeler.getDefinitions();
  }

  // ---- the whole process -------------------------------------------------------------------------

  /** The process the element belongs to; of a pool its own, of the canvas the first. */
  get process() {
    if (this.bo.processRef) return this.bo.processRef;
    for (let at = this.bo; at; at = at.$parent) if (at.$type === 'bpmn:Process') return at;
    return this.#definitions().rootElements.find((each) => each.$type === 'bpmn:Process');
  }

  /** Human tasks of the file: [{ id, name, outcomes }], `except` this one when told. */
  steps(except = null) {
    return this.modeler.get('elementRegistry')
      .filter((each) => isHuman(each) && each.type !== 'label' && each !== except)
      .map(({ businessObject }) => ({
        id: businessObject.id,
        name: businessObject.name || businessObject.id,
        outcomes: readOutcomes(businessObject.get('ow:outcomes') ?? ''),
      }));
  }

  get variables() {
    return this.rows('ow:Variable', this.process).map(({ name = '', type = 'string' }) => ({ name, type }));
  }

  /** What an expression here may use. */
  names(t) {
    const own = this.variables.filter(({ name }) => name).map(({ name, type }) => ({ name, type }));
    const outcomes = this.steps().filter((step) => step.outcomes.length)
      .map((step) => ({ name: `${step.id}_outcome`, type: 'string', label: t('“{step}”的办理结果', { step: step.name }) }));
    const loop = this.bo.loopCharacteristics;
    const item = loop?.get?.('ow:item');
    return [
      ...own,
      ...outcomes,
      { name: 'outcome', type: 'string', label: t('上一步的办理结果') },
      ...(item ? [{ name: item, label: t('当前一项') }] : []),
    ];
  }
}
