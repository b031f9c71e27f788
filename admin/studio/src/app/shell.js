/** The frame: sidebar, menus, theme, language, the search key. */
import { isTyping, on, remember } from './page.js';

const LOOKS = ['system', 'light', 'dark'];

export const shell = {
  starts() {
    const frame = document.getElementById('shell');
    if (frame && document.documentElement.classList.contains('starts-folded')) {
      frame.classList.add('is-folded');
    }
    document.documentElement.classList.remove('starts-folded');

    on('click', '[data-fold]', () => {
      const folded = frame.classList.toggle('is-folded');
      try {
        localStorage.setItem('ow-folded', folded ? '1' : '0');
      } catch {
        // Not remembered then.
      }
    });
    on('click', '[data-menu-open]', (button) => openSidebar(frame, button, true));
    on('click', '[data-menu-close]', () => openSidebar(frame, null, false));
    on('click', '[data-theme-toggle]', nextLook);
    on('click', '[data-back]', () => (history.length > 1 ? history.back() : location.assign('/')));
    on('click', '[data-keep-query]', keepQuery);

    document.addEventListener('click', (event) => {
      for (const menu of document.querySelectorAll('details[data-menu][open]')) {
        if (!menu.contains(event.target)) menu.open = false;
      }
    });
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        const menu = document.querySelector('details[data-menu][open]');
        if (menu) {
          menu.open = false;
          menu.querySelector('summary').focus();
        } else if (frame?.classList.contains('is-open')) {
          openSidebar(frame, null, false);
        }
      }
      const modified = event.ctrlKey || event.metaKey || event.altKey;
      if (event.key === '/' && !modified && !isTyping(event.target)) {
        const search = document.querySelector('[data-shortcut="/"]');
        if (search) {
          event.preventDefault();
          search.focus();
        }
      }
    });
    sayLook();
  },
};

function openSidebar(frame, button, open) {
  frame.classList.toggle('is-open', open);
  const opener = button ?? document.querySelector('[data-menu-open]');
  opener?.setAttribute('aria-expanded', String(open));
  if (open) frame.querySelector('.door')?.focus();
  else opener?.focus();
}

function nextLook() {
  const root = document.documentElement;
  const look = LOOKS[(LOOKS.indexOf(root.dataset.look) + 1) % LOOKS.length];
  root.dataset.look = look;
  if (look === 'system') root.dispatchEvent(new Event('look'));
  else if (look === 'dark') root.dataset.bsTheme = 'dark';
  else root.dataset.bsTheme = 'light';
  remember('ow_theme', look);
  sayLook();
}

function sayLook() {
  const look = document.documentElement.dataset.look;
  for (const button of document.querySelectorAll('[data-theme-toggle]')) {
    const name = button.dataset[look];
    button.title = name;
    button.setAttribute('aria-label', name);
    button.querySelector('[data-theme-name]').textContent = name;
  }
}

/** The language link keeps filters and pages: only `lang` changes. */
function keepQuery(link, event) {
  event.preventDefault();
  const address = new URL(location.href);
  address.searchParams.set('lang', new URL(link.href).searchParams.get('lang'));
  location.assign(address);
}
