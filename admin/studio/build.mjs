/**
 * Builds what runs outside Python: the V8 bundles and the browser pages.
 *
 *   node build.mjs              builds everything
 *   node build.mjs feel forms   builds only these
 *
 * Each room keeps its own builder in build/<name>.mjs, exporting
 * `async build({ root })` with `root` the repository's folder; it resolves to the
 * list of files it wrote (absolute paths), whose sizes are printed here.
 * Builders run one after another: a machine with two cores gains nothing from more.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '..', '..');

/** In building order: the forms bundle runs inside the isolate that feel opens. */
const NAMES = ['feel', 'forms', 'bpmn', 'pages'];

const builderOf = (name) => path.join(here, 'build', `${name}.mjs`);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !NAMES.includes(name));
if (unknown.length) {
  console.error(`Unknown: ${unknown.join(', ')}. Known: ${NAMES.join(', ')}.`);
  process.exit(2);
}

const names = asked.length ? asked : NAMES.filter((name) => existsSync(builderOf(name)));

for (const name of names) {
  const started = Date.now();
  const { build } = await import(pathToFileURL(builderOf(name)).href);
  const files = (await build({ root })) ?? [];
  console.log(`${name}: built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  for (const file of files) console.log(`  ${sizes(file)}  ${path.relative(root, file)}`);
}

function sizes(file) {
  const kb = (bytes) => `${(bytes / 1024).toFixed(0)} KB`.padStart(8);
  return `${kb(statSync(file).size)} (${kb(gzipSync(readFileSync(file)).length).trim()} gzip)`;
}
