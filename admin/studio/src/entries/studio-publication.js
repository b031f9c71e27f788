/** The page before publishing: the studio's frame; a time is asked for only where it is wanted. */
import { studio } from '../studio/shell.js';

studio.start();

const form = document.querySelector('#publish form');
const at = form?.querySelector('.gate-at');
const follow = () => { at.hidden = form.elements.when.value !== 'at'; };
form?.addEventListener('change', follow);
if (at) follow();
