/**
 * Ctrl+Z and Ctrl+Shift+Z wherever the focus is. What is being typed is taken back by the field
 * itself; else it is the editor that goes back. Left to itself the browser would go back to the text
 * typed last, in whatever field that was.
 */
const ALONE = 'dialog, .djs-popup, .djs-search-container, .djs-direct-editing-parent'; // nothing is undone behind these

/**
 * @param {object} editor
 * @param {() => void} editor.undo
 * @param {() => void} editor.redo
 * @param {boolean} [editor.first] keep these keys from everything else on the page
 * @returns {{ settled: () => void }} to be called when what was typed has become a change of the editor's
 */
export function undoKeys({ undo, redo, first = false }) {
  let typed = null; // the field that is being typed in, and what it said before
  let before = '';
  const settled = () => (typed = null);

  document.addEventListener('focusin', settled);
  document.addEventListener('beforeinput', ({ target }) => {
    if (typed !== target) [typed, before] = [target, textOf(target)];
  });
  document.addEventListener('keydown', (event) => {
    const way = wayOf(event);
    if (!way || event.defaultPrevented) return;
    const { target } = event;
    if (typed === target && (way === redo || textOf(target) !== before)) return;
    event.preventDefault();
    if (first) event.stopPropagation();
    if (!target.closest(ALONE)) way();
  }, { capture: first });

  function wayOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
    if (altKey || !(ctrlKey || metaKey)) return null;
    const letter = key.toLowerCase();
    if (letter === 'z') return shiftKey ? redo : undo;
    return letter === 'y' ? redo : null;
  }
  return { settled };
}

const textOf = (field) => field.value ?? field.textContent;
