/** Dialogs that ask before anything is lost. */
import { ordered } from './order.js';
import { say, when } from './words.js';

/**
 * Asks with buttons; resolves to the `value` of the one chosen, '' when the dialog was closed.
 *
 * @param {{ title: string, text?: string, body?: Element, wide?: boolean,
 *   choices: Array<{ value: string, label: string, hint?: string, tone?: string }> }} question
 */
export function choose({ title, text = '', body = null, wide = false, choices }) {
  const dialog = document.createElement('dialog');
  dialog.className = `dialog studio-choice${wide ? ' is-wide' : ''}`;
  dialog.dataset.keep = '';
  const form = element('form', { method: 'dialog' });
  const heading = element('h2', { className: 'dialog-title', textContent: title, id: 'choice-title' });
  const inner = element('div', { className: 'dialog-body' });
  if (text) inner.append(element('p', { textContent: text }));
  if (body) inner.append(body);
  const foot = element('div', { className: 'dialog-foot' });
  for (const { value, label, hint, tone = 'secondary' } of choices) {
    const button = element('button', { className: `btn btn-${tone}`, value, textContent: label });
    if (hint) button.title = hint;
    foot.append(button);
  }
  form.append(element('div', { className: 'dialog-head' }, heading), inner, foot);
  dialog.append(form);
  dialog.setAttribute('aria-labelledby', 'choice-title');
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue);
    }, { once: true });
  });
}

/** What to do when somebody else was faster: 'theirs' | 'mine' | ''. Both texts can be compared. */
export async function settle({ who, at, mine, theirs }) {
  const said = say('conflictText', { who, when: when(at) });
  for (;;) {
    const answer = await choose({
      title: say('conflictTitle'), text: said,
      choices: [
        { value: '', label: say('later'), tone: 'quiet' },
        { value: 'compare', label: say('compare') },
        { value: 'theirs', label: say('theirs'), hint: say('theirsHint') },
        { value: 'mine', label: say('mine'), hint: say('mineHint'), tone: 'primary' },
      ],
    });
    if (answer !== 'compare') return answer;
    const chosen = await choose({
      title: say('compare'), wide: true, body: sideBySide(theirs, mine),
      choices: [
        { value: 'back', label: say('goOn'), tone: 'quiet' },
        { value: 'theirs', label: say('theirs') },
        { value: 'mine', label: say('mine'), tone: 'primary' },
      ],
    });
    if (chosen === 'theirs' || chosen === 'mine') return chosen;
  }
}

function sideBySide(theirs, mine) {
  const [left, right] = [lines(theirs), lines(mine)];
  const [inLeft, inRight] = [new Set(left), new Set(right)];
  const body = element('div', { className: 'studio-compare' });
  for (const [title, own, other] of [
    [say('theirText'), left, inRight],
    [say('myText'), right, inLeft],
  ]) {
    const text = element('pre', { tabIndex: 0 });
    for (const line of own) {
      text.append(element('span', { className: other.has(line) ? '' : 'is-different', textContent: `${line}\n` }));
    }
    body.append(element('section', {}, element('h3', { textContent: title }), text));
  }
  return body;
}

const lines = (content) =>
  (typeof content === 'string' ? content.replaceAll('><', '>\n<') : JSON.stringify(ordered(content), null, 2)).split('\n');

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
