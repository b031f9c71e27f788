/** @jsxImportSource preact */
/**
 * What may be set of the selected component, or of the form when none is: exactly what
 * forms/vocabulary.py lets a definition say.
 */
import { Both, Choice, Feel, Name, Section, Text, Tick, tidied, Tool } from './inputs.jsx';
import { KINDS } from './kinds.jsx';
import { Rules } from './rules.jsx';
import { CHOICES, hasLabel, keepsValue, nameOf, TYPES } from './types.js';
import { spriteIcon } from './sprite.js';
import { t } from './words.js';

// What the lint takes for a name (forms/lint.py).
const NAME = /^[\p{L}][\p{L}\p{N}_]{0,63}(\.[\p{L}][\p{L}\p{N}_]{0,63})*$/u;

/**
 * @param {object} props
 * @param {object} props.component what is selected; the form itself when nothing is
 * @param {(change: object) => void} props.edit properties with new values; undefined: none
 * @param {(component: object) => { names, sample }} props.scopeOf what its expressions may use
 * @param {Array<{ message: string, severity: string }>} props.problems what the checks say of it
 * @param {object} props.actions duplicate, remove, move, keep
 */
export function Properties({ component, edit, scopeOf, problems, taken, fields, actions }) {
  const scope = scopeOf(component);
  if (component.type === 'default') {
    return (
      <div class="fd-panel">
        <Problems {...{ problems }} />
        <Section title={t('formItself')}>
          <Both label={t('formName')} name="label" of={component} edit={edit} hint={t('formNameHint')} />
        </Section>
        <Rules {...{ form: component, edit, scope, fields }} />
        <p class="fd-empty">{t('selectHint')}</p>
      </div>
    );
  }
  return <Panel key={component.id} {...{ component, edit, scope, problems, taken, actions }} />;
}

function Panel({ component, edit, scope, problems, taken, actions }) {
  const { type, validate = {}, properties = {}, layout = {} } = component;
  /** Changes one entry of a group of properties; an empty group goes. */
  const within = (group) => (change) => {
    const next = tidied({ ...component[group], ...change });
    edit({ [group]: Object.keys(next).length ? next : undefined });
  };
  const set = { edit, validate: within('validate'), custom: within('properties'), look: within('appearance') };
  const Kind = KINDS[CHOICES.has(type) ? 'choice' : type];
  const asked = keepsValue(type) && type !== 'expression';
  return (
    <div class="fd-panel">
      <header class="fd-panel-head">
        {spriteIcon(TYPES[type].icon)}<b>{nameOf(type)}</b>
        <span class="fd-panel-tools">
          <Tool icon="arrow-up" title={`${t('moveUp')} (Alt+↑)`} onClick={() => actions.move(-1)} />
          <Tool icon="arrow-down" title={`${t('moveDown')} (Alt+↓)`} onClick={() => actions.move(1)} />
          <Tool icon="copy" title={`${t('duplicate')} (Ctrl+D)`} onClick={actions.duplicate} />
          <Tool icon="bookmark-plus" title={t('keepAsBlock')} onClick={actions.keep} />
          <Tool icon="trash" title={`${t('remove')} (Delete)`} onClick={actions.remove} />
        </span>
      </header>
      <Problems {...{ problems }} />
      {(hasLabel(type) || keepsValue(type)) && <Section title={t('general')}>
        {hasLabel(type) && <Both label={t('label')} name="label" of={component} edit={edit} />}
        {keepsValue(type) && <Key name="key" {...{ component, edit, taken }} hint={t('keyHint')} />}
        {type === 'dynamiclist' && <Key name="path" {...{ component, edit, taken }} hint={t('keyHint')} />}
        {type === 'group' && <Key name="path" {...{ component, edit, taken }} hint={t('pathHint')} optional />}
        {asked && <Tick label={t('requiredField')} value={validate.required} onChange={(on) => set.validate({ required: on || undefined })} />}
        {(asked || type === 'group' || type === 'dynamiclist')
          && <Both label={t('description')} name="description" of={component} edit={edit} rows={2} />}
      </Section>}
      {Kind && <Kind {...{ component, validate, properties, set, scope }} />}
      <Section title={t('shownWhen')} open={Boolean(component.conditional || component.readonly)}>
        <Feel
          label={t('hideIf')} hint={t('hideIfHint')} scope={scope} value={component.conditional?.hide}
          onChange={(hide) => edit({ conditional: hide ? { hide } : undefined })}
        />
        {(asked || type === 'dynamiclist') && <Readonly {...{ component, edit, scope }} />}
      </Section>
      <Section title={t('layout')} open={false}>
        <Choice
          label={t('width')} value={layout.columns ? String(layout.columns) : ''}
          options={[['', t('widthAuto')], ['16', t('widthWhole')], ['12', '3/4'], ['8', '1/2'], ['6', '3/8'], ['5', '1/3'], ['4', '1/4']]}
          onChange={(columns) => edit({ layout: { ...layout, columns: columns ? Number(columns) : null } })}
        />
      </Section>
      <Section title={t('technical')} open={false}>
        <Key name="id" {...{ component, edit, taken }} hint={t('idHint')} />
      </Section>
    </div>
  );
}

function Problems({ problems }) {
  if (!problems.length) return null;
  return (
    <ul class="fd-problems">
      {problems.map(({ message, severity }, index) => <li key={index} class={`is-${severity}`}>{message}</li>)}
    </ul>
  );
}

function Key({ name, component, edit, taken, hint, optional }) {
  const check = (typed) => {
    if (!typed) return optional ? '' : t('nameNeeded');
    if (!(name === 'id' ? /^[A-Za-z_][\w-]{0,63}$/ : NAME).test(typed)) return t('nameForm');
    if (taken(name, typed, component)) return t('nameTaken');
    return '';
  };
  return (
    <Name
      label={t(name === 'id' ? 'id' : 'key')} hint={hint} value={component[name]} check={check}
      onChange={(typed) => edit({ [name]: typed || undefined })}
    />
  );
}

function Readonly({ component, edit, scope }) {
  const { readonly } = component;
  const written = typeof readonly === 'string';
  return (
    <>
      <Choice
        label={t('readonly')} value={written ? 'when' : readonly ? 'always' : ''}
        options={[['', t('readonlyNever')], ['always', t('readonlyAlways')], ['when', t('readonlyWhen')]]}
        onChange={(how) => edit({ readonly: { always: true, when: '=true' }[how], disabled: undefined })}
      />
      {written && <Feel label={t('readonlyIf')} scope={scope} value={readonly} onChange={(text) => edit({ readonly: text ?? '=true' })} />}
    </>
  );
}
