/** Decimal questions about binary numbers, answered on the digits people see. */

/** Largest whole number a double holds exactly: beyond it two amounts could look the same. */
export const LARGEST = Number.MAX_SAFE_INTEGER;

/**
 * The digits of a finite number as { units: bigint, scale: number }: 1.25 is 125 at scale 2.
 * Taken from the shortest text that reads back as the same double, which is what was typed.
 */
export function digitsOf(number) {
  const [mantissa, exponent = '0'] = String(number).split('e');
  const [whole, fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  const units = BigInt(whole + fraction);
  return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale };
}

/** How many decimals the number has: 1.50 has one. */
export function decimalsOf(number) {
  let { units, scale } = digitsOf(number);
  while (scale > 0 && units % 10n === 0n) {
    units /= 10n;
    scale -= 1;
  }
  return scale;
}

/** Whether `number` is a whole multiple of `step`. */
export function isMultipleOf(number, step) {
  const a = digitsOf(number);
  const b = digitsOf(step);
  const scale = Math.max(a.scale, b.scale);
  const units = a.units * 10n ** BigInt(scale - a.scale);
  const divisor = b.units * 10n ** BigInt(scale - b.scale);
  return divisor === 0n || units % divisor === 0n;
}

/** A number the way it is shown in a sentence. */
export const numberText = (number) => String(number);

/** An amount in 分 as 元 with two decimals, digits in groups of three: 123456 is "1,234.56". */
export function yuan(fen) {
  const sign = fen < 0 ? '-' : '';
  const digits = String(Math.abs(fen)).padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${sign}${whole}.${digits.slice(-2)}`;
}

const DIGITS = '零壹贰叁肆伍陆柒捌玖';
const PLACES = ['', '拾', '佰', '仟'];
const GROUPS = ['', '万', '亿'];

/** An amount in 分 in the capital numerals of cheques and receipts: 12345 is 壹佰贰拾叁元肆角伍分. */
export function capitalYuan(fen) {
  if (!Number.isSafeInteger(fen) || fen <= 0 || fen >= 1e14) return '';
  const [jiao, cents] = [Math.floor(fen / 10) % 10, fen % 10];
  const whole = Math.floor(fen / 100);
  const head = whole ? `${capitalWhole(String(whole))}元` : '';
  if (!jiao && !cents) return `${head}整`;
  const tens = jiao ? `${DIGITS[jiao]}角` : head ? '零' : '';
  return `${head}${tens}${cents ? `${DIGITS[cents]}分` : '整'}`;
}

function capitalWhole(digits) {
  let said = '';
  let gap = false;
  for (let at = 0; at < digits.length; at += 1) {
    const place = digits.length - 1 - at;
    const digit = Number(digits[at]);
    if (digit) {
      said += (gap ? '零' : '') + DIGITS[digit] + PLACES[place % 4];
      gap = false;
    } else {
      gap = said !== '';
    }
    const group = digits.slice(Math.max(0, at - 3), at + 1);
    if (place % 4 === 0 && place > 0 && Number(group.slice(-4))) {
      said += GROUPS[place / 4];
    }
  }
  return said;
}
