/**
 * One self-contained script for the V8 isolate, without modules, DOM or Node: it has none of them.
 */
import path from 'node:path';
import { build as esbuild } from 'esbuild';

/** Bundles `entry` into `outfile`, both told from `root`; `more` are options of esbuild's. */
export async function bundle(root, entry, outfile, more = {}) {
  const file = path.join(root, outfile);
  await esbuild({
    entryPoints: [path.join(root, entry)],
    outfile: file,
    bundle: true,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    charset: 'utf8',
    minify: true,
    // feelin reads the parameter names of functions that don't declare them.
    keepNames: true,
    legalComments: 'eof',
    // The sources live outside this folder; the packages are installed here.
    nodePaths: [path.join(root, 'admin/studio/node_modules')],
    logLevel: 'warning',
    ...more,
  });
  return [file];
}
