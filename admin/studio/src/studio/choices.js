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
export function settle({ who, at, mine, theirs, told }) {
  return either({
    title: say('conflictTitle'), text: say('conflictText', { who, when: when(at) }), mine, theirs, told,
    first: [{ value: '', label: say('later'), tone: 'quiet' }],
    labels: { mine: say('mine'), theirs: say('theirs') },
    hints: { mine: say('mineHint'), theirs: say('theirsHint') },
  });
}

/**
 * Which of two contents: 'theirs' | 'mine' | '', as often compared as wanted. `told` gives what is
 * different in words (HTML of ours); without it, or where it fails, the texts are shown line by line.
 */
export async function either({ title, text, mine, theirs, labels, told = async () => '', hints = {}, first = [] }) {
  const both = [
    { value: 'theirs', label: labels.theirs, hint: hints.theirs },
    { value: 'mine', label: labels.mine, hint: hints.mine, tone: 'primary' },
  ];
  for (;;) {
    const answer = await choose({ title, text, choices: [...first, { value: 'compare', label: say('compare') }, ...both] });
    if (answer !== 'compare') return answer;
    const chosen = await choose({
      title: say('compare'), wide: true, body: await comparison(told, theirs, mine),
      choices: [{ value: 'back', label: say('back'), tone: 'quiet' }, ...both],
    });
    if (chosen === 'theirs' || chosen === 'mine') return chosen;
  }
}

async function comparison(told, theirs, mine) {
  const words = await told().catch(() => '');
  const lines = sideBySide(theirs, mine);
  if (!words) return lines;
  const said = element('div', { className: 'studio-compare studio-changes', innerHTML: words });
  return element('div', {}, said, element('details', {}, element('summary', { textContent: say('byLine') }), lines));
}

function sideBySide(theirs, mine) {
  const [left, right] = [lines(theirs), lines(mine)];
  const [inLeft, inRight] = [new Set(left), new Set(right)];
  const body = element('div', { className: 'studio-compare' });
  for (const [title, own, other] of [
    [say('theirText'), left, inRight],
    [say('myText'), right, inLeft],
  ]) {
    const text = element('pre', { tabIndex: 0, ariaLabel: title });
    text.append(...folded(own, (line) => !other.has(line)));
    body.append(element('section', {}, element('h3', { textContent: title }), text));
  }
  return body;
}

/** The lines that differ with two around each; of the rest only how many there are. */
function folded(own, differs) {
  const marked = own.map(differs);
  const near = (at) => marked.slice(Math.max(0, at - 2), at + 3).some(Boolean);
  const shown = [];
  for (let at = 0, same = 0; at <= own.length; at += 1) {
    if (at < own.length && !near(at)) {
      same += 1;
      continue;
    }
    if (same) shown.push(element('span', { className: 'is-folded', textContent: `${say('sameLines', { n: same })}\n` }));
    same = 0;
    if (at < own.length) shown.push(element('span', { className: marked[at] ? 'is-different' : '', textContent: `${own[at]}\n` }));
  }
  return shown;
}

const lines = (content) =>
  (typeof content === 'string' ? content.replaceAll('><', '>\n<') : JSON.stringify(ordered(content), null, 2)).split('\n');

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
