/** @jsxImportSource preact */
/** Controls one chooses with: the browser's own, which every reader and phone knows. */
import { describe, Errors, Field, Fields, shownWhenReadonly, useChoices, useTouched, useWords } from './pieces.jsx';

/** Few short options stand in a line. */
function arrangement(choices) {
  const length = choices.reduce((sum, { label }) => sum + label.length + 3, 0);
  return choices.length <= 4 && length <= 28 ? 'choices choices-inline' : 'choices';
}

function Choice({ type, name, id, choice, checked, onChange, onBlur, onFocus }) {
  return (
    <label class="choice">
      <input
        class="form-check-input"
        type={type}
        name={name}
        id={id}
        checked={checked}
        onChange={onChange}
        onBlur={onBlur}
        onFocus={onFocus}
      />
      <span>
        {choice.label}
        {choice.hint && <small>{choice.hint}</small>}
      </span>
    </label>
  );
}

function Radio({ field, domId, errors, value, onChange, onFocus, ...props }) {
  const choices = useChoices(field);
  const touched = useTouched(props);
  return (
    <Fields field={field} domId={domId} errors={errors} role="radiogroup" aria-required={field.validate?.required}>
      <div class={arrangement(choices)}>
        {choices.map((choice, index) => (
          <Choice
            key={String(choice.value)}
            type="radio"
            name={domId}
            id={`${domId}-${index}`}
            choice={choice}
            checked={choice.value === value}
            onChange={() => onChange({ value: choice.value })}
            onBlur={() => touched(value)}
            onFocus={onFocus}
          />
        ))}
      </div>
    </Fields>
  );
}

function Checklist({ field, domId, errors, value, onChange, onFocus, ...props }) {
  const choices = useChoices(field);
  const touched = useTouched(props);
  const chosen = Array.isArray(value) ? value : [];
  // In the order of the options, whatever the order of ticking.
  const toggle = (one) => onChange({
    value: choices.map((choice) => choice.value)
      .filter((other) => (other === one) !== chosen.includes(other)),
  });
  return (
    <Fields field={field} domId={domId} errors={errors}>
      <div class={arrangement(choices)}>
        {choices.map((choice, index) => (
          <Choice
            key={String(choice.value)}
            type="checkbox"
            id={`${domId}-${index}`}
            choice={choice}
            checked={chosen.includes(choice.value)}
            onChange={() => toggle(choice.value)}
            onBlur={() => touched(chosen)}
            onFocus={onFocus}
          />
        ))}
      </div>
    </Fields>
  );
}

function Select({ field, domId, errors, value, onChange, onFocus, ...props }) {
  const { say } = useWords();
  const choices = useChoices(field);
  const touched = useTouched(props);
  const chosen = choices.findIndex((choice) => choice.value === value);
  return (
    <Field field={field} domId={domId} errors={errors}>
      <select
        class="form-select"
        id={domId}
        {...describe(domId, field, errors)}
        required={field.validate?.required || undefined}
        value={String(chosen)}
        onChange={({ target }) => onChange({ value: choices[Number(target.value)]?.value ?? null })}
        onBlur={() => touched(value)}
        onFocus={onFocus}
      >
        <option value="-1">{say('choose')}</option>
        {choices.map((choice, index) => (
          <option key={String(choice.value)} value={String(index)}>{choice.label}</option>
        ))}
      </select>
    </Field>
  );
}

function Checkbox({ field, domId, errors, value, onChange, onFocus, ...props }) {
  const touched = useTouched(props);
  return (
    <div class={`field${errors.length ? ' has-error' : ''}`}>
      <Errors domId={domId} errors={errors} />
      <label class="choice">
        <input
          class="form-check-input"
          type="checkbox"
          id={domId}
          checked={value === true}
          {...describe(domId, field, errors)}
          required={field.validate?.required || undefined}
          onChange={({ target }) => onChange({ value: target.checked })}
          onBlur={() => touched(value)}
          onFocus={onFocus}
        />
        <span>
          {field.label}
          {field.description && <small id={`${domId}-hint`}>{field.description}</small>}
        </span>
      </label>
    </div>
  );
}

const chooses = { group: 'selection' };

export const chosen = [
  shownWhenReadonly(Radio, { ...chooses, type: 'radio', name: '单选', emptyValue: null }),
  shownWhenReadonly(Checklist, { ...chooses, type: 'checklist', name: '多选', emptyValue: [] }),
  shownWhenReadonly(Checklist, { ...chooses, type: 'taglist', name: '标签', emptyValue: [] }),
  shownWhenReadonly(Select, { ...chooses, type: 'select', name: '下拉选择', emptyValue: null }),
  shownWhenReadonly(Checkbox, { ...chooses, type: 'checkbox', name: '勾选', emptyValue: false }),
];
