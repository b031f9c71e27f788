/**
 * Runs in <head> before the first paint: a dark page must never flash white. A person's choice
 * (cookie) is already on <html> from the server; without one the system decides.
 *
 * And until the page's code is there, which may take a while on a slow line, it remembers the button
 * (or the link within the page) that is pressed, and presses it then.
 */
const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');

function follow() {
  if (root.dataset.look !== 'system') return;
  if (dark.matches) root.dataset.bsTheme = 'dark';
  else delete root.dataset.bsTheme;
}

follow();
dark.addEventListener('change', follow);
root.addEventListener('look', follow);

// Also before the first paint: a folded sidebar stays folded without moving the page.
try {
  if (localStorage.getItem('ow-folded') === '1') root.classList.add('starts-folded');
} catch {
  // Storage may be closed to us; the sidebar then simply starts open.
}

let pressed = null;

function hold(event) {
  const button = event.target.closest?.('button, a[href^="#"]');
  if (!button) return;
  event.preventDefault();
  event.stopPropagation();
  pressed = button;
}

document.addEventListener('click', hold, { capture: true });
document.addEventListener('DOMContentLoaded', () => {
  document.removeEventListener('click', hold, { capture: true });
  setTimeout(() => pressed?.isConnected && pressed.click());
});
