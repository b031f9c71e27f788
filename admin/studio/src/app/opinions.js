/** Buttons beside a change that begin an opinion about it: the place is filled in, the text focused. */
import { on } from './page.js';

export const opinions = {
  starts() {
    on('click', '[data-place]', (button) => {
      document.getElementById('place').value = button.dataset.place;
      document.getElementById('text').focus();
    });
  },
};
