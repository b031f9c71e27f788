/** The play page: the draft gone through in a sandbox. */
import { studio } from '../studio/shell.js';
import { play } from '../studio/play/play.jsx';

const root = document.querySelector('[data-play]');
studio.start();
play(root, { page: JSON.parse(root.dataset.play), studio });
