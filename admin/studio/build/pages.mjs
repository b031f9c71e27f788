/**
 * Builds the browser code: admin/studio/src → admin/studio/dist, every file with its content's hash
 * in its name, and manifest.json from logical names ("app.js") to those ("app-3FQ2K7XA.js").
 *
 *   theme.js     a few lines that run before the first paint
 *   app.js/css   every page: htmx, our small modules, Tabler with our look
 *   diagram      the live process diagram (bpmn-js), only on pages that show one
 *   form         the form viewer (src/form-viewer.js), only on pages that show one
 *   icons.svg    the Tabler icons that templates and code name, as one sprite
 *
 * Whatever else lies in src/entries/ is built as an entry of its own name.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build as esbuild } from 'esbuild';
import { bundle, transform } from 'lightningcss';

/** Counter PCs stay old: the last Chrome for Windows 7 is 109; phones are newer than this. */
const CSS_TARGETS = { chrome: 100 << 16, safari: (15 << 16) | (4 << 8), firefox: 102 << 16 };
const JS_TARGET = ['chrome100', 'safari15.4', 'firefox102'];

/**
 * Tabler's families that no page of ours wears: we have our own, or no use for them. What stays:
 * utilities, grid, forms, buttons, tables, cards, badges, alerts, avatars, progress, lists, dropdowns.
 */
const DROPPED = `
  accordion apexcharts bg-pattern breadcrumb browser bs-popover bs-tooltip calendar carousel chat chip
  chips datagrid demo device divide dropzone empty fc footer fslightbox hero hugerte icon io jvm legend
  lightbox link litepicker markdown marketing mention modal navbar noUi object offcanvas otp page
  pagination pattern payment plyr popover pricing ribbon screenshot segmented settings signal social
  sortable sparkline star stars step steps switch-icon tag tags timeline toast tooltip tox tracking ts
`.trim().split(/\s+/);

/** Colours outside our palette (every component has a variant for each), brands, screens of 1400 px+. */
const FOREIGN =
  /-(azure|indigo|purple|pink|orange|lime|teal|cyan|facebook|twitter|x|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|xxl|print)(-|$)/;

/** @returns {Promise<string[]>} the files written */
export async function build({ root }) {
  const studio = path.join(root, 'admin/studio');
  const source = path.join(studio, 'src');
  const dist = path.join(studio, 'dist');
  await mkdir(dist, { recursive: true });

  const manifest = {};
  await scripts(source, dist, manifest, studio);
  await keep(dist, manifest, 'app.css', styles(path.join(source, 'css/app.css'), studio));
  await keep(dist, manifest, 'icons.svg', await sprite(root, studio));
  await keep(dist, manifest, 'favicon.svg', await readFile(path.join(source, 'art/favicon.svg')));

  const sorted = Object.fromEntries(Object.entries(manifest).sort());
  await writeFile(path.join(dist, 'manifest.json'), JSON.stringify(sorted, null, 1) + '\n');
  await tidy(dist, new Set(Object.values(sorted)));
  return Object.values(sorted).map((name) => path.join(dist, name));
}

async function scripts(source, dist, manifest, studio) {
  const folder = path.join(source, 'entries');
  const entries = (await readdir(folder))
    .filter((name) => /\.(js|ts)$/.test(name))
    .map((name) => path.join(folder, name));
  // What draws forms or expressions: the form viewer's page and the studio's.
  const form = entries.filter((entry) => /^(form|studio-.*)\.(js|ts)$/.test(path.basename(entry)));
  await bundled(entries.filter((entry) => !form.includes(entry)), dist, manifest, studio);
  if (existsSync(path.join(source, 'form-viewer.js'))) {
    const { plugins } = await import('./forms.mjs');
    // FEEL's engine reads the parameter names of functions.
    await bundled(form, dist, manifest, studio, { plugins: plugins(), keepNames: true });
  }
}

async function bundled(entryPoints, dist, manifest, studio, more = {}) {
  const result = await esbuild({
    entryPoints,
    outdir: dist,
    entryNames: '[name]-[hash]',
    bundle: true,
    format: 'iife',
    target: JS_TARGET,
    charset: 'utf8',
    minify: true,
    legalComments: 'eof',
    loader: { '.woff2': 'dataurl', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'dataurl' },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    nodePaths: [path.join(studio, 'node_modules')],
    define: { 'process.env.NODE_ENV': '"production"' },
    metafile: true,
    logLevel: 'warning',
    ...more,
  });
  for (const file of Object.keys(result.metafile.outputs)) {
    const name = path.basename(file);
    manifest[name.replace(/-[A-Z0-9]{8}\./, '.')] = name;
  }
}

