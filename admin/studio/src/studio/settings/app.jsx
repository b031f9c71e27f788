/** The settings' editor in the studio's frame: one section of matter.json. */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import './settings.css';
import { Basics } from './basics.jsx';
import { Fees, Guide } from './guide.jsx';
import { Limits } from './limits.jsx';
import { Icon } from './list.jsx';
import { Materials } from './materials.jsx';
import { merged } from './merging.js';
import { Papers } from './papers.jsx';
import { placed } from './paths.js';
import { Shared, Store } from './store.jsx';
import { t } from './words.js';

const SECTIONS = { basics: Basics, materials: Materials, limits: Limits, fees: Fees, guide: Guide, papers: Papers };

/**
 * @param {HTMLElement} root its data: the section's name, the sprite of icons
 * @param {object} options
 * @param {object} options.around what the page knows of departments, forms, drawing and papers
 * @param {object} options.studio the frame
 * @returns what `studio.edit` takes
 */
export function settings(root, { section, heading, sprite, around, studio }) {
  Icon.sprite = sprite;
  const store = new Store({
    around,
    onChange: () => studio.changed(),
    toast: (text, more) => studio.toast(text, more),
  });
  Object.assign(store, { address: studio.address, whenSaved: followed(studio) });
  const Section = SECTIONS[section];
  let drawn = false;
  store.redraw = () => {
    if (!drawn) {
      drawn = true;
      root.replaceChildren();
      render(<App {...{ store, heading, Section }} />, root);
    }
    store.version += 1;
    store.drawAgain?.(store.version);
  };
  return {
    part: 'definition',
    show: (definition) => store.show(definition),
    read: () => store.definition,
    merge: merged,
    found: (findings) => store.found(findings),
    select: (element) => reveal(store, placed(element ?? '', store.definition)),
  };
}

function App({ store, heading, Section }) {
  const [, again] = useState(0);
  store.drawAgain = again;
  return (
    <Shared value={store}>
      <div class="set">
        <header class="set-head">
          <h2>{heading}</h2>
          {Section !== Limits && <button type="button" class="set-toggle" aria-pressed={store.english} onClick={() => store.speakEnglish(!store.english)}>{t('withEnglish')}</button>}
        </header>
        <Section />
      </div>
    </Shared>
  );
}

/** `whenSaved(callback)` → a function that ends it. */
function followed(studio) {
  const callbacks = new Set();
  studio.on('saved', () => callbacks.forEach((callback) => callback()));
  return (callback) => {
    callbacks.add(callback);
    return () => callbacks.delete(callback);
  };
}

/** Bring a place into view: open what it is in, then the nearest control that stands for it. */
function reveal(store, place) {
  store.choose(place.startsWith('steps') ? 'steps' : place);
  queueMicrotask(() => {
    for (let path = place; path; path = path.replace(/(\.[^.[\]]+|\[\d+\]|^[^.[\]]+)$/, '')) {
      const found = document.getElementById(path);
      if (!found) continue;
      const control = found.matches('input, textarea, select, button')
        ? found
        : found.querySelector('.cm-content, input, textarea, select') ?? found;
      found.scrollIntoView({ block: 'center' });
      control.focus({ preventScroll: true });
      return;
    }
  });
}
