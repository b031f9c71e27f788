/**
 * The live process diagram: draws the case's BPMN and marks where it stands. Markup comes from the
 * macro `ui.diagram`; the words on the buttons are the page's.
 */
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';

import '../css/diagram.css';
import { all } from '../app/page.js';

const STATES = ['done', 'current', 'overdue'];
const PAN = 60;

async function draw(box) {
  if (box.dataset.drawn) return;
  box.dataset.drawn = 'yes';
  const canvasBox = box.querySelector('[data-diagram-canvas]');
  const viewer = new NavigatedViewer({
    container: canvasBox,
    // Told at once where others have to follow.
    canvas: { deferUpdate: !box.closest('[data-together]') },
    // Custom properties, so that states and the dark theme are a matter of CSS alone.
    bpmnRenderer: {
      defaultFillColor: 'var(--inside)',
      defaultStrokeColor: 'var(--shape)',
      defaultLabelColor: 'var(--text)',
    },
  });
  try {
    const answer = await fetch(box.dataset.diagram, { headers: { accept: 'application/xml' } });
    if (!answer.ok) throw new Error(String(answer.status));
    await viewer.importXML(await answer.text());
  } catch {
    box.classList.add('is-broken');
    return;
  }
  const canvas = viewer.get('canvas');
  mark(viewer, box);
  annotate(viewer, box);
  fit(canvas, viewer, box);
  together(canvas, viewer, box);
  box.classList.add('is-drawn');

  const act = {
    in: () => canvas.zoom(Math.min(canvas.zoom() * 1.25, 4)),
    out: () => canvas.zoom(Math.max(canvas.zoom() / 1.25, 0.2)),
    fit: () => whole(canvas),
    here: () => fit(canvas, viewer, box),
  };
  for (const button of box.querySelectorAll('[data-diagram-zoom]')) {
    button.addEventListener('click', () => act[button.dataset.diagramZoom]());
  }
  canvasBox.addEventListener('keydown', (event) => {
    const moves = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };
    if (moves[event.key]) {
      canvas.scroll({ dx: moves[event.key][0], dy: moves[event.key][1] });
    } else if (event.key === '+' || event.key === '=') act.in();
    else if (event.key === '-') act.out();
    else if (event.key === '0') act.fit();
    else return;
    event.preventDefault();
  });
}

/** Colours by class; flows between two passed elements are passed too. */
function mark(viewer, box) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const passed = new Set();
  for (const state of STATES) {
    for (const id of (box.dataset[state] ?? '').split(/\s+/).filter(Boolean)) {
      if (!registry.get(id)) continue;
      canvas.addMarker(id, `is-${state}`);
      passed.add(id);
    }
  }
  const done = new Set((box.dataset.done ?? '').split(/\s+/));
  for (const flow of registry.filter((element) => element.type === 'bpmn:SequenceFlow')) {
    if (done.has(flow.source?.id) && passed.has(flow.target?.id)) canvas.addMarker(flow.id, 'is-done');
  }
}

/** What a page says of elements besides: a mark by colour and line, a note at the corner. */
function annotate(viewer, box) {
  const registry = viewer.get('elementRegistry');
  const said = (name) => Object.entries(JSON.parse(box.dataset[name] ?? '{}')).filter(([id]) => registry.get(id));
  for (const [id, kind] of said('marks')) viewer.get('canvas').addMarker(id, `is-${kind}`);
  for (const [id, text] of said('notes')) {
    const html = Object.assign(document.createElement('span'), { className: 'diagram-note', textContent: text });
    viewer.get('overlays').add(id, { position: { top: -16, left: -4 }, scale: { min: 0.75 }, html });
  }
}

const companions = new Map();
let following = false;

/** Drawings under one [data-together] show the same stretch of their process. */
function together(canvas, viewer, box) {
  const group = box.closest('[data-together]');
  if (!group) return;
  const canvases = companions.get(group) ?? [];
  companions.set(group, [...canvases, canvas]);
  viewer.on('canvas.viewbox.changed', ({ viewbox: { x, y, width, height } }) => {
    if (following) return;
    following = true;
    for (const other of companions.get(group)) if (other !== canvas) other.viewbox({ x, y, width, height });
    following = false;
  });
  if (canvases.length) {
    const { x, y, width, height } = canvases[0].viewbox();
    canvas.viewbox({ x, y, width, height });
  }
}

/** The whole process when it fits readably, else the part where the case stands. */
function fit(canvas, viewer, box) {
  const zoom = whole(canvas);
  if (box.dataset.marks) return; // what is marked is to be seen at once
  const ids = `${box.dataset.overdue ?? ''} ${box.dataset.current ?? ''}`.split(/\s+/).filter(Boolean);
  if (box.closest('[data-together]')) ids.push(...Object.keys(JSON.parse(box.dataset.marks ?? '{}')));
  const registry = viewer.get('elementRegistry');
  const here = ids.map((id) => registry.get(id)).find(Boolean);
  const start = registry.find((element) => element.type === 'bpmn:StartEvent');
  if (zoom < 0.55 && here) {
    canvas.zoom(0.8);
    canvas.scrollToElement(here, 80);
  } else if (zoom < 0.4 && start) {
    canvas.zoom(0.6);
    canvas.scrollToElement(start, { left: 30, top: 130, right: 30, bottom: 130 });
  }
}

/** All of it in the middle with air around it, never larger than life; tells the zoom. */
function whole(canvas) {
  const { inner, outer } = canvas.viewbox();
  const air = 24;
  const scale = Math.min((outer.width - 2 * air) / inner.width, (outer.height - 2 * air) / inner.height, 1);
  canvas.viewbox({
    x: inner.x + inner.width / 2 - outer.width / scale / 2,
    y: inner.y + inner.height / 2 - outer.height / scale / 2,
    width: outer.width / scale,
    height: outer.height / scale,
  });
  return scale;
}

/**
 * A diagram is drawn when it is about to be seen, so that a hidden tab costs nothing; further down
 * the page when there is nothing else to do, because people print guides.
 */
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (entry.isIntersecting) {
      seen.unobserve(entry.target);
      draw(entry.target);
    }
  }
}, { rootMargin: '200px' });

const whenIdle = window.requestIdleCallback ?? ((act) => setTimeout(act, 1000));

function find(root) {
  for (const box of all(root, '[data-diagram]')) {
    seen.observe(box);
    whenIdle(() => box.offsetParent && draw(box));
  }
}

find(document.body);
document.addEventListener('htmx:load', (event) => find(event.detail.elt));
