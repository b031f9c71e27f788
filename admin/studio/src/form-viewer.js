/**
 * A form in a page.
 *
 *   const form = await mountForm(place, { schema, data, access, readonly, lang });
 *   form.on('changed', () => save(form.getData()));
 *   const { data, errors } = form.submit();
 *
 * Bundlers need `plugins()` of build/forms.mjs. The page needs no more of a strict
 * Content-Security-Policy than `img-src 'self' data:` (icons in Tabler's controls).
 */
import 'flatpickr/dist/flatpickr.css';
import './forms/forms.css';
import { todayInChina } from '../../../forms/js/dates.js';
import { plain } from '../../../forms/js/feel.js';
import { knowable } from '../../../forms/js/judge.js';
import { openSheet } from '../../../forms/js/sheet.js';
import { OurForm } from './forms/engine.js';

/**
 * @param {Element} element where to draw
 * @param {object} options
 * @param {object} options.schema the form's definition
 * @param {object} [options.data] what is stored, and whatever expressions may use; the server must
 *   be `given` the same
 * @param {Record<string, 'read'|'edit'|'hide'>} [options.access] by path or id, "*" for the others
 * @param {boolean} [options.readonly] show answers only
 * @param {'zh'|'en'} [options.lang]
 * @param {string} [options.today] YYYY-MM-DD in China, where the server's day should count
 */
export async function mountForm(element, {
  schema, data = {}, access = {}, readonly = false, lang = 'zh', today = todayInChina(),
}) {
  const language = lang === 'en' ? 'en' : 'zh';
  const sheet = openSheet(schema, access ?? {}, language);
  const given = knowable(sheet, data ?? {});
  const form = new OurForm({ container: element, sheet, given, today, readonly });
  form._container.classList.add('ow-form');
  form._container.lang = language === 'zh' ? 'zh-CN' : 'en';
  await form.open();
  return new MountedForm(form, element);
}

class MountedForm {
  constructor(form, element) {
    this.form = form;
    this.element = element;
  }

  /**
   * Judges as the server will, and shows what is wrong.
   *
   * @param {{ focus?: boolean }} [options] focus: go to the first field that is wrong
   * @returns {{ data: object, errors: Array<{ id: string|null, path: string, label: string,
   *   code: string, message: string, domId: string }> }} data: what to send; errors in the form's
   *   order, `domId` the id of the control ('' for the form as a whole)
   */
  submit({ focus = false } = {}) {
    const { data, errors } = this.form.submit();
    if (focus && errors.length) this.focus(errors[0]);
    return { data, errors };
  }

  /** Everything typed so far, hidden answers included: for drafts. */
  getData() {
    return plain(this.form._getState().data);
  }

  /** Shows errors the server found, as verdicts list them. */
  show(errors) {
    this.form.show(errors);
    return errors.map((error) => ({ ...error, domId: this.form.domId(error) }));
  }

  /** Goes to the field of an error. */
  focus(error) {
    const control = document.getElementById(error.domId ?? this.form.domId(error));
    control?.scrollIntoView({ block: 'center' });
    control?.focus({ preventScroll: true });
    return Boolean(control);
  }

  /**
   * @param {'changed'} event an answer was changed by the person
   * @param {(event: { data: object }) => void} callback
   */
  on(event, callback) {
    if (event !== 'changed') throw new Error(`no event "${event}"`);
    this.form.on('answers.changed', callback);
  }

  destroy() {
    this.form.destroy();
  }
}
