/** @jsxImportSource preact */
/**
 * The canvas: form-js's editor, with every component drawn as a card that says what it asks and
 * how. What it will look like is the preview's business.
 */
import { FormEditor } from '@bpmn-io/form-js-editor';
import { Default, FormFields, Group } from '@bpmn-io/form-js-viewer';
import '@bpmn-io/form-js-editor/dist/assets/dragula.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor-base.css';
import { gathered, spread } from './rows.js';
import { begin, CHOICES, CONTAINERS, keepsValue, nameOf, TYPES } from './types.js';
import { lang, t } from './words.js';
import { spriteIcon } from './sprite.js';

const said = (field, name) => (lang === 'en' && field[`${name}En`]) || field[name];

function Card({ field, children }) {
  const { type, key, path, validate = {}, conditional, readonly, description } = field;
  const label = said(field, 'label');
  return (
    <div class={`fd-card fd-${type}`}>
      <div class="fd-head">
        {label ? <span class="fd-label">{label}</span> : <span class="fd-label is-missing">{nameOf(type)}</span>}
        {validate.required && <span class="fd-required" title={t('required')}>*</span>}
        {conditional?.hide && <span class="fd-flag" title={conditional.hide}>{t('conditional')}</span>}
        {readonly && <span class="fd-flag">{t('readonly')}</span>}
        <code class="fd-key">{keepsValue(type) ? key : path}</code>
      </div>
      {description && <div class="fd-hint">{said(field, 'description')}</div>}
      {children}
    </div>
  );
}

/** What the control is like, not the control: nothing here is to be filled in. */
function Control({ field }) {
  const { type, placeholder, appearance = {}, values, valuesKey, valuesExpression } = field;
  if (type === 'expression') return <code class="fd-box is-code">{field.expression}</code>;
  if (type === 'checkbox') return null;
  if (type === 'table') {
    return <div class="fd-columns">{(field.columns ?? []).map((column) => <span key={column.key}>{column.label}</span>)}</div>;
  }
  if (CHOICES.has(type) && type !== 'select' && Array.isArray(values)) {
    return <div class="fd-options">{values.slice(0, 8).map((one) => <span key={one.value}>{said(one, 'label')}</span>)}{values.length > 8 && <span>…</span>}</div>;
  }
  const options = valuesKey ?? valuesExpression ?? (values && t('optionCount', { n: values.length }));
  return (
    <div class={`fd-box${type === 'textarea' ? ' is-tall' : ''}`}>
      {appearance.prefixAdorner && <span>{appearance.prefixAdorner}</span>}
      <span class="fd-fill">{placeholder ?? options ?? nameOf(type)}</span>
      {appearance.suffixAdorner && <span>{said(appearance, 'suffixAdorner')}</span>}
      {spriteIcon(TYPES[type].icon)}
    </div>
  );
}

const Field = ({ field }) => <Card field={field}><Control field={field} /></Card>;

const Shown = {
  text: ({ field }) => <div class="fd-card fd-text">{spriteIcon('info-circle')}<p>{said(field, 'text')}</p></div>,
  separator: () => <div class="fd-card fd-separator"><hr /></div>,
  spacer: ({ field }) => <div class="fd-card fd-spacer" style={{ height: `${Math.min(field.height ?? 24, 120)}px` }} />,
};

/** form-js draws what is inside; the head is ours. */
function Holder(props) {
  return (
    <Card field={props.field}>
      <Group {...props} field={{ ...props.field, label: '' }} />
    </Card>
  );
}

function drawn(type) {
  const Component = (props) => {
    const Inner = CONTAINERS.has(type) ? Holder : Shown[type] ?? Field;
    return <Inner {...props} />;
  };
  Component.config = {
    type,
    name: nameOf(type),
    group: TYPES[type].group,
    icon: () => spriteIcon(TYPES[type].icon, 'fjs-palette-field-icon'),
    keyed: keepsValue(type),
    pathed: CONTAINERS.has(type),
    repeatable: type === 'dynamiclist',
    create: (options) => options,
  };
  return Component;
}

const components = Object.keys(TYPES).map(drawn);

/** Only what a form here may have: palette and canvas know nothing else. */
class OurFields extends FormFields {
  constructor() {
    super();
    this._formFields = {};
    this.register('default', Default);
    for (const component of components) this.register(component.config.type, component);
  }
}

const nothing = (more = {}) => ['value', more];

const OURS = {
  formFields: ['type', OurFields],
  propertiesPanel: nothing({ attachTo() {} }),
  repeatRenderManager: nothing({ isFieldRepeating: () => false }),
  tableDataSourceBehavior: nothing(),
};

export class Canvas extends FormEditor {
  constructor(container) {
    super({ container, propertiesPanel: { parent: document.createElement('div') }, additionalModules: [OURS] });
    // form-js hears only clicks on the form's own box: what lies around it is blank as well.
    container.addEventListener('click', ({ target }) => {
      if (target.closest('.fjs-form-container') && !target.closest('[data-id]')) this.get('selection').clear();
    });
    // form-js's own words are English and longer than the field.
    this.get('eventBus').once('palette.section.rendered', () => {
      container.querySelector('.fjs-palette-search').placeholder = t('findPart');
    });
    const factory = this.get('fieldFactory');
    const create = factory.create.bind(factory);
    // What comes out of the palette has nothing but its type.
    factory.create = (attrs, isNew = true) => {
      const bare = isNew && Object.keys(attrs).every((name) => ['type', 'layout', '_parent'].includes(name));
      return create(bare ? { ...attrs, ...begin(attrs.type, (name) => this.taken(name)) } : attrs, isNew);
    };
  }

  /** Without its panel and its keys: the designer has its own. */
  _getModules() {
    return super._getModules().filter((one) => !('propertiesPanel' in one || 'keyboardBindings' in one));
  }

  importSchema(form) {
    return super.importSchema(spread(form));
  }

  taken(name) {
    return this.get('formFieldRegistry').getAll().some(({ key, path, id }) => [key, path, id].includes(name));
  }

  /** The definition as it is kept: without form-js's own notes on it. */
  definition() {
    const { schemaVersion, ...definition } = this.saveSchema();
    return gathered({ ...definition, schemaVersion });
  }

  get root() {
    return this._getState().schema;
  }

  selected() {
    return this.get('selection').get();
  }

  component(id) {
    return this.get('formFieldRegistry').get(id);
  }

  select(id) {
    const component = this.component(id);
    if (component) this.get('selection').set(component);
    return Boolean(component);
  }

  edit(component, properties) {
    this.get('modeling').editFormField(component, properties);
  }

  place(component) {
    const holder = this.component(component._parent);
    return { holder, at: holder.components.findIndex(({ id }) => id === component.id) };
  }

  remove(component) {
    const { holder, at } = this.place(component);
    this.get('modeling').removeFormField(component, holder, at);
  }
}
