/** A decision table in the studio's frame, tried out beside it. */
import { decision } from '../studio/decision/page.js';
import { studio } from '../studio/shell.js';

const root = document.querySelector('[data-decision]');
studio.edit(decision(root, { ...JSON.parse(root.dataset.decision), studio }));