/** Tabler without the dropped families, then ours, written for the browsers above. */
function styles(entry, studio) {
  const tabler = path.join(studio, 'node_modules/@tabler/core/dist/css/tabler.css');
  const kit = transform({
    filename: tabler,
    code: readFileSync(tabler),
    visitor: { Rule: { style: withoutDropped } },
  });
  const ours = bundle({ filename: entry });
  const code = Buffer.concat([kit.code, ours.code]);
  return transform({ filename: entry, code, minify: true, targets: CSS_TARGETS }).code;
}

/** A rule shared with a family that stays is kept whole. */
function withoutDropped(rule) {
  return rule.value.selectors.every(dropped) ? [] : undefined;
}

/** Whether any class of the selector belongs to a dropped family. */
function dropped(selector) {
  return selector.some(
    (part) =>
      part.type === 'class' &&
      (FOREIGN.test(part.name) ||
        DROPPED.some((family) => part.name === family || part.name.startsWith(`${family}-`))),
  );
}

async function sprite(root, studio) {
  const names = await iconNames(root);
  const symbols = [];
  for (const name of [...names].sort()) {
    const [kind, file] = name.endsWith('-filled') ? ['filled', name.slice(0, -7)] : ['outline', name];
    const drawn = path.join(studio, 'node_modules/@tabler/icons/icons', kind, `${file}.svg`);
    if (!existsSync(drawn)) throw new Error(`No Tabler icon is named ${name}.`);
    const svg = await readFile(drawn, 'utf8');
    const inner = svg
      .replace(/<!--[\s\S]*?-->/g, '')
      .replace(/^[\s\S]*?<svg[^>]*>/, '')
      .replace(/<\/svg>\s*$/, '')
      .replace(/\s*\n\s*/g, '');
    const paint = kind === 'filled' ? ' fill="currentColor" stroke="none"' : '';
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24"${paint}>${inner}</symbol>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`;
}

/** Every icon("name"), icon="name" and icon_name="name" in templates and Python. */
async function iconNames(root) {
  const names = new Set();
  for (const top of ['platform/onewindow', 'admin']) {
    for await (const file of walk(path.join(root, top))) {
      if (!/\.(html|py|js|ts)$/.test(file)) continue;
      const text = await readFile(file, 'utf8');
      for (const found of text.matchAll(/\bicon(?:_name)?\s*[(=:]\s*["']([a-z0-9-]+)["']/g)) {
        names.add(found[1]);
      }
      // Icons chosen at run time are named in a comment: {# icons: a b #} or `# icons: a b`.
      for (const found of text.matchAll(/(?:\{#|# ) ?icons: ([a-z0-9 -]+)/g)) {
        for (const name of found[1].trim().split(/\s+/)) names.add(name);
      }
    }
  }
  return names;
}

async function* walk(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', '__pycache__', 'bundle'].includes(entry.name)) continue;
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(full);
    else yield full;
  }
}

async function keep(dist, manifest, name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase();
  const { name: stem, ext } = path.parse(name);
  manifest[name] = `${stem}-${hash}${ext}`;
  await writeFile(path.join(dist, manifest[name]), content);
}

/** Brotli beside each text file, so that no server has to do it again; earlier builds go. */
async function tidy(dist, current) {
  for (const entry of await readdir(dist, { withFileTypes: true })) {
    const { name } = entry;
    const known = name === 'manifest.json' || current.has(name.replace(/\.br$/, ''));
    // Stamps of make and folders of others aren't ours to tidy.
    if (entry.isFile() && !known && !name.startsWith('.')) await rm(path.join(dist, name));
  }
  for (const name of current) {
    const file = path.join(dist, name);
    if (!/\.(js|css|svg)$/.test(name) || existsSync(`${file}.br`)) continue;
    const content = await readFile(file);
    const packed = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
    if (packed.length < content.length) await writeFile(`${file}.br`, packed);
  }
}
