/**
 * The pane in which a file is looked at beside the case: closed by its button or Escape, and then
 * the file's name in the list has the focus again.
 */
import { on } from './page.js';

export const pane = {
  starts() {
    on('click', '[data-pane-close]', close);
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !document.querySelector('dialog[open], details[data-menu][open]')) close();
    });
  },
};

function close() {
  const shown = document.querySelector('[data-pane]');
  if (!shown) return;
  const file = shown.dataset.pane;
  shown.remove();
  document.querySelector(`[data-pane-file="${CSS.escape(file)}"]`)?.focus();
}
