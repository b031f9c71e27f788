/**
 * What is known of rules, shown on their numbers: hit by the row just tried, tried by some row, by
 * none, meeting another, never reached, wrong. As rules of a style sheet, since the table draws its
 * rows itself and as often as it likes.
 */
const KINDS = {
  tried: 'box-shadow: inset 3px 0 0 var(--green);',
  untried: 'box-shadow: inset 3px 0 0 var(--line-strong);',
  warned: 'box-shadow: inset 3px 0 0 var(--amber-shape); background: var(--amber-tint);',
  wrong: 'box-shadow: inset 3px 0 0 var(--seal); background: var(--seal-tint);',
};

export function marks(place) {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  place.dataset.marked = '';
  const state = { rules: new Map(), hits: [], wrong: [] };

  function draw() {
    const lines = [];
    for (const [id, kind] of state.rules) lines.push(`${index(id)} { ${KINDS[kind]} }`);
    for (const id of state.wrong) {
      lines.push(`[data-marked] td[data-element-id="${CSS.escape(id)}"] { box-shadow: inset 0 0 0 2px var(--seal); }`);
    }
    for (const id of state.hits) lines.push(`[data-marked] td[data-row-id="${CSS.escape(id)}"] { background: var(--green-tint) !important; }`);
    sheet.replaceSync(lines.join('\n'));
  }
  const index = (id) => `[data-marked] td.rule-index[data-row-id="${CSS.escape(id)}"]`;

  return {
    /** @param {Map<string, string>} rules rule → kind */
    rules(rules) {
      state.rules = rules;
      draw();
    },
    hits(ids) {
      state.hits = ids;
      draw();
      const row = ids[0] && place.querySelector(`[data-row-id="${CSS.escape(ids[0])}"]`);
      row?.scrollIntoView({ block: 'nearest' });
    },
    wrong(findings) {
      state.wrong = findings.filter(({ severity, element }) => severity === 'error' && element).map(({ element }) => element);
      draw();
    },
  };
}
