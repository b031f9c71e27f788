/** A frozen version's process, to look at: the designer without the means to change anything. */
import '../studio/shell.css';
import { designer } from '../studio/process/designer.js';

const root = document.querySelector('[data-process]');
const page = { ...JSON.parse(root.dataset.process), icons: root.dataset.icons };
const editor = designer(root, { page });

fetch(document.querySelector('[data-drawing]').dataset.drawing, { headers: { accept: 'application/xml' } })
  .then((answer) => answer.text())
  .then(async (xml) => {
    await editor.show(xml);
    const named = /[#&]element=([^&]*)/.exec(location.hash);
    if (named) editor.select(decodeURIComponent(named[1]));
  });
