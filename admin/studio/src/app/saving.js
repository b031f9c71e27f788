/**
 * Keeps what is typed: forms with data-autosave="/address" are PUT there a moment after the last
 * change, and again with growing pauses while the network is away. The page isn't left silently
 * while something is unsaved. Other code reports changes through `saveSoon`.
 */
import { csrfToken, on } from './page.js';

const PAUSE = 1200;
const LONGEST_PAUSE = 30000;
/** Refusals that may pass: signed out (and in again in another tab), busy. */
const SIGNED_OUT = 401;
const AGAIN = new Set([SIGNED_OUT, 408, 429]);
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
 * What is unsaved, saved now and not a moment later: before a page is left on purpose. Resolves to
 * `{ ok, status }`; the note beside the buttons says why it failed.
 */
export async function saveNow(owner) {
  const job = waiting.get(owner);
  await job?.sending;
  if (!job?.unsaved) return job?.failure ?? { ok: true };
  return send(job);
}

/**
 * Send `body()` (FormData, or an object as JSON) to `address` soon; `owner` is the element it
 * belongs to; `saved` gets what the server answers. A form that is submitted isn't saved any more,
 * nor is one that the server refuses: it says why, for example that another page has newer words.
 */
export function saveSoon(owner, address, body, saved = () => {}) {
  const job = waiting.get(owner) ?? { owner, pause: PAUSE };
  if (job.refused) return;
  Object.assign(job, { address, body, saved, unsaved: true, change: (job.change ?? 0) + 1 });
  waiting.set(owner, job);
  clearTimeout(job.timer);
  job.timer = setTimeout(() => send(job), PAUSE);
}

function send(job) {
  clearTimeout(job.timer);
  if (!job.owner.isConnected || waiting.get(job.owner) !== job || job.busy) return job.sending;
  job.sending = put(job);
  return job.sending;
}

/** Never throws: tells `{ ok, status }`, status 0 when the network is away. */
async function put(job) {
  const change = job.change;
  let status = 0;
  job.busy = true;
  say(job.owner, 'saving');
  try {
    const body = job.body();
    const headers = { 'x-csrftoken': csrfToken(), accept: 'application/json' };
    const isForm = body instanceof FormData;
    if (!isForm) headers['content-type'] = 'application/json';
    const answer = await fetch(job.address, {
      method: 'PUT',
      body: isForm ? body : JSON.stringify(body),
      headers,
    });
    status = answer.status;
    if (!answer.ok) {
      job.refused = !AGAIN.has(status) && status < 500;
      if (job.refused) throw new Error((await answer.json()).message);
      throw new Error(String(status));
    }
    job.saved(answer.headers.get('content-type')?.includes('json') ? await answer.json() : {});
    job.pause = PAUSE;
    job.unsaved = job.change !== change;
    job.failure = undefined;
    if (!job.unsaved) say(job.owner, 'saved');
  } catch (error) {
    job.failure = { ok: false, status };
    if (job.refused) {
      job.unsaved = false;
      say(job.owner, 'failed', error.message);
    } else {
      job.pause = Math.min(job.pause * 2, LONGEST_PAUSE);
      say(job.owner, status === SIGNED_OUT ? 'expired' : 'failed');
    }
  }
  job.busy = false;
  if (job.unsaved) job.timer = setTimeout(() => send(job), job.pause);
  return job.failure ?? { ok: true };
}

function say(owner, state, words) {
  const note = owner.querySelector('[data-autosave-state]') ?? document.querySelector('[data-autosave-state]');
  if (!note) return;
  // In China's time, as everywhere on the page.
  const time = new Date().toLocaleTimeString('zh-CN', {
    hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Shanghai',
  });
  note.textContent = state === 'saved' ? `${note.dataset.saved} ${time}` : words ?? note.dataset[state];
  note.classList.toggle('is-failed', state === 'failed' || state === 'expired');
  if (state === 'expired') {
    const way = { href: '/sign-in', target: '_blank', rel: 'noopener', textContent: note.dataset.signIn };
    note.append(Object.assign(document.createElement('a'), way));
  }
}
