/** The designer's places: tools above, canvas, and the dock with its three tabs. */
import { iconElement } from './sprite.js';
import { t } from './words.js';

const TABS = [['properties', 'adjustments'], ['preview', 'eye'], ['json', 'braces']];

export function drawFrame(root, designer) {
  const tool = (icon, title, act) => {
    const button = element('button', { type: 'button', className: 'fd-tool', title, ariaLabel: title }, iconElement(icon));
    button.addEventListener('click', act);
    return button;
  };
  const undo = tool('arrow-back-up', `${t('undo')} (Ctrl+Z)`, () => designer.undo());
  const redo = tool('arrow-forward-up', `${t('redo')} (Ctrl+Y)`, () => designer.undo('redo'));
  const blocks = element('button', { type: 'button', className: 'btn btn-secondary' }, iconElement('packages'), t('insertBlock'));
  blocks.addEventListener('click', () => designer.insertBlock());
  const search = searchField(designer);
  const tabs = element('div', { className: 'fd-tabs', role: 'tablist' });
  for (const [name, icon] of TABS) {
    const tab = element('button', { type: 'button', role: 'tab', id: `tab-${name}` }, iconElement(icon), t(name));
    tab.dataset.tab = name;
    tab.setAttribute('aria-controls', `dock-${name}`);
    tab.addEventListener('click', () => designer.dock(name));
    tabs.append(tab);
  }
  const bar = element('div', { className: 'fd-bar' }, undo, redo, blocks, search.box, usedBy(designer), tabs);

  const canvas = element('div', { className: 'fd-canvas' });
  const unfit = element('div', { className: 'fd-unfit', role: 'alert', hidden: true });
  const follow = element('div', { className: 'fd-follow', role: 'status', hidden: true });
  const broken = element('div', { className: 'fd-broken', role: 'status', hidden: true });
  const panes = Object.fromEntries(TABS.map(([name]) => {
    const pane = element('section', { className: `fd-dock fd-dock-${name}`, id: `dock-${name}`, role: 'tabpanel' });
    pane.setAttribute('aria-labelledby', `tab-${name}`);
    return [name, pane];
  }));
  const json = element('div', { className: 'fd-json' });
  panes.json.append(broken, json);
  root.append(bar, element('div', { className: 'fd-main' }, unfit, follow, canvas), ...Object.values(panes));

  const told = (place, message) => {
    place.hidden = !message;
    place.textContent = message ?? '';
  };
  return {
    canvas,
    follow,
    json,
    properties: panes.properties,
    preview: panes.preview,
    search: search.field,
    unfit: (message) => told(unfit, message),
    broken: (message) => told(broken, message),
    undoable(back, forth) {
      undo.disabled = !back;
      redo.disabled = !forth;
    },
    docked(which) {
      for (const [name] of TABS) {
        panes[name].hidden = name !== which;
        tabs.querySelector(`[data-tab="${name}"]`).setAttribute('aria-selected', String(name === which));
      }
    },
  };
}

/** Who shows this form: the applicant, the steps of the process. */
function usedBy({ page, studio }) {
  const box = element('div', { className: 'fd-uses' });
  if (page.applies) box.append(element('span', { textContent: t('applicantFills') }));
  for (const { id, name } of page.steps) {
    box.append(element('a', { href: `${studio.address}/process#element=${encodeURIComponent(id)}`, textContent: name, title: t('toStep') }));
  }
  if (!box.childElementCount) box.append(element('span', { className: 'is-unused', textContent: t('unused') }));
  return box;
}

function searchField(designer) {
  const field = element('input', { type: 'search', className: 'form-control', placeholder: t('search'), ariaLabel: t('search') });
  const count = element('span', { className: 'fd-note', role: 'status' });
  let found = [];
  let at = 0;
  const go = () => {
    count.textContent = found.length ? `${at + 1}/${found.length}` : field.value ? '0' : '';
    if (found.length) designer.select(found[at]);
    field.focus();
  };
  field.addEventListener('input', () => {
    found = designer.search(field.value);
    at = 0;
    go();
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && found.length) {
      at = (at + (event.shiftKey ? found.length - 1 : 1)) % found.length;
      go();
    } else if (event.key === 'Escape') {
      field.value = '';
      count.textContent = '';
      field.blur();
    } else return;
    event.preventDefault();
  });
  return { field, box: element('div', { className: 'fd-search' }, iconElement('search'), field, count) };
}

function element(name, { role, ...attributes } = {}, ...children) {
  const made = Object.assign(document.createElement(name), attributes);
  if (role) made.setAttribute('role', role);
  made.append(...children);
  return made;
}
