/** What people read when an answer won't do: one catalogue for the browser, V8 and Python. */
import catalogue from '../messages.json';

/**
 * The sentence for a problem.
 *
 * @param {string} code a key of messages.json, or anything when `params.message` is its sentence
 * @param {Record<string, string|number>} params
 * @param {'zh'|'en'} lang
 */
export function sentence(code, params = {}, lang = 'zh') {
  if (params.message) return params.message;
  const texts = catalogue[code];
  if (!texts) return code;
  return texts[lang].replace(/\{(\w+)\}/g, (place, name) => params[name] ?? place);
}
