/**
 * The designer's words. Chinese is the source; english.js has the other language. The page's
 * language decides: <html lang>.
 */
import { ENGLISH } from './english.js';

export const english = document.documentElement.lang.startsWith('en');

/** `text` in the page's language, {name} placeholders filled from `params`. */
export function t(text, params = {}) {
  const said = english ? (ENGLISH[text] ?? text) : text;
  return said.replace(/{(\w+)}/g, (whole, name) => params[name] ?? whole);
}
