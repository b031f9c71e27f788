/** Findings in the drawing: a mark on each element that has some, worst first. */
import { t } from './words.js';

const TYPE = 'studio-finding';

export function marksOf(modeler) {
  const overlays = modeler.get('overlays');
  const registry = modeler.get('elementRegistry');
  const canvas = modeler.get('canvas');
  let marked = [];
  const choose = (element) => {
    modeler.get('selection').select(element);
    canvas.focus(); // its keys are for what is selected now
  };

  return {
    show(findings) {
      overlays.remove({ type: TYPE });
      for (const [id, marker] of marked) if (registry.get(id)) canvas.removeMarker(id, marker);
      marked = [];
      for (const [id, own] of grouped(findings)) {
        const element = registry.get(id);
        if (!element?.parent) continue;
        const worst = own.some((finding) => finding.severity === 'error') ? 'error' : 'warning';
        canvas.addMarker(id, `has-${worst}`);
        marked.push([id, `has-${worst}`]);
        overlays.add(id, TYPE, { position: place(element), html: badge(own, worst, () => choose(element)) });
      }
    },
  };
}

function grouped(findings) {
  const groups = new Map();
  for (const finding of findings) groups.set(finding.element, [...(groups.get(finding.element) ?? []), finding]);
  return groups;
}

function place(element) {
  if (!element.waypoints) return { top: -10, right: 10 };
  const [first, second] = element.waypoints;
  const box = { x: Math.min(...element.waypoints.map((each) => each.x)), y: Math.min(...element.waypoints.map((each) => each.y)) };
  return { left: (first.x + second.x) / 2 - box.x - 10, top: (first.y + second.y) / 2 - box.y - 10 };
}

function badge(findings, worst, select) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = `process-mark is-${worst}`;
  button.textContent = findings.length > 1 ? String(findings.length) : '!';
  button.title = findings.map((finding) => finding.message).join('\n');
  button.setAttribute('aria-label', t('{n} 个问题：{what}', { n: findings.length, what: findings[0].message }));
  button.addEventListener('click', select);
  return button;
}
