/**
 * form-js as the engine of a page's form: its state, layout and rendering, with our judging.
 *
 * What form-js would evaluate, hide and validate by itself is asked of forms/js instead, so that
 * the page can't know better than the server.
 */
import { Form, MarkdownRendererModule, RepeatRenderModule } from '@bpmn-io/form-js-viewer';
import { get, set } from 'min-dash';
import { evaluateRaw, holds, isExpression, namesIn, plain } from '../../../../forms/js/feel.js';
import { fill, judge, problemOf, settle } from '../../../../forms/js/judge.js';
import { sentence } from '../../../../forms/js/messages.js';
import { accept, choicesOf, isEmpty, judge as judgeValue, TYPES } from '../../../../forms/js/types.js';
import { components } from './components.js';

/** What a form needs of us besides form-js's own services. */
function ourModules(sheet, given, today) {
  return [
    MarkdownRendererModule,
    RepeatRenderModule,
    {
      __init__: ['registerComponents'],
      registerComponents: ['type', RegisterComponents],
      sheet: ['value', sheet],
      given: ['value', given],
      today: ['value', today],
      expressionLanguage: ['type', ExpressionLanguage],
      templating: ['type', Templating],
      conditionChecker: ['type', Conditions],
      validator: ['type', Validator],
    },
  ];
}

export class OurForm extends Form {
  /**
   * @param {{ container: Element, sheet: object, given: object, today: string,
   *   readonly: boolean }} options
   */
  constructor({ container, sheet, given, today, readonly }) {
    super({
      container,
      modules: ourModules(sheet, given, today),
      // Every key is kept at once: a page may be sent before a pause in typing.
      debounce: false,
      properties: { readOnly: readonly },
    });
    this.sheet = sheet;
    this.given = given;
    this.today = today;
  }

  /** Draws the form with what is stored. */
  open() {
    const { schema } = this.sheet;
    const data = this.computed(fill(this.sheet, this.given, {}));
    const opened = this.importSchema(schema, data);
    // form-js adds first values to what expressions see, where they outlive hiding and editing.
    this._setState({ initialData: {} });
    return opened;
  }

  /** Everything that is decided by `data`: what is visible, and what expressions see. */
  settled(data = this._getState().data) {
    if (this._settledFor !== data) {
      this._settled = settle(this.sheet, this.given, data, this.today);
      this._settledFor = data;
    }
    return this._settled;
  }

  /** `data` with computed fields computed; hidden answers stay, in case they are shown again. */
  computed(data) {
    const copy = plain(data);
    for (const { node, scope, path } of settle(this.sheet, this.given, copy, this.today).instances) {
      if (node.field.type === 'expression') set(copy, path, get(scope.to, node.local));
    }
    return copy;
  }

  /** form-js calls this for every change of a value. */
  _update({ fieldInstance, value }) {
    const { id, valuePath, indexes } = fieldInstance;
    const { data, errors } = this._getState();
    const changed = clone(data);
    set(changed, valuePath, value);
    const next = this.computed(changed);
    const shown = clone(errors);
    this.forgetRows(id, shown);
    // A message stays until the answer is mended; none appears while somebody is typing.
    if (errorsAt(shown, id, indexes).length) {
      putErrors(shown, id, indexes, this.problem(fieldInstance, value));
    }
    this._emit('field.updated', { fieldInstance, value, shouldNotRecompute: false });
    this._setState({ data: next, errors: shown });
    this._emit('answers.changed', { data: next });
  }

  /** When somebody leaves a field: what they wrote is judged, that it is empty isn't yet. */
  touched(fieldInstance, value) {
    const { id, indexes } = fieldInstance;
    const field = this.get('formFieldRegistry').get(id);
    if (this._getState().properties.readOnly || isEmpty(accept(field, value), field)) return;
    const errors = clone(this._getState().errors);
    putErrors(errors, id, indexes, this.problem(fieldInstance, value));
    this._setState({ errors });
  }

  problem(fieldInstance, value) {
    return this.get('validator').validateFieldInstance(fieldInstance, value);
  }

  /** Rows change places when one is removed, and so would the messages in them. */
  forgetRows(id, errors) {
    const list = this.get('formFieldRegistry').get(id);
    if (list.type !== 'dynamiclist') return;
    (function forget(components) {
      for (const { id: inner, components: deeper = [] } of components) {
        delete errors[inner];
        forget(deeper);
      }
    })(list.components ?? []);
  }

