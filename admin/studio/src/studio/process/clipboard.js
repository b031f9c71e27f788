/**
 * Copy in one matter, paste in another: what is copied is also kept in the browser, and read back as
 * elements of the drawing it is pasted into. Within one page it stays what it was, references too.
 */
import { is } from 'bpmn-js/lib/util/ModelUtil';

const KEY = 'onewindow.studio.clipboard';
const AFTER_CORE = 500;
const MADE_UP = /^[A-Z][A-Za-z]*_[0-9a-z]{7}$/; // bpmn-js's own way: Activity_0x1y2z3

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

/** What is pasted gets an id like what it was copied from: review, review_2 … */
class PastedIds {
  static $inject = ['eventBus', 'moddle', 'placing'];

  constructor(eventBus, moddle, placing) {
    eventBus.on('copyPaste.pasteElement', AFTER_CORE, ({ descriptor }) => {
      const { id: from, businessObject } = descriptor;
      if (!is(businessObject, 'bpmn:FlowNode') || descriptor.labelTarget || businessObject.id === from || MADE_UP.test(from)) return;
      moddle.ids.unclaim(businessObject.id);
      businessObject.id = placing.freeId(from.replace(/_\d+$/, ''));
      moddle.ids.claim(businessObject.id, businessObject);
    });
  }
}

export default {
  __init__: ['pastedIds'],
  clipboard: ['type', SharedClipboard],
  pastedIds: ['type', PastedIds],
};
