/** Buttons that copy a number or a password. */
import { on } from './page.js';

export const copying = {
  starts() {
    on('click', '[data-copy]', async (button) => {
      await copy(button.dataset.copy);
      if (button.classList.contains('is-done')) return;
      const before = button.innerHTML;
      button.textContent = button.dataset.copied;
      button.classList.add('is-done');
      setTimeout(() => {
        button.innerHTML = before;
        button.classList.remove('is-done');
      }, 1600);
    });
  },
};

/** The clipboard interface exists only on https; a counter in a county may still speak http. */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
