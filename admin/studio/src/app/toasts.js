/** Short messages at the edge: they leave by themselves unless they must be read. */
import { all, on } from './page.js';

const STAY = 6000;

export const toasts = {
  starts() {
    on('click', '[data-toast-close]', (button) => button.closest('[data-toast]').remove());
  },
  arrives(root) {
    for (const note of all(root, '[data-toast]')) {
      if (note.dataset.toast !== 'stays') setTimeout(() => note.remove(), STAY);
    }
  },
};
