/**
 * Shows form-js forms in pages. Markup comes from the macro `ui.form_viewer`: a place to draw in,
 * the set-up as JSON, and the hidden field that carries the answers when the page's form is sent.
 */
import { mountForm } from '../form-viewer.js';
import '../css/form.css';
import { all } from '../app/page.js';

async function mount(box) {
  if (box.dataset.mounted) return;
  box.dataset.mounted = 'yes';
  const { schema, data, access, problems = [] } = JSON.parse(box.querySelector('[data-form-setup]').textContent);
  const field = box.querySelector(':scope > input[type="hidden"]');
  const place = box.querySelector('[data-form-place]');
  const readonly = 'readonly' in box.dataset;
  place.textContent = '';
  const form = await mountForm(place, {
    schema,
    data,
    access,
    readonly,
    lang: document.documentElement.lang.slice(0, 2),
  });
  if (readonly) return;
  if (problems.length) {
    const shown = form.show(problems);
    tell(box, form, shown);
    // A link to one of the questions, from the page that lists what is to be put right.
    const asked = shown.find((problem) => problem.path && `#${problem.path}` === decodeURIComponent(location.hash));
    if (asked) form.focus(asked);
  }

  let revision = 'revision' in box.dataset ? Number(box.dataset.revision) : undefined;
  // form-js also says "changed" while it settles down: what counts is what differs.
  let known = JSON.stringify(form.getData());
  form.on('changed', () => {
    const now = JSON.stringify(form.getData());
    if (now === known) return;
    known = now;
    field.value = now;
    if (box.dataset.autosaveUrl) {
      const name = box.dataset.formViewer;
      window.onewindow.saveSoon(
        box,
        box.dataset.autosaveUrl,
        () => ({ [name]: form.getData(), ...(revision !== undefined && { revision }) }),
        (answer) => (revision = answer.revision ?? revision),
      );
    }
    box.closest('form')?.dispatchEvent(new Event('input', { bubbles: true }));
  });

  // Before everybody else who listens to submit: an invalid form isn't "sent" yet.
  const page = box.closest('form');
  let saved = false;
  page?.addEventListener(
    'submit',
    (event) => {
      const hold = () => {
        event.preventDefault();
        event.stopPropagation();
      };
      if (event.submitter?.formNoValidate) {
        field.value = JSON.stringify(form.getData());
      } else {
        const { data: answers, errors } = form.submit();
        tell(box, form, errors);
        if (errors.length) return hold();
        field.value = JSON.stringify(answers);
      }
      if (!box.dataset.autosaveUrl || saved) return;
      // The page is left only when what was typed is safe: signed out or without a network, it stays.
      hold();
      const button = event.submitter;
      button?.classList.add('is-busy');
      window.onewindow.saveNow(box).then(({ ok, status }) => {
        button?.classList.remove('is-busy');
        if (!ok && (status === 0 || status === 401 || status >= 500)) return;
        if (page.elements.revision && revision !== undefined) page.elements.revision.value = revision;
        // Not before this event is over: until then the browser takes no other for this form.
        setTimeout(() => {
          saved = true;
          page.requestSubmit(button);
          saved = false;
        });
      });
    },
    { capture: true },
  );
}

/** The error summary, linked to the fields. */
function tell(box, form, problems) {
  const summary = box.querySelector('[data-form-problems]');
  summary.hidden = problems.length === 0;
  if (!problems.length) return;
  const { textProblem, textProblems } = box.dataset;
  summary.querySelector('h2 span').textContent = problems.length === 1 ? textProblem : textProblems.replace('%n', problems.length);
  const list = summary.querySelector('ul');
  list.textContent = '';
  for (const problem of problems) {
    const link = list.appendChild(document.createElement('li')).appendChild(document.createElement('a'));
    link.href = problem.domId ? `#${problem.domId}` : `#${box.id}`;
    // Most sentences name their field already.
    const named = !problem.label || problem.message.includes(problem.label);
    link.textContent = named ? problem.message : problem.label + box.dataset.textColon + problem.message;
    link.addEventListener('click', (event) => {
      event.preventDefault();
      event.stopPropagation();
      form.focus(problem);
    });
  }
  summary.scrollIntoView({ block: 'center' });
  summary.focus({ preventScroll: true });
}

function find(root) {
  for (const box of all(root, '[data-form-viewer]')) mount(box);
}

find(document.body);
document.addEventListener('htmx:load', (event) => find(event.detail.elt));
