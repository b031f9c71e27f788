/** Dense tables: rows that open, j k ⏎, ticking rows and what to do with them. */
import { isTyping, on } from './page.js';

export const tables = {
  starts() {
    on('click', 'tr[data-href]', (row, event) => {
      if (event.target.closest('a, button, input, label, select') || getSelection().toString()) return;
      open(row, event.ctrlKey || event.metaKey);
    });
    on('auxclick', 'tr[data-href]', (row, event) => {
      if (event.button === 1 && !event.target.closest('a, button')) open(row, true);
    });
    on('change', '[data-select-all]', (box) => {
      for (const tick of ticks(box.closest('table'), box.dataset.selectAll)) tick.checked = box.checked;
      count(box.dataset.selectAll);
    });
    on('change', 'tbody input[type="checkbox"]', (tick) => count(tick.name));
    document.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const table = document.querySelector('table[data-keys]');
      if (table) byKey(table, event);
    });
  },

  arrives(root) {
    for (const bar of root.querySelectorAll('[data-bulk]')) count(bar.dataset.bulk);
  },
};

function byKey(table, event) {
  const rows = [...table.querySelectorAll('tbody tr[data-href]')];
  const at = rows.findIndex((row) => row.classList.contains('is-current'));
  if (event.key === 'j' || event.key === 'k') {
    const next = rows[event.key === 'j' ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0)];
    if (!next) return;
    event.preventDefault();
    rows[at]?.classList.remove('is-current');
    next.classList.add('is-current');
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  } else if (event.key === 'Enter' && !event.target.closest('a, button')) {
    // In a tick box ⏎ would press the form's first button: nobody means that here.
    if (table.contains(event.target)) event.preventDefault();
    if (at >= 0) open(rows[at], false);
  } else if (at >= 0 && event.key === 'x') {
    const tick = rows[at].querySelector('input[type="checkbox"]');
    if (tick) tick.click();
  }
}

function open(row, elsewhere) {
  if (elsewhere) window.open(row.dataset.href, '_blank', 'noopener');
  else location.assign(row.dataset.href);
}

function ticks(root, name) {
  return [...root.querySelectorAll(`tbody input[type="checkbox"][name="${CSS.escape(name)}"]`)];
}

function count(name) {
  const chosen = ticks(document, name);
  const n = chosen.filter((tick) => tick.checked).length;
  for (const bar of document.querySelectorAll(`[data-bulk="${CSS.escape(name)}"]`)) {
    bar.hidden = n === 0;
    bar.querySelector('[data-bulk-count]').textContent = n;
  }
  for (const box of document.querySelectorAll(`[data-select-all="${CSS.escape(name)}"]`)) {
    box.checked = n > 0 && n === chosen.length;
    box.indeterminate = n > 0 && n < chosen.length;
  }
}
