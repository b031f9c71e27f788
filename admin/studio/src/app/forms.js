/** Forms: one submit at a time, the error summary first, counters, phrases, leaving with changes. */
import { all, on } from './page.js';

const dirty = new Set();

export const forms = {
  starts() {
    document.addEventListener('submit', (event) => {
      const form = event.target;
      if (!form.matches('form[data-once]') || event.defaultPrevented) return;
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = 'yes';
      dirty.delete(form);
      event.submitter?.classList.add('is-busy');
      event.submitter?.setAttribute('aria-busy', 'true');
    });
    // Back from the next page (bfcache) the form must be usable again.
    addEventListener('pageshow', () => {
      for (const form of document.querySelectorAll('form[data-sent]')) release(form);
    });
    document.addEventListener('htmx:afterRequest', (event) => {
      const form = event.detail.elt.closest?.('form[data-sent]');
      if (form) release(form);
    });

    on('input', 'form[data-confirm-leave]', (form) => dirty.add(form));
    addEventListener('beforeunload', (event) => {
      if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
    });

    on('click', '.error-summary a', (link, event) => {
      const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!field) return;
      event.preventDefault();
      field.scrollIntoView({ block: 'center' });
      field.focus({ preventScroll: true });
    });
    on('click', '[data-phrase]', (button) => {
      const area = document.getElementById(button.dataset.phrase);
      const gap = area.value && !area.value.endsWith('\n') ? '\n' : '';
      area.setRangeText(gap + button.textContent, area.value.length, area.value.length, 'end');
      area.dispatchEvent(new Event('input', { bubbles: true }));
      area.focus();
    });
    on('click', '[data-reveal]', (button) => {
      const field = document.getElementById(button.dataset.reveal);
      const shown = field.type === 'text';
      field.type = shown ? 'password' : 'text';
      button.setAttribute('aria-pressed', String(!shown));
    });
    on('input', 'textarea[data-count]', tally);
    on('change', '[data-submits]', (field) => field.form.requestSubmit());
  },

  arrives(root) {
    for (const area of all(root, 'textarea[data-count]')) tally(area);
    (root.querySelector('[data-focus]') ?? root.querySelector('dialog[open] [aria-invalid="true"]'))?.focus();
  },
};

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('.is-busy')) {
    button.classList.remove('is-busy');
    button.removeAttribute('aria-busy');
  }
}

/** "12 / 200" under a text area; characters as people count them. */
function tally(area) {
  const note = area.nextElementSibling?.matches('.field-count')
    ? area.nextElementSibling
    : area.insertAdjacentElement('afterend', Object.assign(document.createElement('span'), { className: 'field-count' }));
  const n = [...area.value].length;
  note.textContent = `${n} / ${area.maxLength}`;
  note.classList.toggle('is-over', n >= area.maxLength);
}
