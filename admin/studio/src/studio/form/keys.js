/** The designer's keys. While somebody types, keys are theirs. */
import { copied } from './blocks.js';

const CLIPBOARD = 'onewindow.components';
const typing = (target) => target.closest('input, textarea, select, [contenteditable="true"], .cm-editor, dialog');
const ticking = (target) => target.matches('[type="checkbox"], [type="radio"]');

export function listen(root, designer) {
  // Enter and a click in the palette, before form-js, which only knows the end of the form.
  for (const [type, fits] of [['keydown', ({ key }) => key === 'Enter'], ['click', ({ detail }) => detail <= 1]]) {
    root.addEventListener(type, (event) => {
      const entry = event.target.closest('.fjs-palette-field');
      if (!entry || !fits(event)) return;
      event.preventDefault();
      event.stopPropagation();
      designer.add(entry.dataset.fieldType);
    }, { capture: true });
  }
  document.addEventListener('keydown', (event) => {
    const inside = event.target === document.body || root.contains(event.target);
    if (!inside || event.defaultPrevented) return;
    if (typing(event.target) && !(event.key === 'Escape' && ticking(event.target))) return;
    const act = actOf(event, designer);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function actOf({ key, ctrlKey, metaKey, altKey }, designer) {
  const command = ctrlKey || metaKey;
  const letter = key.toLowerCase();
  if (command && letter === 'f') return () => designer.frame.search.focus();
  if (command && letter === 'd') return () => designer.duplicate();
  if (command && letter === 'c') return () => take(designer);
  if (command && letter === 'x') return () => take(designer) && designer.remove();
  if (command && letter === 'v') return () => put(designer);
  if (command) return null;
  if (altKey && key === 'ArrowUp') return () => designer.move(-1);
  if (altKey && key === 'ArrowDown') return () => designer.move(1);
  return {
    Delete: () => designer.remove(),
    Backspace: () => designer.remove(),
    ArrowUp: () => designer.step(-1),
    ArrowDown: () => designer.step(1),
    Escape: () => designer.canvas.get('selection').clear(),
    '/': () => designer.frame.search.focus(),
  }[key] ?? null;
}

/** Copied components stay in the browser, so that they can be put into another form or matter. */
function take(designer) {
  const component = designer.canvas.selected();
  if (!component || component.type === 'default') return false;
  const [plain] = copied([component], { components: [] });
  localStorage.setItem(CLIPBOARD, JSON.stringify([plain]));
  return true;
}

function put(designer) {
  try {
    const components = JSON.parse(localStorage.getItem(CLIPBOARD));
    if (Array.isArray(components)) designer.insert(components);
  } catch {
    // Nothing of ours in there.
  }
}
