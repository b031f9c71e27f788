/** Icons of the page's sprite, for what is drawn in the browser. */
import { h } from 'preact';

const sprite = document.querySelector('[data-icons]')?.dataset.icons ?? '';

export function spriteIcon(name, className = 'icon') {
  return h('svg', { class: className, 'aria-hidden': 'true' }, h('use', { href: `${sprite}#${name}` }));
}

/** The same as an element. */
export function iconElement(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `${sprite}#${name}`);
  svg.append(use);
  return svg;
}
