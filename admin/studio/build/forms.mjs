/**
 * Bundles what judges forms for the V8 isolate: forms/js → forms/bundle/forms.js.
 *
 * The browser judges with the same sources: whoever bundles src/form-viewer.js uses `plugins()`.
 *
 *   node build.mjs forms                       the isolate's bundle
 *   node build/forms.mjs --viewer <folder>     form-viewer.js and .css alone, for tests
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { correctedFeelin } from './feel.mjs';
import { EDITOR, withoutPanel } from './form-editor.mjs';
import { bundle } from './isolate.mjs';

const studio = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const root = path.resolve(studio, '..', '..');

export const build = () =>
  bundle(root, 'forms/js/headless.js', 'forms/bundle/forms.js', { plugins: plugins() });

/** The browser's form viewer as one ES module with its style sheet. */
export async function buildViewer(outdir) {
  await esbuild({
    entryPoints: [path.join(studio, 'src/form-viewer.js')],
    outdir,
    bundle: true,
    format: 'esm',
    target: ['chrome100', 'safari15.4', 'firefox102'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    plugins: plugins(),
    logLevel: 'warning',
  });
  return [path.join(outdir, 'form-viewer.js'), path.join(outdir, 'form-viewer.css')];
}

/**
 * What a bundle with forms in it needs. Each change to a package is a pair of texts that must be
 * found exactly as often as told: an update that moves them stops the build here.
 */
export function plugins() {
  return [
    packages(), correctedFeelin({ root }), changed(VIEWER, 'form-js-viewer'),
    changed(STYLES, 'style-mod'), changed(EDITOR, 'form-js-editor'), withoutPanel(),
  ];
}

/** forms/js lies outside this folder; the packages are installed here. */
function packages() {
  return {
    name: 'packages',
    setup({ initialOptions }) {
      initialOptions.nodePaths = [
        ...(initialOptions.nodePaths ?? []), path.join(studio, 'node_modules'),
      ];
    },
  };
}

/**
 * The words of the bpmn.io mark, which stays where form-js puts it; and no form element of its own:
 * ours stand inside a page's form, and forms don't nest.
 */
const VIEWER = {
  file: /@bpmn-io\/form-js-viewer\/dist\/index\.es\.js$/,
  texts: [
    ['jsxs("form", {\n    class: "fjs-form",', 'jsxs("div", {\n    class: "fjs-form",', 1],
    ['"Web-based tooling for BPMN, DMN, and forms powered by"', '"表单与流程图由开源项目提供支持："', 1],
    ['title: "Powered by bpmn.io"', 'title: "由 bpmn.io 提供支持"', 1],
  ],
};

/** CodeMirror's looks as adopted style sheets: the pages' content policy allows no style elements. */
const STYLES = {
  file: /style-mod\/src\/style-mod\.js$/,
  texts: [['if (!root.head && root.adoptedStyleSheets', 'if (root.adoptedStyleSheets', 1]],
};

function changed({ file, texts }, name) {
  return {
    name: `changed-${name}`,
    setup(builder) {
      builder.onLoad({ filter: file }, async ({ path: source }) => {
        let contents = await readFile(source, 'utf8');
        for (const [before, after, times] of texts) {
          const found = contents.split(before).length - 1;
          if (found !== times) {
            return {
              errors: [{
                text: `${name}: expected ${times} × ${JSON.stringify(before)}, found ${found}. `
                  + 'The package has changed: adapt build/forms.mjs.',
              }],
            };
          }
          contents = contents.replaceAll(before, after);
        }
        return { contents, loader: 'js' };
      });
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--viewer');
  if (at < 0 || !process.argv[at + 1]) {
    console.error('usage: node build/forms.mjs --viewer <folder>');
    process.exit(2);
  }
  for (const file of await buildViewer(path.resolve(process.argv[at + 1]))) console.log(file);
}
