/** A section of the settings: matter.json as forms, in the studio's frame. */
import { settings } from '../studio/settings/app.jsx';
import { studio } from '../studio/shell.js';

const root = document.querySelector('[data-settings]');
const { section, heading, sprite } = JSON.parse(root.dataset.settings);
const around = JSON.parse(document.getElementById('around').textContent);

studio.edit(settings(root, { section, heading, sprite, around, studio }));
