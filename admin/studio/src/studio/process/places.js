/** Where things are on the drawing, and what lies on what. */

export const withInner = (elements) => elements.flatMap((each) => [each, ...withInner(each.children ?? [])]);

export const middleOf = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });

/** The straight pieces of a way: [[from, to]]. */
export const pieces = (way) => way.slice(1).map((to, k) => [way[k], to]);

/** `area` made larger by `by` on every side, or smaller where that is negative. */
export const grown = ({ x, y, width, height }, by) => ({ x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by });

/** Whether a shape, or a stretch of a flow, lies in `area`. */
export const touches = (element, area) => (element.waypoints ? runsThrough(element.waypoints, area) : meet(element, area));

export const runsThrough = (way, area) => pieces(way).some(([from, to]) =>
  meet({ x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: Math.abs(from.x - to.x), height: Math.abs(from.y - to.y) }, area));

const meet = (one, other) => one.x < other.x + other.width && other.x < one.x + one.width
  && one.y < other.y + other.height && other.y < one.y + one.height;
