/** The bar above the drawing: undo, align, zoom, find, simulate, minimap, help, download, print. */

const PAN = 60;

export function startTools(root, modeler, { editor, page, readonly, fit }) {
  const canvas = modeler.get('canvas');
  const get = (name) => modeler.get(name, false);
  const acts = {
    undo: () => get('commandStack').undo(),
    redo: () => get('commandStack').redo(),
    copy: () => get('editorActions').trigger('copy'),
    paste: () => get('editorActions').trigger('paste'),
    find: () => setTimeout(() => get('searchPad').toggle()), // after the click, which would close it
    in: () => canvas.zoom(Math.min(canvas.zoom() * 1.25, 4)),
    out: () => canvas.zoom(Math.max(canvas.zoom() / 1.25, 0.2)),
    fit,
    map: () => get('minimap').toggle(),
    simulate: () => get('toggleMode').toggleMode(),
    help: () => root.querySelector('[data-process-help]').showModal(),
    print: () => window.print(),
    bpmn: async () => download(`${page.matter}.bpmn`, await editor.read(), 'application/xml'),
    svg: async () => download(`${page.matter}.svg`, (await modeler.saveSVG()).svg, 'image/svg+xml'),
  };
  for (const side of ['left', 'center', 'right', 'top', 'middle', 'bottom']) {
    acts[`align-${side}`] = () => get('alignElements').trigger(chosen(), side);
  }
  acts['spread-horizontal'] = () => get('distributeElements').trigger(chosen(), 'horizontal');
  acts['spread-vertical'] = () => get('distributeElements').trigger(chosen(), 'vertical');
  const chosen = () => get('selection').get().filter((element) => !element.waypoints);

  root.addEventListener('click', (event) => {
    const button = event.target.closest('[data-act]');
    if (!button || button.disabled) return;
    if (event.detail) canvas.focus(); // who clicked goes on in the drawing, its keys included
    acts[button.dataset.act]();
    button.closest('details')?.removeAttribute('open');
  });
  // A menu of the bar closes when somebody goes elsewhere.
  document.addEventListener('click', (event) => {
    for (const menu of root.querySelectorAll('.process-menu[open]')) if (!menu.contains(event.target)) menu.open = false;
  });
  root.addEventListener('keydown', (event) => {
    const menu = event.key === 'Escape' && event.target.closest('.process-menu[open]');
    if (!menu) return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });

  const enable = () => {
    const stack = get('commandStack');
    const several = chosen().length;
    const can = {
      undo: stack?.canUndo(), redo: stack?.canRedo(), copy: get('selection').get().length > 0, paste: !get('clipboard')?.isEmpty?.(),
    };
    for (const button of root.querySelectorAll('[data-act]')) {
      const { act } = button.dataset;
      if (act in can) button.disabled = !can[act];
      else if (act.startsWith('align-')) button.disabled = several < 2;
      else if (act.startsWith('spread-')) button.disabled = several < 3;
    }
  };
  for (const event of ['commandStack.changed', 'selection.changed', 'import.done', 'copyPaste.elementsCopied']) modeler.on(event, enable);
  window.addEventListener('focus', enable); // something may have been copied on another page

  modeler.on('minimap.toggle', ({ open }) => press('map', open));
  modeler.on('tokenSimulation.toggleMode', ({ active }) => {
    press('simulate', active);
    root.classList.toggle('is-simulating', active);
  });
  const press = (act, on) => root.querySelector(`[data-act="${act}"]`)?.setAttribute('aria-pressed', String(on));

  keys(root, modeler, { acts, readonly });
  root.querySelector('[data-process-panel]').addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented) canvas.focus();
  });
  enable();
}

function keys(root, modeler, { acts, readonly }) {
  const keyboard = modeler.get('keyboard', false);
  const shift = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };
  const handle = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return undefined; // false would end it here
    if (event.key === '?') acts.help();
    else if (event.key === 't' && !readonly) acts.simulate();
    else if (event.key === ']') step(modeler, 1);
    else if (event.key === '[') step(modeler, -1);
    else if (event.key === 'p') root.querySelector('[data-process-panel] :is(input, select, textarea)')?.focus();
    else if (readonly && shift[event.key]) modeler.get('canvas').scroll({ dx: shift[event.key][0], dy: shift[event.key][1] });
    else return undefined;
    event.preventDefault();
    return true;
  };
  if (keyboard) keyboard.addListener(({ keyEvent }) => handle(keyEvent));
  else modeler.get('canvas').getContainer().addEventListener('keydown', handle);
}

/** Select the next (or last) element in reading order: every element can be reached by keys. */
function step(modeler, by) {
  const elements = modeler.get('elementRegistry').filter((each) => each.parent && each.type !== 'label' && !each.waypoints && each.x !== undefined)
    .sort((one, other) => one.x - other.x || one.y - other.y);
  if (!elements.length) return;
  const [selected] = modeler.get('selection').get();
  const at = selected ? elements.indexOf(selected) : by > 0 ? -1 : 0;
  const next = elements[(at + by + elements.length) % elements.length];
  modeler.get('selection').select(next);
  modeler.get('canvas').scrollToElement(next, 60);
}

function download(name, text, type) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
