/** @jsxImportSource preact */
/** What the controls are put together from; classes are those of the pages' own forms. */
import { FormContext, LocalExpressionContext } from '@bpmn-io/form-js-viewer';
import { useContext } from 'preact/hooks';
import { namesIn } from '../../../../forms/js/feel.js';
import { valueText } from '../../../../forms/js/show.js';
import { words } from '../../../../forms/js/words.js';

/** A service of the form a component stands in. */
export const useService = (name) => useContext(FormContext).getService(name);

/** The language and words of the form. */
export function useWords() {
  const { lang } = useService('form').sheet;
  return { lang, say: (name, params) => words(name, lang, params) };
}

/** What expressions see where the component stands. */
export function useNames() {
  return namesIn(useContext(LocalExpressionContext), useService('today'));
}

/** The options of a choice. */
export function useChoices(field) {
  const form = useService('form');
  return form.choices(field, useNames());
}

/** `onBlur` for a control: what was written is judged when somebody leaves it. */
export function useTouched({ fieldInstance, onBlur }) {
  const form = useService('form');
  return (value) => {
    onBlur?.();
    if (fieldInstance) form.touched(fieldInstance, value);
  };
}

/** Ids that tie a control to its hint and its error, and what a screen reader says of it. */
export function describe(domId, { description }, errors) {
  const ids = [description && `${domId}-hint`, errors.length && `${domId}-error`].filter(Boolean);
  return {
    'aria-describedby': ids.join(' ') || undefined,
    'aria-invalid': errors.length > 0 || undefined,
  };
}

/** Label, hint and error around one control. */
export function Field({ field, domId, errors, children }) {
  return (
    <div class={`field${errors.length ? ' has-error' : ''}`}>
      <label class="field-label" for={domId}>
        {field.label}
        <Optional field={field} />
      </label>
      <Notes field={field} domId={domId} errors={errors} />
      {children}
    </div>
  );
}

/** The same around several controls that are one question. */
export function Fields({ field, domId, errors, children, ...more }) {
  return (
    <fieldset
      class={`field${errors.length ? ' has-error' : ''}`}
      id={domId}
      tabIndex={-1}
      {...describe(domId, field, errors)}
      {...more}
    >
      <legend class="field-label">
        {field.label}
        <Optional field={field} />
      </legend>
      <Notes field={field} domId={domId} errors={errors} />
      {children}
    </fieldset>
  );
}

function Optional({ field }) {
  const { say } = useWords();
  return field.validate?.required ? null : <span class="optional">{say('optional')}</span>;
}

export function Notes({ field, domId, errors }) {
  return (
    <>
      {field.description && (
        <div class="field-hint" id={`${domId}-hint`}>
          <Templated text={field.description} />
        </div>
      )}
      <Errors domId={domId} errors={errors} />
    </>
  );
}

export function Errors({ domId, errors }) {
  if (!errors.length) return null;
  return (
    <div class="field-error" id={`${domId}-error`}>
      <Icon name="alert" />
      <span>{errors.join(' ')}</span>
    </div>
  );
}

/** A text with `{{…}}` in it. */
export function Templated({ text }) {
  const templating = useService('templating');
  const names = useNames();
  return templating.isTemplate(text) ? templating.evaluate(text, names) : text;
}

/** An answer that is only shown. */
export function Shown({ field, domId, value }) {
  const { lang } = useWords();
  const choices = useChoices(field);
  return (
    <div class="field ow-shown">
      <div class="field-label" id={`${domId}-label`}>{field.label}</div>
      <div class="ow-value" id={domId} tabIndex={-1} role="group" aria-labelledby={`${domId}-label`}>
        {valueText(field, value, choices, lang)}
      </div>
    </div>
  );
}

/** A control that becomes text where the answer is only shown. */
export function shownWhenReadonly(Control, config) {
  function Either(props) {
    return props.readonly ? <Shown {...props} /> : <Control {...props} errors={props.errors ?? []} />;
  }
  Either.config = { keyed: true, group: 'basic-input', create: (options = {}) => options, ...config };
  return Either;
}

// Tabler's outline icons (MIT).
const ICONS = {
  alert: ['M3 12a9 9 0 1 0 18 0a9 9 0 0 0 -18 0', 'M12 8v4', 'M12 16h.01'],
  plus: ['M12 5l0 14', 'M5 12l14 0'],
  trash: [
    'M4 7l16 0', 'M10 11l0 6', 'M14 11l0 6', 'M5 7l1 12a2 2 0 0 0 2 2h8a2 2 0 0 0 2 -2l1 -12',
    'M9 7v-3a1 1 0 0 1 1 -1h4a1 1 0 0 1 1 1v3',
  ],
  calendar: [
    'M4 7a2 2 0 0 1 2 -2h12a2 2 0 0 1 2 2v12a2 2 0 0 1 -2 2h-12a2 2 0 0 1 -2 -2v-12', 'M16 3v4',
    'M8 3v4', 'M4 11h16',
  ],
};

export function Icon({ name }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width="18"
      height="18"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {ICONS[name].map((path) => <path key={path} d={path} />)}
    </svg>
  );
}
