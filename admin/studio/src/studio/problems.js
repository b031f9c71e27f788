/** The list of problems at the foot of the studio, and their counts beside the parts. */
import { element } from './choices.js';
import { say } from './words.js';

/** matter.json's properties by the page they are edited on. */
const SECTIONS = [
  ['materials', /^materials/],
  ['limits', /^limits/],
  ['fees', /^guide\.fees/],
  ['guide', /^guide/],
  ['papers', /^(papers|certificates?)\b/],
];

/** "definition/materials" for a finding of matter.json, else the part. */
export function placeOf({ part, element: path }) {
  if (part !== 'definition') return part.startsWith('tests/') ? 'tests' : part;
  const found = SECTIONS.find(([, pattern]) => pattern.test(path ?? ''));
  return `definition/${found ? found[0] : 'basics'}`;
}

/** The address within the draft where a finding is mended. */
export function hrefOf(address, finding) {
  const place = placeOf(finding).replace(/^definition\//, 'settings/');
  return `${address}/${place}${finding.element ? `#element=${encodeURIComponent(finding.element)}` : ''}`;
}

/** What the rail calls the part a finding is in. */
function nameOf(finding) {
  const badge = document.querySelector(`.studio-count[data-count="${CSS.escape(placeOf(finding))}"]`);
  return badge?.closest('.studio-link')?.querySelector('.studio-link-name')?.textContent ?? finding.part;
}

export function problemsOf(root, { address, isHere, select }) {
  const bar = root.querySelector('[data-problems-toggle]');
  const list = root.querySelector('[data-problems-list]');
  const said = root.querySelector('[data-problems-said]');

  function open(yes) {
    bar.setAttribute('aria-expanded', String(yes));
    list.hidden = !yes;
  }
  bar.addEventListener('click', () => open(list.hidden));

  return {
    open,
    fail() {
      said.textContent = say('checkFailed');
    },
    show(findings) {
      const errors = findings.filter((each) => each.severity === 'error').length;
      said.textContent = findings.length
        ? say('problems', { errors, warnings: findings.length - errors })
        : say('noProblems');
      root.dataset.problems = errors ? 'errors' : findings.length ? 'warnings' : 'none';
      list.replaceChildren(...findings.map(row));
      count(findings);
    },
  };

  function row(finding) {
    const here = isHere(finding);
    const place = element('span', { className: 'studio-problem-place', textContent: [nameOf(finding), finding.line && say('line', { n: finding.line })].filter(Boolean).join(' · ') });
    place.title = [finding.part, finding.element].filter(Boolean).join(' · ');
    const line = element('a', { className: `studio-problem is-${finding.severity}`, href: hrefOf(address, finding) },
      element('span', { className: `tag tag-${finding.severity === 'error' ? 'red' : 'yellow'}`, textContent: say(finding.severity) }),
      element('span', { className: 'studio-problem-text', textContent: finding.message }),
      place);
    if (here) {
      line.addEventListener('click', (event) => {
        event.preventDefault();
        select(finding.element, finding);
      });
    }
    return line;
  }

  function count(findings) {
    const counts = new Map();
    for (const finding of findings) {
      const place = placeOf(finding);
      const known = counts.get(place) ?? { errors: 0, all: 0 };
      known.all += 1;
      if (finding.severity === 'error') known.errors += 1;
      counts.set(place, known);
    }
    for (const badge of document.querySelectorAll('.studio-count')) {
      const known = counts.get(badge.dataset.count);
      badge.textContent = known ? String(known.all) : '';
      badge.classList.toggle('is-error', Boolean(known?.errors));
    }
  }
}
