/** Bundles bpmnlint's rules for the V8 isolate: bpmn/js → bpmn/bundle/habits.js. */
import path from 'node:path';
import { build as esbuild } from 'esbuild';
import { packages } from './forms.mjs';

export async function build({ root }) {
  const outfile = path.join(root, 'bpmn/bundle/habits.js');
  await esbuild({
    entryPoints: [path.join(root, 'bpmn/js/habits.js')],
    outfile,
    bundle: true,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    charset: 'utf8',
    minify: true,
    legalComments: 'eof',
    plugins: [packages()],
    logLevel: 'warning',
  });
  return [outfile];
}
