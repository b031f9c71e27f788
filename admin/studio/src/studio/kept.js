/**
 * What was typed and isn't on the server yet, kept in this browser: it outlives a lost connection, an
 * ended session and a closed tab. One copy for each person, draft and part.
 */
const PREFIX = 'onewindow.draft';

export function keptCopy({ person, matter, number }, part) {
  const name = [PREFIX, person, matter, number, part].join(':');
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
