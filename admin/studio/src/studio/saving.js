/**
 * Saves one part by itself: a second after the last change, again after a failure, never over what
 * somebody else saved. Until the server has it, a copy stays in this browser.
 */
import { Away, Changed, Refused } from './draft.js';
import { keptCopy } from './kept.js';

const REST = 900;
const AGAIN = [2000, 5000, 10000, 30000];

/**
 * @param {object} options
 * @param {object} options.draft of openDraft
 * @param {object} options.whose { person, matter, number }
 * @param {string} options.part
 * @param {() => any} options.read gives the content to save (may be a promise)
 * @param {(state: string, detail?: any) => void} options.tell 'saved' | 'saving' | 'changed' | 'away'
 *   | 'refused' | 'conflict'
 */
export function savingOf({ draft, whose, part, read, tell }) {
  const copy = keptCopy(whose, part);
  let etag = null;
  let base = null;
  let changes = 0;
  let saved = 0;
  let failures = 0;
  let timer;
  let running = null;
  let held = false;

  async function save() {
    clearTimeout(timer);
    if (running) return running;
    if (saved === changes) return undefined;
    if (held) {
      copy.write(await read(), etag);
      return undefined;
    }
    running = once().finally(() => {
      running = null;
      if (saved !== changes && !failures && !held) plan(REST);
    });
    return running;
  }

  async function once() {
    const upTo = changes;
    tell('saving');
    try {
      const content = await read();
      copy.write(content, etag);
      const said = await draft.save(part, content, etag);
      etag = said.etag;
      base = content;
      saved = upTo;
      failures = 0;
      if (saved === changes) copy.drop();
      tell('saved', said);
    } catch (error) {
      failures += 1;
      if (error instanceof Changed) {
        held = true;
        tell('conflict', error);
      } else if (error instanceof Refused) {
        tell('refused', error);
      } else if (error instanceof Away) {
        tell('away');
        plan(AGAIN[Math.min(failures, AGAIN.length) - 1]);
      } else throw error;
    }
  }

  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  window.addEventListener('online', () => failures && save());
  window.addEventListener('beforeunload', (event) => {
    if (saved !== changes) event.preventDefault();
  });
  document.addEventListener('visibilitychange', () => document.hidden && save());

  return {
    copy,
    /** What was loaded, and the fingerprint it had. */
    loaded(content, tagged) {
      base = content;
      etag = tagged;
    },
    /** What changes are made to: the content last loaded or saved. */
    get base() {
      return base;
    },
    changed() {
      changes += 1;
      failures = 0;
      if (!held) tell('changed');
      plan(REST);
    },
    save,
    /** After a conflict: go on from what is on the server now. */
    resume(content, tagged, { again }) {
      base = content;
      etag = tagged;
      held = false;
      failures = 0;
      if (again) {
        changes += 1;
        return save();
      }
      saved = changes;
      copy.drop();
      tell('saved', {});
      return undefined;
    },
    /** Whether a conflict has to be settled first. */
    get isHeld() {
      return held;
    },
    get isWaiting() {
      return saved !== changes;
    },
  };
}
