/** Every page's code. Each module looks after one habit and works on what htmx brings in later. */
import htmx from 'htmx.org';

import { copying } from '../app/copying.js';
import { dialogs } from '../app/dialogs.js';
import { forms } from '../app/forms.js';
import { lines } from '../app/lines.js';
import { live } from '../app/live.js';
import { opinions } from '../app/opinions.js';
import { pane } from '../app/pane.js';
import { printing } from '../app/printing.js';
import { autosave, saveNow, saveSoon } from '../app/saving.js';
import { shell } from '../app/shell.js';
import { tables } from '../app/tables.js';
import { toasts } from '../app/toasts.js';
import { uploads } from '../app/uploads.js';

window.htmx = htmx;
// Other bundles (the form viewer) save through the same queue.
window.onewindow = { saveNow, saveSoon };

// A DELETE that answers 204 means "gone": its target leaves the page.
document.addEventListener('htmx:beforeSwap', (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status === 204 && requestConfig.verb === 'delete') event.detail.shouldSwap = true;
});

/** `arrives` runs for the page and again for each piece that htmx puts into it. */
const arrivals = [shell, dialogs, tables, forms, autosave, uploads, copying, printing, toasts];

function arrive(element) {
  for (const module of arrivals) module.arrives?.(element);
}

function start() {
  for (const module of [...arrivals, lines, live, opinions, pane]) module.starts?.(htmx);
  arrive(document.body);
  document.addEventListener('htmx:load', (event) => {
    if (event.detail.elt !== document.body) arrive(event.detail.elt);
  });
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
else start();
