/**
 * Keeps what is typed: forms with data-autosave="/address" are sent there a moment after the last
 * change, and again with growing pauses while the network is away. The page isn't left silently
 * while something is unsaved. Other code reports changes through `saveSoon`.
 */
import { csrfToken, on } from './page.js';

const PAUSE = 1200;
const LONGEST_PAUSE = 30000;
const waiting = new Map();

export const autosave = {
  starts() {
    on('input', 'form[data-autosave]', (form) => saveSoon(form, form.dataset.autosave, () => new FormData(form)));
    addEventListener('beforeunload', (event) => {
      if ([...waiting.values()].some((job) => job.unsaved && job.owner.isConnected)) event.preventDefault();
    });
    document.addEventListener('submit', (event) => {
      if (event.defaultPrevented) return;
      for (const owner of waiting.keys()) if (event.target.contains(owner)) waiting.delete(owner);
    });
    addEventListener('online', () => {
      for (const job of waiting.values()) if (job.unsaved) send(job);
    });
  },
};

/**
 * Send `body()` (FormData, or an object as JSON) to `address` soon; `owner` is the element it
 * belongs to. A form that is submitted isn't saved any more.
 */
export function saveSoon(owner, address, body) {
  const job = waiting.get(owner) ?? { owner, pause: PAUSE };
  Object.assign(job, { address, body, unsaved: true, change: (job.change ?? 0) + 1 });
  waiting.set(owner, job);
  clearTimeout(job.timer);
  job.timer = setTimeout(() => send(job), PAUSE);
}

async function send(job) {
  clearTimeout(job.timer);
  if (!job.owner.isConnected || waiting.get(job.owner) !== job || job.busy) return;
  const change = job.change;
  job.busy = true;
  say(job.owner, 'saving');
  try {
    const body = job.body();
    const headers = { 'x-csrftoken': csrfToken(), accept: 'application/json' };
    const isForm = body instanceof FormData;
    if (!isForm) headers['content-type'] = 'application/json';
    const answer = await fetch(job.address, {
      method: 'POST',
      body: isForm ? body : JSON.stringify(body),
      headers,
    });
    if (!answer.ok) throw new Error(String(answer.status));
    job.pause = PAUSE;
    job.unsaved = job.change !== change;
    if (!job.unsaved) say(job.owner, 'saved');
  } catch {
    job.pause = Math.min(job.pause * 2, LONGEST_PAUSE);
    say(job.owner, 'failed');
  } finally {
    job.busy = false;
  }
  if (job.unsaved) job.timer = setTimeout(() => send(job), job.pause);
}

function say(owner, state) {
  const note = owner.querySelector('[data-autosave-state]') ?? document.querySelector('[data-autosave-state]');
  if (!note) return;
  const time = new Date().toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false });
  note.textContent = state === 'saved' ? `${note.dataset.saved} ${time}` : note.dataset[state];
  note.classList.toggle('is-failed', state === 'failed');
}
