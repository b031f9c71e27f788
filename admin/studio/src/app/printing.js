/** Buttons that print the page; on paper everything that was folded is open. */
import { on } from './page.js';

export const printing = {
  starts() {
    on('click', '[data-print]', () => window.print());
    window.addEventListener('beforeprint', () => {
      for (const folded of document.querySelectorAll('main details:not([open], .studio details)')) {
        folded.open = true;
        folded.dataset.folded = '';
      }
    });
    window.addEventListener('afterprint', () => {
      for (const folded of document.querySelectorAll('details[data-folded]')) {
        folded.open = false;
        delete folded.dataset.folded;
      }
    });
  },
};
