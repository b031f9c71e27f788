/**
 * Rows of components. A definition names them per container, or not at all; form-js takes a name for
 * one row of the whole form, and draws what has none anew with every change. So on the canvas every
 * row has a name of its own, made of where it stands, and what is kept has the names it had.
 */
const MARK = '\u2063';
const ALONE = '~';

/** The definition as the canvas wants it. */
export function spread(form) {
  const copy = JSON.parse(JSON.stringify(form));
  (function mark(holder, at) {
    (holder.components ?? []).forEach((component, index) => {
      if (!component || typeof component !== 'object') return;
      const row = component.layout?.row ?? `${ALONE}${index}`;
      component.layout = { ...component.layout, row: `${at}${MARK}${row}` };
      mark(component, `${at}.${index}`);
    });
  })(copy, 'r');
  return copy;
}

/** The definition as it is kept: rows under their own names, none for what stands alone without. */
export function gathered(form) {
  (function unmark({ components = [] }) {
    const count = new Map();
    for (const { layout } of components) count.set(layout?.row, (count.get(layout?.row) ?? 0) + 1);
    for (const component of components) {
      const { row, ...layout } = component.layout ?? {};
      const name = row?.split(MARK).at(-1) ?? '';
      if (layout.columns === null) delete layout.columns;
      const kept = name.startsWith(ALONE)
        ? count.get(row) > 1 && { row: `row_${name.slice(1)}_${components[0].id}` }
        : name && { row: name };
      const whole = { ...kept, ...layout };
      if (Object.keys(whole).length) component.layout = whole;
      else delete component.layout;
      unmark(component);
    }
  })(form);
  return form;
}
