/**
 * Lays flows around the steps: where a new or moved one would run through a step, other sides of
 * its two ends are tried. What was laid by hand and runs through nothing stays as it is.
 */
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { connectRectangles } from 'diagram-js/lib/layout/ManhattanLayout';

import { grown, pieces, runsThrough, withInner } from './places.js';

const SIDES = ['r', 'b', 't', 'l'];
const LAYOUTS = SIDES.flatMap((from) => SIDES.map((to) => `${from}:${to}`));
const [THROUGH, ALONG, BEND] = [1000, 300, 40]; // what a way costs besides its length

class Routing {
  static $inject = ['eventBus', 'modeling', 'canvas'];

  constructor(eventBus, modeling, canvas) {
    Object.assign(this, { modeling, canvas });
    const mend = (flows) => {
      for (const flow of new Set(flows)) if (is(flow, 'bpmn:SequenceFlow') && this.#through(flow, flow.waypoints)) this.lay(flow);
    };
    for (const command of ['connection.create', 'connection.reconnect']) {
      eventBus.on(`commandStack.${command}.postExecuted`, ({ context }) => mend([context.connection]));
    }
    eventBus.on('commandStack.elements.move.postExecuted', ({ context }) =>
      mend(context.shapes.flatMap(({ incoming, outgoing }) => [...incoming, ...outgoing])));
  }

  /** Lay `flow` anew, the cheapest way there is. */
  lay(flow) {
    const ways = LAYOUTS.map((layout) => connectRectangles(flow.source, flow.target, null, null, { preferredLayouts: [layout] }));
    const costs = ways.map((way) => this.#cost(flow, way));
    const best = Math.min(...costs);
    if (best < this.#cost(flow, flow.waypoints)) this.modeling.updateWaypoints(flow, ways[costs.indexOf(best)]);
  }

  #cost(flow, way) {
    const length = pieces(way).reduce((sum, [from, to]) => sum + Math.abs(from.x - to.x) + Math.abs(from.y - to.y), 0);
    const along = this.#others(flow, 'bpmn:SequenceFlow').filter((other) => pieces(way).some((one) => pieces(other.waypoints).some((two) => isAlong(one, two))));
    return THROUGH * this.#through(flow, way) + ALONG * along.length + BEND * way.length + length;
  }

  /** How many steps `way` runs through; its own two ends may be touched from outside. */
  #through(flow, way) {
    const ends = [flow.source, flow.target, flow.source.host, flow.target.host];
    const air = (each) => (ends.includes(each) ? -8 : 6);
    return this.#others(flow, 'bpmn:FlowNode').filter((each) => runsThrough(way, grown(each, air(each)))).length;
  }

  #others(flow, type) {
    return withInner(this.canvas.getRootElement().children)
      .filter((each) => each !== flow && each.parent === flow.parent && each.type !== 'label' && is(each, type));
  }
}

/** Whether two straight pieces lie on one another for a while. */
function isAlong([a, b], [c, d]) {
  const on = (across, along) => {
    const shared = Math.min(Math.max(a[along], b[along]), Math.max(c[along], d[along])) - Math.max(Math.min(a[along], b[along]), Math.min(c[along], d[along]));
    return shared > 12 && [b, c, d].every((point) => Math.abs(point[across] - a[across]) < 4);
  };
  return on('x', 'y') || on('y', 'x');
}

export default { __init__: ['routing'], routing: ['type', Routing] };
