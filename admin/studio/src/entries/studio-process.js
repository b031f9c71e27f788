/** The process designer's page: the draft's drawing in the studio's frame. */
import { studio } from '../studio/shell.js';
import { designer } from '../studio/process/designer.js';

const root = document.querySelector('[data-process]');
const page = { ...JSON.parse(root.dataset.process), icons: root.dataset.icons, address: studio.address };

studio.edit(designer(root, {
  page,
  draft: studio.draft,
  changed: () => studio.changed(),
  toast: (text, look) => studio.toast(text, look),
}));
