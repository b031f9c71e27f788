/**
 * Live counters: <body data-live-url="/live"> is a stream of server-sent events; the event's name
 * is a counter's name and its data the number: `event: inbox`, `data: 12`. Every [data-live=inbox]
 * shows it, and `live:inbox` on <body> lets a table reload itself (hx-trigger="live:inbox from:body").
 *
 * The stream is open only while the page is seen: browsers allow six connections to a host.
 */

const waiting = new Map();
const known = new Set();

export const live = {
  starts() {
    const address = document.body.dataset.liveUrl;
    if (!address || !('EventSource' in window)) return;
    const names = new Set([...document.querySelectorAll('[data-live]')].map((badge) => badge.dataset.live));
    if (!names.size) return;
    let stream;
    const follow = () => {
      if (document.visibilityState === 'visible') stream ??= listen(address, names);
      else {
        stream?.close();
        stream = undefined;
      }
    };
    document.addEventListener('visibilitychange', follow);
    follow();
  },
};

function listen(address, names) {
  const stream = new EventSource(address);
  for (const name of names) stream.addEventListener(name, (event) => show(name, event.data));
  return stream;
}

function show(name, value) {
  // The first number is how things stand; only what comes after it is news.
  const isNews = known.has(name);
  known.add(name);
  let changed = false;
  for (const badge of document.querySelectorAll(`[data-live="${CSS.escape(name)}"]`)) {
    const before = badge.textContent.trim();
    const after = value === '0' ? '' : value;
    if (before === after) continue;
    changed = true;
    badge.textContent = after;
    badge.classList.toggle('is-new', isNews && Number(after) > Number(before || 0));
  }
  if (changed && isNews) tell(name);
}

/** A table that reloads itself would take away what somebody is in the middle of: wait for them. */
function tell(name) {
  clearTimeout(waiting.get(name));
  if (document.querySelector('dialog[open], tbody input:checked, .filters input:focus')) {
    waiting.set(name, setTimeout(() => tell(name), 3000));
  } else {
    document.body.dispatchEvent(new CustomEvent(`live:${name}`));
  }
}
