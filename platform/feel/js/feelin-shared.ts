/**
 * Stands in for `@bpmn-io/feelin` in bundles loaded after feel.js into the same isolate:
 *
 *   esbuild.build({ alias: { '@bpmn-io/feelin': '<root>/platform/feel/js/feelin-shared.ts' } })
 */
import type * as Shared from './shared';

const { feelin } = globalThis as unknown as { feelin: typeof Shared };

export const { SyntaxError, date, duration, evaluate, parseExpression, parseUnaryTests, unaryTest } =
  feelin;
