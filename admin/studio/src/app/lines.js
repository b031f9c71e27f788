/**
 * Long texts to be mended: a finding leads to its line, and the line one is in is shown below.
 * `[data-line-of=id][data-line=12]` are links, `[data-line-shown=id]` says where the cursor is.
 */
import { on } from './page.js';

export const lines = {
  starts() {
    on('click', '[data-line-of]', (link, event) => {
      event.preventDefault();
      goTo(document.getElementById(link.dataset.lineOf), Number(link.dataset.line) || 1);
    });
    document.addEventListener('selectionchange', () => {
      const area = document.activeElement;
      if (area?.matches('textarea.code')) show(area);
    });
  },
};

function goTo(area, line) {
  const part = area.closest('details');
  if (part) part.open = true;
  const before = area.value.split('\n').slice(0, line - 1);
  const start = before.join('\n').length + (before.length ? 1 : 0);
  const end = area.value.indexOf('\n', start);
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  area.scrollTop = (line - 6) * parseFloat(getComputedStyle(area).lineHeight);
  area.scrollIntoView({ block: 'center' });
  show(area);
}

function show(area) {
  const note = document.querySelector(`[data-line-shown="${area.id}"]`);
  if (!note) return;
  const line = area.value.slice(0, area.selectionStart).split('\n').length;
  note.textContent = note.dataset.text.replace('%n', line);
}
