/**
 * Two people's settings put together. What they touch is told property by property of matter.json,
 * the fees apart from the rest of the guide: only what both changed, each in their own way, has to
 * be asked about.
 */
import { ordered } from '../order.js';
import { at, changed } from './paths.js';

const FEES = 'guide.fees';
/** Follow the other parts by themselves. */
const DERIVED = ['process', 'decisions', 'forms'];
const SECTIONS = {
  materials: 'materials', limits: 'limits', guide: 'guide', [FEES]: 'fees',
  certificate: 'papers', certificates: 'papers', papers: 'papers',
};

/**
 * @param {object} base what both began with
 * @returns {{ mine: object, theirs: object, took: string[], both: boolean }} both contents with what
 *   only the other changed taken over; `took`: the sections of what is theirs; `both`: whether
 *   something was changed by both, which is where the two contents differ.
 */
export function merged(base, mine, theirs) {
  const result = { mine, theirs, took: [], both: false };
  const names = new Set([FEES, ...[base, mine, theirs].flatMap(Object.keys)]);
  for (const name of names) {
    const [was, own, other] = [base, mine, theirs].map((content) => part(content, name));
    if (same(own, other)) continue;
    if (same(was, own) || DERIVED.includes(name)) {
      result.mine = put(result.mine, name, theirs);
      if (!DERIVED.includes(name)) result.took.push(SECTIONS[name] ?? 'basics');
    } else if (same(was, other)) result.theirs = put(result.theirs, name, mine);
    else result.both = true;
  }
  return { ...result, took: [...new Set(result.took)] };
}

/** What stands at a name; of the guide all but its fees. */
const part = (content, name) => (name === 'guide' ? changed(content, FEES)?.guide : at(content, name));

function put(content, name, from) {
  if (name !== 'guide') return changed(content, name, at(from, name));
  const fees = at(content, FEES);
  return changed({ ...content, guide: from.guide }, FEES, fees);
}

const same = (one, other) => JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
