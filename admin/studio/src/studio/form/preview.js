/**
 * The form as people will see it, by the very viewer of the pages: at the width of a desk or a
 * phone, in both languages, as each step sees it; filled with a sample, judged by the server.
 */
import { sample } from '../../../../../forms/js/sample.js';
import { mountForm } from '../../form-viewer.js';
import { tell } from '../draft.js';
import { lang, t } from './words.js';
import { iconElement } from './sprite.js';

const PAUSE = 350;

export class Preview {
  /** @param {Element} place @param {{ page: object, address: string, read: () => object, width: (how: string) => void }} options */
  constructor(place, options) {
    Object.assign(this, options, { place, lang, size: 'desk', step: '', answers: {}, given: {} });
    this.draw();
    if (!this.page.applies) this.loadGiven();
  }

  draw() {
    const pick = (name, options) => {
      const group = make('div', { className: 'fd-switch', role: 'group' });
      for (const [value, label] of options) {
        const button = make('button', { type: 'button', textContent: label });
        button.addEventListener('click', () => { this[name] = value; this.chosen(); });
        button.dataset.pick = `${name}:${value}`;
        group.append(button);
      }
      return group;
    };
    const button = (icon, label, act, tone = 'quiet') => {
      const one = make('button', { type: 'button', className: `btn btn-${tone}` });
      one.append(iconElement(icon), label);
      one.addEventListener('click', act);
      return one;
    };
    this.steps = make('select', { className: 'form-select', ariaLabel: t('asStep') });
    this.steps.append(new Option(this.page.applies ? t('asApplicant') : t('asAnybody'), ''));
    for (const step of this.page.steps) this.steps.append(new Option(t('asStepNamed', { name: step.name }), step.id));
    this.steps.addEventListener('change', () => { this.step = this.steps.value; this.chosen(); });
    const bar = make('div', { className: 'fd-preview-bar' });
    bar.append(
      pick('size', [['desk', t('desk')], ['phone', t('phone')]]),
      pick('lang', [['zh', '中文'], ['en', 'English']]),
      this.steps,
      button('wand', t('fillSample'), () => this.fill()),
      button('x', t('clear'), () => { this.answers = {}; this.say(null); this.show(); }),
      button('checks', t('judge'), () => this.judge(), 'secondary'),
    );
    this.said = make('div', { className: 'fd-verdict', role: 'status', hidden: true });
    this.box = make('div', { className: 'fd-viewer' });
    this.place.append(bar, this.said, make('div', { className: 'fd-preview-scroll' }, this.box));
    this.press();
  }

  chosen() {
    this.press();
    this.width(this.size);
    this.show();
  }

  press() {
    for (const button of this.place.querySelectorAll('[data-pick]')) {
      const [name, value] = button.dataset.pick.split(':');
      button.setAttribute('aria-pressed', String(this[name] === value));
    }
    this.box.dataset.size = this.size;
  }

  get access() {
    return this.page.steps.find(({ id }) => id === this.step)?.fields ?? {};
  }

  async loadGiven() {
    try {
      const answer = await fetch(`${this.address}/given`, { headers: { accept: 'application/json' } });
      if (answer.ok) this.given = (await answer.json()).data;
    } catch {
      // Without it, expressions see nothing of other forms; the form itself is shown all the same.
    }
  }

  /** What expressions see, for the values they are tried with. */
  names() {
    return { ...this.given, ...this.answers };
  }

  showSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(), PAUSE);
  }

  async show() {
    if (!this.visible) return;
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const place = make('div');
    try {
      const mounted = await mountForm(place, {
        schema: this.read(), data: { ...this.given, ...this.answers }, access: this.access, lang: this.lang,
        today: this.page.today,
      });
      if (turn !== this.turn) return mounted.destroy();
      this.mounted?.destroy();
      this.mounted = mounted;
      const at = this.box.parentElement.scrollTop;
      this.box.replaceChildren(place);
      this.box.parentElement.scrollTop = at;
      mounted.on('changed', () => {
        this.answers = mounted.getData();
        this.say(null);
        this.onAnswers?.();
      });
    } catch (error) {
      this.box.replaceChildren(make('p', { className: 'fd-empty', textContent: t('previewFailed', { why: error.message }) }));
    }
    return undefined;
  }

  fill() {
    const { answers, errors } = sample(this.read(), { given: this.given, access: this.access, today: this.page.today });
    this.answers = answers;
    this.say(errors.length ? { tone: 'problem', text: t('sampleLacks'), errors } : null);
    this.onAnswers?.();
    return this.show();
  }

  /** The server's word, with what the page itself would have said beside it. */
  async judge() {
    const here = this.mounted?.submit();
    try {
      const said = await tell(`${this.address}/verdict`, {
        schema: this.read(), answers: here?.data ?? this.answers, given: this.given, access: this.access, lang: this.lang,
      });
      if (said.problems) {
        this.say({ tone: 'problem', text: t('unusable'), errors: said.problems });
        return;
      }
      const shown = this.mounted?.form ? this.mounted.show(said.errors) : said.errors;
      const same = list(here?.errors ?? []) === list(said.errors);
      const text = said.ok ? t('accepted') : t('refusedWith', { n: said.errors.length });
      this.say({ tone: said.ok ? 'good' : 'problem', text: same ? text : `${text} ${t('differs')}`, errors: shown });
    } catch {
      this.say({ tone: 'problem', text: t('noServer'), errors: [] });
    }
  }

  say(verdict) {
    this.said.hidden = !verdict;
    this.said.replaceChildren();
    if (!verdict) return;
    this.said.dataset.tone = verdict.tone;
    this.said.append(make('b', { textContent: verdict.text }));
    if (!verdict.errors?.length) return;
    const errors = make('ul');
    for (const error of verdict.errors) {
      const item = make('li');
      const words = error.label && !error.message.includes(error.label) ? `${error.label}：${error.message}` : error.message;
      const link = make('button', { type: 'button', textContent: words });
      link.addEventListener('click', () => this.mounted?.focus(error));
      item.append(link);
      errors.append(item);
    }
    this.said.append(errors);
  }
}

const list = (errors) => JSON.stringify(errors.map(({ path, code }) => [path, code]));

function make(name, attributes = {}, ...children) {
  const { role, ...own } = attributes;
  const element = Object.assign(document.createElement(name), own);
  if (role) element.setAttribute('role', role);
  element.append(...children);
  return element;
}
