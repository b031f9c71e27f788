/** 事项信息: what the matter is, who applies, what the process is told. */
import { Checks, Expression, Field, Radios, Select, Tags, Text, Words } from './fields.jsx';
import { Icon, IconButton } from './list.jsx';
import { Panel } from './panel.jsx';
import { answersScope, startScope } from './scope.js';
import { useStore } from './store.jsx';
import { bracketed } from '../words.js';
import { lang, t } from './words.js';

const ITEM_TYPES = [
  'licence', 'benefit', 'reward', 'confirmation', 'levy', 'adjudication', 'other_power', 'public_service', 'convenience_service',
];
const HANDLING = ['instant', 'promised', 'joint', 'upward'];
const named = (prefix, keys) => keys.map((key) => [key, t(`${prefix}.${key}`)]);

export function Basics() {
  const store = useStore();
  const { around } = store;
  const departments = around.departments.map(({ key, name, name_en }) => [key, lang === 'en' && name_en ? name_en : name]);
  const { names, sample } = answersScope(around, store.definition);
  return (
    <>
      <Panel title={t('whatItIs')}>
        <Words path="name" label={t('name')} />
        <Words path="description" label={t('description')} hint={t('descriptionHint')} lines={2} optional />
        <Tags path="keywords" label={t('keywords')} hint={t('keywordsHint')} />
        <div class="set-pair">
          <Select path="item_type" label={t('itemType')} options={named('type', ITEM_TYPES)} />
          <Select path="department" label={t('department')} options={departments} />
        </div>
        <div class="set-pair">
          <Radios path="handling" label={t('handling')} options={named('handling', HANDLING)} />
          <Checks path="audience" label={t('audience')} options={named('audience', ['person', 'organisation'])} fallback={['person', 'organisation']} />
        </div>
        <Text path="base_code" label={t('baseCode')} hint={t('baseCodeHint')} width="w-medium" optional />
      </Panel>
      <Panel title={t('whoApplies')} hint={t('whoAppliesHint')}>
        <div class="set-three">
          <FieldPicker path="holder.name" label={t('holderName')} />
          <FieldPicker path="holder.id_number" label={t('holderId')} several />
          <FieldPicker path="holder.phone" label={t('holderPhone')} optional />
        </div>
        <Expression path="summary" label={t('summary')} hint={t('summaryHint')} names={names} sample={sample} optional />
      </Panel>
      <Variables />
      <StepNames />
    </>
  );
}

/** A field of the application form, or `several`: the first that is answered counts. */
function FieldPicker({ path, label, optional, several }) {
  const store = useStore();
  const { around, definition } = store;
  const fields = (around.fields[definition.apply_form ?? 'apply'] ?? []).filter((field) => !field.list);
  const chosen = (store.at(path) ?? '').split('|').map((each) => each.trim());
  const put = (index, value) => {
    const next = chosen.map((each, other) => (other === index ? value : each)).filter(Boolean);
    store.put(path, next.join(' | '));
  };
  const known = (value) => fields.some((field) => field.path === value);
  return (
    <Field {...{ path, label, optional }}>
      {(control) => (
        <>
          {[...chosen, ...(several && chosen[0] ? [''] : [])].map((value, index) => (
            <select {...control} id={index ? `${control.id}.${index}` : control.id} class={`form-select set-or ${value || !index ? '' : 'is-more'}`}
              aria-label={index ? t('orField', { label }) : undefined} value={value} onChange={(event) => put(index, event.currentTarget.value)}>
              <option value="">{index ? t('orElse') : optional ? t('none') : t('choose')}</option>
              {value && !known(value) && <option value={value}>{value}</option>}
              {fields.map((field) => <option value={field.path}>{field.label || field.path}</option>)}
            </select>
          ))}
        </>
      )}
    </Field>
  );
}

function Variables() {
  const store = useStore();
  const given = store.definition.variables ?? {};
  const declared = store.around.variables;
  const stray = Object.keys(given).filter((name) => !declared.some((each) => each.name === name));
  const { names, sample } = startScope(store.around, store.definition);
  return (
    <Panel title={t('variables')} hint={t('variablesHint')}>
      {!declared.length && !stray.length && <p class="set-none">{t('noVariables')}</p>}
      {declared.map(({ name, type }) => (
        <Expression key={name} path={`variables.${name}`} label={bracketed(name, t(`kind.${type}`))} names={names} sample={sample} placeholder={t('variableEmpty')} optional />
      ))}
      {stray.map((name) => (
        <Field key={name} path={`variables.${name}`} label={name}>
          {(control) => (
            <div class="set-stray">
              <code {...control} tabIndex={-1}>{given[name]}</code>
              <IconButton icon="trash" label={t('drop')} onClick={() =>
                store.putBack(`variables.${name}`, undefined, t('dropped', { name }), t('undo'))} />
            </div>
          )}
        </Field>
      ))}
    </Panel>
  );
}

/** English for what the drawing names; the Chinese is in the drawing. */
function StepNames() {
  const store = useStore();
  const { elements } = store.around;
  const missing = elements.filter(({ id }) => !store.definition.steps?.[id]).length;
  const open = store.chosen === 'steps';
  return (
    <details class="set-panel set-fold" id="steps" open={open}>
      <summary>{t('stepNames')}<small>{missing ? t('stepNamesMissing', { n: missing }) : t('stepNamesDone')}</small><Icon icon="chevron-down" /></summary>
      <p class="set-hint">{t('stepNamesHint')}</p>
      <div class="set-steps">
        {elements.map(({ id, name }) => (
          <label key={id}>
            <span>{name}</span>
            <input class="form-control" id={`steps.${id}`} lang="en" value={store.definition.steps?.[id] ?? ''} autocomplete="off"
              onInput={(event) => store.put(['steps', id], event.currentTarget.value || undefined)} />
          </label>
        ))}
      </div>
    </details>
  );
}
