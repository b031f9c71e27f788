/** The form designer's page in the studio's frame; on the list of forms only the frame runs. */
import { Designer } from '../studio/form/designer.js';
import '../studio/form/form.css';
import '../studio/form/panel.css';
import { studio } from '../studio/shell.js';

const root = document.querySelector('[data-form-designer]');
if (root) {
  const designer = new Designer(root, { page: JSON.parse(root.dataset.formDesigner), studio });
  studio.edit({
    read: () => designer.read(),
    show: (form) => designer.show(form),
    select: (element) => designer.select(element),
    found: (findings) => designer.found(findings),
  });
} else {
  studio.start();
}
