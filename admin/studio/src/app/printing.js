/** Buttons that print the page: receipts. */
import { on } from './page.js';

export const printing = {
  starts() {
    on('click', '[data-print]', () => window.print());
  },
};
