/** The doors of forms/bundle/forms.js, called from Python through the FEEL isolate. */
import { lint } from './lint.js';
import { judge } from './judge.js';
import { sample } from './sample.js';
import { openSheet } from './sheet.js';

/** Definitions by the hash Python gives them, and sheets opened from them. */
const definitions = new Map();
const sheets = new Map();
// An isolate has 64 MB; a sheet of a long form takes some 50 KB.
const MOST_KEPT = 200;

/** Keeps a definition; a fresh isolate has none, and formsVerdict then says so. */
globalThis.formsOpen = (hash, definition) => {
  if (definitions.size >= MOST_KEPT) {
    definitions.clear();
    sheets.clear();
  }
  definitions.set(hash, definition);
  return true;
};

/** { data, errors }, or null for a definition this isolate doesn't know. */
globalThis.formsVerdict = (hash, access, lang, given, answers, today) => {
  const definition = definitions.get(hash);
  if (!definition) return null;
  const key = `${hash} ${lang} ${JSON.stringify(access)}`;
  if (!sheets.has(key)) {
    if (sheets.size >= MOST_KEPT) sheets.clear();
    sheets.set(key, openSheet(definition, access, lang));
  }
  const { data, errors } = judge(sheets.get(key), given, answers, today);
  return { data, errors };
};

/** What FEEL and regular expressions of a definition need V8 to read. */
globalThis.formsLint = lint;

/** Answers that a definition takes, made from it: { answers, errors }. */
globalThis.formsSample = (definition, at) => sample(definition, at);
