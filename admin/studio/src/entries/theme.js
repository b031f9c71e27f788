/**
 * Runs in <head> before the first paint: a dark page must never flash white. A person's choice
 * (cookie) is already on <html> from the server; without one the system decides.
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
