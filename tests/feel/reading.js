/** Random expressions read with all names in scope and with the odd ones only (see names.ts). */
'use strict';

globalThis.compareReadings = (seed, times) => {
  const random = (below) => {
    // mulberry32
    seed = (seed + 0x6d2b79f5) | 0;
    let bits = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) % below;
  };
  const pick = (list) => list[random(list.length)];

  const names =
    'a|b|c1|amount|date|time|value|list|区域|a b|a-b|a and b|string length|count|item|x.y|duration|' +
    'a+b|not|in|for|partial|b c1|days|add working days|working days';
  const words = names.split('|');
  const tokens = words.concat(
    ' |.|+|-|*|(|)|[|]|>|=| and | or |for | in | return |if | then | else |some | satisfies |not(|' +
      'count(|"s"|1|{|}|:|,| between |date("2024-01-01")|function(a) |\n|days between(',
  ).flatMap((token) => token.split('|'));
  const shapes = [
    'a.b', 'a + b', 'for a in list return a.b', 'if a then b else c1', 'a[b > 1].amount',
    'some a in value satisfies a.date = b', '{a: b, date: amount, c: a.date}.date', 'count(a.b)',
    'get value(a, "b").c1', 'a between b and c1', '(a).b[1].date', 'value.list + a.time',
    'for x in a[b = 1] return x.date + x.a b', 'list.time + duration', 'a-b - a.a-b',
    'working days between(a, b) + add working days(a, 1)',
  ];

  const context = (depth) => {
    const made = {};
    for (let left = random(5); left >= 0; left -= 1) {
      made[pick(words)] = depth > 0 && random(2) ? context(depth - 1) : 1;
    }
    return made;
  };
  const expression = () => {
    if (random(2)) return Array.from({ length: 1 + random(9) }, () => pick(tokens)).join('');
    return pick(shapes).replace(/\b(a|b|c1|amount|date|value|list)\b/g, (name) =>
      random(3) ? name : pick(words),
    );
  };
  const tree = (read, source, scope) => {
    try {
      return String(read(source, scope));
    } catch (error) {
      return String(error);
    }
  };

  const different = [];
  for (let left = times; left > 0; left -= 1) {
    const all = { ...Object.fromEntries(HOST.map((name) => [name, 1])), ...context(2) };
    const source = expression();
    const read = random(4) ? feelin.parseExpression : feelin.parseUnaryTests;
    const odd = feelin.scopeOf(all).names;
    if (tree(read, source, all) !== tree(read, source, odd)) different.push([source, all]);
  }
  return different;
};

const HOST = ['add working days', 'working days between', 'is working day'];
