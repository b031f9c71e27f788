/** Dialogs: opened by data-opens, closed by data-closes; hx-confirm asks in one of ours. */
import { on } from './page.js';

export const dialogs = {
  starts() {
    on('click', '[data-opens]', (button) => document.getElementById(button.dataset.opens)?.showModal());
    on('click', '[data-closes]', (button) => button.closest('dialog').close());
    // A click on the backdrop reaches the dialog itself; on its content it doesn't. The second click
    // of two quick ones was meant for the button that opened it.
    document.addEventListener('mousedown', (event) => {
      if (event.target instanceof HTMLDialogElement && event.detail < 2 && !event.target.hasAttribute('data-keep')) {
        const box = event.target.getBoundingClientRect();
        const inside =
          event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
        if (!inside) event.target.close();
      }
    });
    // A plain submit button that asks first: the form is sent again once the answer is yes.
    document.addEventListener(
      'submit',
      (event) => {
        const button = event.submitter;
        if (!button?.dataset.ask || button.dataset.agreed) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        ask(button.dataset.ask).then((yes) => {
          if (!yes) return;
          button.dataset.agreed = 'yes';
          event.target.requestSubmit(button);
          delete button.dataset.agreed;
        });
      },
      { capture: true },
    );
    document.addEventListener('htmx:confirm', (event) => {
      if (!event.detail.question) return;
      event.preventDefault();
      ask(event.detail.question).then((yes) => yes && event.detail.issueRequest(true));
    });
  },

  /** Dialogs whose form came back with errors open again by themselves. */
  arrives(root) {
    for (const dialog of root.querySelectorAll('dialog[data-open]')) dialog.showModal();
  },
};

/** Resolves to whether the person agreed; the words of the buttons come from the document. */
function ask(question) {
  const dialog = document.getElementById('ask');
  dialog.querySelector('[data-ask-text]').textContent = question;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
