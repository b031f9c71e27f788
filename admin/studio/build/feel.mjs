/** Bundles the FEEL engine for the V8 isolate: platform/feel/js → platform/feel/bundle/feel.js. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bundle } from './isolate.mjs';

export const build = ({ root }) =>
  bundle(root, 'platform/feel/js/main.ts', 'platform/feel/bundle/feel.js', {
    // Sloppy functions carry `caller` and `arguments`, which an expression could read.
    banner: { js: '"use strict";' },
    plugins: [correctedFeelin({ root })],
  });

/**
 * An esbuild plugin that gives every importer of `@bpmn-io/feelin` in a bundle the engine as we
 * run it: with its inner parts exported (to parse once and evaluate often), values guarded and
 * the size of what it builds bounded. Use it for browser bundles too, so that a rule means the
 * same on both sides.
 */
export function correctedFeelin({ root }) {
  const source = (name) => path.join(root, 'platform/feel/js', name).replaceAll('\\', '/');
  return {
    name: 'corrected-feelin',
    setup(bundle) {
      bundle.onLoad({ filter: /@bpmn-io[\\/]feelin[\\/]dist[\\/]index\.js$/ }, ({ path: file }) => ({
        contents: corrected(
          readFileSync(file, 'utf8'),
          INSIDES.replace('GUARD', source('guard.ts')).replace('KINDS', source('kinds.ts')),
        ),
        loader: 'js',
      }));
    },
  };
}

/** [what stands in feelin 6.1, what shall stand there]; each must be found exactly once. */
const CORRECTIONS = [
  // A path may read an entry of a context, not the insides of functions and dates.
  [
    'function getFromContext(name, context) {\n',
    'function getFromContext(name, context) {\n    if (!readable(name, context)) return undefined;\n',
  ],
  // Doubling a string forty times is a short expression and a very long string.
  ["return a + b;\n                }, 'add'", "return boundedText(a + b);\n                }, 'add'"],
  // `for i in 1..1000000000`: refused by length, before time and memory run out.
  ['result.push(fn(i));', 'boundedLength(result.push(fn(i)));'],
  // (date2 - date1).days was always 0: the difference was kept in milliseconds only.
  ['return a.diff(b);', "return a.diff(b, ['days', 'hours', 'minutes', 'seconds']);"],
  // duration * 3, duration / 2, -duration: DMN has them, feelin refused. And a date stays a date.
  [
    'const right = b(context);\n',
    'const right = b(context);\n' +
      '                const length = lengths(opName, left, right);\n' +
      '                if (length !== undefined) return length;\n',
  ],
  // `x instance of number` compared x with the function called number, and was false.
  [
    'const a = args[0](context);\n            const b = args[3](context);\n            return a instanceof b;',
    'return isOfType(args[0](context), node.input, getType);',
  ],
  // 1 January 1900, a date often found in registers, was taken for a time of day.
  [
    'if (e.year === 1900 &&',
    'const midnight = e.zone === FixedOffsetZone.utcInstance && e.valueOf() % 86400000 === 0;\n' +
      '        if (!midnight && e.year === 1900 &&',
  ],
  // A date against text, a number against text: JavaScript compares them somehow, and a
  // condition quietly takes the wrong way. Null may still be compared with anything.
  [
    'return (value) => value === null ? null : tests.every(',
    'return (value) => requireSameKind(conversion(value), start ?? end, getType) && tests.every(',
  ],
  [
    'const toMillis = (d) => d ?',
    'const toMillis = (d) => requireSameKind(d, start ?? end, getType) ?',
  ],
  [
    "case '=': return (b) => (a) => equals(a, b);",
    "case '=': return (b) => (a) => (requireSameKind(a, b, getType), equals(a, b));",
  ],
  [
    "case '!=': return (b) => (a) => !equals(a, b);",
    "case '!=': return (b) => (a) => (requireSameKind(a, b, getType), !equals(a, b));",
  ],
  ["case 'SpecialType': throw notImplemented('SpecialType');", "case 'SpecialType': return node.input;"],
];

const INSIDES = `
import { readable, boundedText, boundedLength } from 'GUARD';
import { isOfType, lengths, requireSameKind } from 'KINDS';
export {
  FunctionWrapper, InterpreterContext, Range, builtins, equals, getFromContext, getType,
  interpreter
};
`;

function corrected(source, insides) {
  let text = source;
  for (const [found, wanted] of CORRECTIONS) {
    if (text.split(found).length !== 2) {
      throw new Error(`feelin has changed; look again at this correction:\n${found}`);
    }
    text = text.replace(found, () => wanted);
  }
  return text + insides;
}
