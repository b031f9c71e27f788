/** The draft's drawing with what a play or the tests have gone through. */
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import '../../css/diagram.css';

const PAN = 60;

export class Drawing {
  /** @param {HTMLElement} canvas */
  constructor(canvas) {
    this.marked = [];
    this.viewer = new NavigatedViewer({
      container: canvas,
      bpmnRenderer: {
        defaultFillColor: 'var(--inside)', defaultStrokeColor: 'var(--shape)', defaultLabelColor: 'var(--text)',
      },
    });
    canvas.addEventListener('keydown', (event) => this.key(event));
  }

  async open(address) {
    const answer = await fetch(address, { headers: { accept: 'application/xml' } });
    if (!answer.ok) throw new Error(String(answer.status));
    await this.viewer.importXML(await answer.text());
    this.whole();
  }

  /** @param {Record<string, string[]>} marks class without "is-" → element ids */
  mark(marks) {
    const canvas = this.viewer.get('canvas');
    const registry = this.viewer.get('elementRegistry');
    for (const [id, name] of this.marked) if (registry.get(id)) canvas.removeMarker(id, name);
    this.marked = Object.entries(marks)
      .flatMap(([name, ids]) => ids.map((id) => [id, `is-${name}`]))
      .filter(([id]) => registry.get(id));
    for (const [id, name] of this.marked) canvas.addMarker(id, name);
  }

  /** Bring elements into view without moving more than needed. */
  show(ids) {
    const registry = this.viewer.get('elementRegistry');
    const found = ids.map((id) => registry.get(id)).filter(Boolean);
    if (found.length && this.scale < 0.7) {
      this.viewer.get('canvas').zoom(0.75);
      this.viewer.get('canvas').scrollToElement(found[0], 60);
    }
  }

  /** Every flow: { id, from, to }. */
  flows() {
    return this.viewer.get('elementRegistry')
      .filter(({ type }) => type === 'bpmn:SequenceFlow')
      .map(({ id, source, target }) => ({ id, from: source?.id, to: target?.id }));
  }

  whole() {
    const canvas = this.viewer.get('canvas');
    const { inner, outer } = canvas.viewbox();
    const air = 16;
    this.scale = Math.min((outer.width - 2 * air) / inner.width, (outer.height - 2 * air) / inner.height, 1);
    canvas.viewbox({
      x: inner.x + inner.width / 2 - outer.width / this.scale / 2,
      y: inner.y + inner.height / 2 - outer.height / this.scale / 2,
      width: outer.width / this.scale,
      height: outer.height / this.scale,
    });
  }

  key(event) {
    const canvas = this.viewer.get('canvas');
    const moves = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };
    if (moves[event.key]) canvas.scroll({ dx: moves[event.key][0], dy: moves[event.key][1] });
    else if (event.key === '+' || event.key === '=') canvas.zoom(Math.min(canvas.zoom() * 1.25, 4));
    else if (event.key === '-') canvas.zoom(Math.max(canvas.zoom() / 1.25, 0.2));
    else if (event.key === '0') this.whole();
    else return;
    event.preventDefault();
  }
}
