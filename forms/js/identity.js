/** Numbers that people and organisations carry. Each check gives a problem's code, or null. */

import { isDate } from './dates.js';
import { lengthOf } from './text.js';

// GB 11643-1999, appendix: weight of position i is 2^(17-i) mod 11; the 18th character by remainder.
const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ID_CHECKS = '10X98765432';

/**
 * A citizen's identity number, GB 11643: six digits of region, birth date, sequence, check digit.
 *
 * @param {string} text normalised: upper case, no spaces
 * @param {string} today YYYY-MM-DD; nobody is born later
 */
export function idNumberProblem(text, today) {
  if (lengthOf(text) !== 18) return 'idnumber-length';
  if (!/^[1-9][0-9]{16}[0-9X]$/.test(text)) return 'idnumber-characters';
  const birth = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
  if (!isDate(birth) || birth > today) return 'idnumber-birth';
  const sum = ID_WEIGHTS.reduce((total, weight, at) => total + weight * Number(text[at]), 0);
  return text[17] === ID_CHECKS[sum % 11] ? null : 'idnumber-check';
}

// GB 32100-2015, table 1: 31 characters without I, O, S, V and Z; weight of position i is 3^i mod 31.
const CREDIT_CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/**
 * A unified social credit code, GB 32100: authority, kind, six digits of region, nine characters of
 * the subject, check character.
 *
 * @param {string} text normalised: upper case, no spaces
 */
export function creditCodeProblem(text) {
  if (lengthOf(text) !== 18) return 'creditcode-length';
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text)) {
    return 'creditcode-characters';
  }
  const sum = CREDIT_WEIGHTS.reduce(
    (total, weight, at) => total + weight * CREDIT_CHARACTERS.indexOf(text[at]), 0,
  );
  return text[17] === CREDIT_CHARACTERS[(31 - (sum % 31)) % 31] ? null : 'creditcode-check';
}

/** A mobile number of mainland China: eleven digits from 13 to 19. */
export const mobileProblem = (text) => (/^1[3-9][0-9]{9}$/.test(text) ? null : 'mobile');

/** A mobile number, or a landline with its area code and perhaps an extension. */
export function phoneProblem(text) {
  if (mobileProblem(text) === null) return null;
  return /^0[0-9]{2,3}-?[1-9][0-9]{6,7}(-[0-9]{1,6})?$/.test(text) ? null : 'phone';
}
