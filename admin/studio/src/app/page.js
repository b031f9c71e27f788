/** Small things that several modules need. */

/** Elements matching `selector` in `root`, itself included. */
export function all(root, selector) {
  const found = [...root.querySelectorAll(selector)];
  if (root.matches?.(selector)) found.unshift(root);
  return found;
}

/** One listener on the document for elements that come and go: `handle(element, event)`. */
export function on(type, selector, handle, options) {
  document.addEventListener(
    type,
    (event) => {
      const element = event.target.closest?.(selector);
      if (element) handle(element, event);
    },
    options,
  );
}

/** The CSRF token, to be sent as the header x-csrftoken. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? '';
}

/** A year-long cookie for choices about the look; never for anything secret. */
export function remember(name, value) {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

/** Whether the person is typing, so that single keys are theirs and not shortcuts. */
export function isTyping(target) {
  return Boolean(
    target.closest?.(
      'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable], dialog[open]',
    ),
  );
}
