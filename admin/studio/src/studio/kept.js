/**
 * What was typed and isn't on the server yet, kept in this browser: it outlives a lost connection, an
 * ended session, a closed tab, and the draft: if that is published or thrown away meanwhile, the next
 * one offers it. One copy for each person, matter and part.
 */
const PREFIX = 'onewindow.draft';

export function keptCopy({ person, matter }, part) {
  const name = [PREFIX, person, matter, part].join(':');
  return {
    /** @returns {{ content: any, etag: string|null, at: string }|null} */
    read() {
      try {
        return JSON.parse(localStorage.getItem(name));
      } catch {
        return null;
      }
    },
    /** Whether it could be kept: a browser may forbid it or be full. */
    write(content, etag) {
      try {
        localStorage.setItem(name, JSON.stringify({ content, etag, at: new Date().toISOString() }));
        return true;
      } catch {
        return false;
      }
    },
    drop() {
      try {
        localStorage.removeItem(name);
      } catch {
        // Nothing was kept then.
      }
    },
  };
}