  /** The verdict, with its errors shown at their fields and answers as they will be stored. */
  submit() {
    const { data, errors, settled } = judge(this.sheet, this.given, this._getState().data, this.today);
    const clean = clone(this._getState().data);
    for (const { node, scope, path } of settled.instances) {
      if (node.kind === 'value') set(clean, path, get(scope.to, node.local) ?? null);
    }
    this._setState({ data: clean });
    this.show(errors);
    this._emit('submit', { data, errors });
    return { data, errors: errors.map((error) => ({ ...error, domId: this.domId(error) })) };
  }

  /** Shows errors, ours or the server's, at their fields. */
  show(errors) {
    const shown = {};
    for (const { id, path, message } of errors) {
      if (id) putErrors(shown, id, indexesOf(path), [message]);
    }
    this._setState({ errors: shown });
  }

  /** The id of the control an error is about; '' for an error about the form as a whole. */
  domId({ id, path }) {
    return id ? [`fjs-form-${this._id}-${id}`, ...indexesOf(path)].join('_') : '';
  }

  choices(field, names) {
    return choicesOf(field, this.given, names);
  }
}

/** The numbers in a path are the rows its field stands in. */
const indexesOf = (path) => path.split('.').filter((step) => /^\d+$/.test(step)).map(Number);

const clone = (value) => JSON.parse(JSON.stringify(value));

function errorsAt(errors, id, indexes) {
  const found = get(errors, [id, ...Object.values(indexes ?? {})]);
  return Array.isArray(found) ? found : [];
}

/** form-js keeps messages by field id and then by row numbers. */
function putErrors(errors, id, indexes, messages) {
  const path = [id, ...Object.values(indexes ?? {})];
  set(errors, path, messages.length ? messages : undefined);
}

class RegisterComponents {
  constructor(formFields) {
    for (const component of components) formFields.register(component.config.type, component);
  }
}
RegisterComponents.$inject = ['formFields'];

class ExpressionLanguage {
  constructor(today) {
    this.today = today;
  }

  isExpression(value) {
    return isExpression(value);
  }

  evaluate(expression, names = {}) {
    return isExpression(expression) ? plain(evaluateRaw(expression, this.with(names))) : null;
  }

  evaluateUnaryTest(expression, names = {}) {
    return isExpression(expression) ? holds(expression, this.with(names)) : null;
  }

  /** What form-js lets an expression see, and the day both sides were given. */
  with(names) {
    return { ...names, today: namesIn({}, this.today).today };
  }

  getVariableNames() {
    return [];
  }
}
ExpressionLanguage.$inject = ['today'];

const PLACE = /\{\{(.*?)\}\}/gs;

/** `{{expression}}` in texts; nothing else of form-js's template language is used. */
class Templating {
  constructor(expressionLanguage) {
    this.expressionLanguage = expressionLanguage;
  }

  isTemplate(value) {
    return typeof value === 'string' && value.includes('{{');
  }

  evaluate(template, names = {}, { sanitizer = (text) => text } = {}) {
    return template.replace(PLACE, (_, expression) => {
      const value = this.expressionLanguage.evaluate(`=${expression.trim()}`, names);
      return sanitizer(value === null ? '' : typeof value === 'object' ? '' : String(value));
    });
  }

  getVariableNames() {
    return [];
  }
}
Templating.$inject = ['expressionLanguage'];

/** What expressions see: the answers of visible fields and what was given. */
class Conditions {
  constructor(form) {
    this.form = form;
  }

  applyConditions(data) {
    return this.form.settled(data).names;
  }

  check(condition, names = {}) {
    return holds(condition, names);
  }
}
Conditions.$inject = ['form'];

/** One field where it stands, by what form-js knows about that place. */
class Validator {
  constructor(form, formFieldRegistry, today) {
    Object.assign(this, { form, registry: formFieldRegistry, today });
  }

  /** @returns {string[]} at most one sentence */
  validateFieldInstance({ id, expressionContextInfo, indexes }, value) {
    const field = this.registry.get(id);
    const { lang } = this.form.sheet;
    const found = field.type === 'dynamiclist'
      ? this.rowsProblem(id, indexes)
      : this.valueProblem(field, expressionContextInfo, value);
    return found ? [sentence(found.code, { label: field.label, ...found.params }, lang)] : [];
  }

  valueProblem(field, scope, value) {
    if (!TYPES[field.type] || field.readonly === true) return null;
    const names = namesIn(scope, this.today);
    const choices = this.form.choices(field, names);
    return judgeValue(accept(field, value), { field, names, today: this.today, choices });
  }

  rowsProblem(id, indexes) {
    const rows = Object.values(indexes ?? {});
    const { instances, visible } = this.form.settled();
    const instance = instances.find(({ node, scope }) => node.id === id
      && String(Object.values(scope.indexes)) === String(rows));
    return instance ? problemOf(instance, this.form.given, visible, this.today) : null;
  }
}
Validator.$inject = ['form', 'formFieldRegistry', 'today'];
