/**
 * Copy in one matter, paste in another: what is copied is also kept in the browser, and read back as
 * elements of the drawing it is pasted into. Within one page it stays what it was, references too.
 */
const KEY = 'onewindow.studio.clipboard';

class SharedClipboard {
  static $inject = ['moddle'];

  constructor(moddle) {
    this.moddle = moddle;
  }

  get() {
    const kept = localStorage.getItem(KEY);
    if (!kept || kept === this.text) return this.data;
    try {
      return JSON.parse(kept, (_name, value) => this.#revived(value));
    } catch {
      return this.data;
    }
  }

  set(data) {
    this.data = data;
    try {
      this.text = JSON.stringify(data);
      localStorage.setItem(KEY, this.text);
    } catch {
      this.text = null; // too large to be kept: it can still be pasted on this page
    }
  }

  clear() {
    const data = this.get();
    delete this.data;
    localStorage.removeItem(KEY);
    return data;
  }

  isEmpty() {
    return !this.get();
  }

  #revived(value) {
    if (!value || typeof value !== 'object' || typeof value.$type !== 'string') return value;
    const { $type, $attrs, ...properties } = value;
    return this.moddle.create($type, { ...$attrs, ...properties });
  }
}

export default { clipboard: ['type', SharedClipboard] };
