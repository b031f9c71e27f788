/**
 * Bundles the FEEL engine for the V8 isolate: platform/feel/js → platform/feel/bundle/feel.js.
 *
 * One self-contained script without modules, DOM or Node: the isolate has none of them.
 * Names are kept because feelin reads parameter names from functions.
 */
import path from 'node:path';
import { build as esbuild } from 'esbuild';

export async function build({ root }) {
  const outfile = path.join(root, 'platform/feel/bundle/feel.js');
  await esbuild({
    entryPoints: [path.join(root, 'platform/feel/js/main.ts')],
    outfile,
    bundle: true,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    charset: 'utf8',
    minify: true,
    keepNames: true,
    legalComments: 'eof',
    // The sources live outside this folder; the packages are installed here.
    nodePaths: [path.join(root, 'admin/studio/node_modules')],
    logLevel: 'warning',
  });
  return [outfile];
}
