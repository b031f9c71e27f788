/** Pages in the studio's frame that edit nothing by themselves: a form, a list. */
import '../studio/frame.css';
import { studio } from '../studio/shell.js';

studio.start();
