/** The tests page: the draft's scenarios, run. */
import { studio } from '../studio/shell.js';
import { tests } from '../studio/tests/tests.jsx';

const root = document.querySelector('[data-tests]');
const select = tests(root, { studio, now: root.dataset.tests });
studio.editor = { select };
studio.start();
studio.follow();
