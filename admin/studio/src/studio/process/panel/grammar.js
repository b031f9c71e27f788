/** The small grammars of `ow:` attributes, read for the panel and written back (bpmn/dialect.py). */

export const STAGES = [
  ['accept', '受理'], ['review', '审查'], ['check', '审核'], ['inspect', '现场勘验'], ['publicise', '公示'],
  ['decide', '决定'], ['issue', '制证'], ['deliver', '送达'], ['pay', '缴费'], ['other', '其他'],
];
export const PLACES = [
  ['', '事项所属单位'], ['filing', '收件的地方'], ['village', '村（社区）'], ['township', '乡镇（街道）'],
  ['county', '县（区）'], ['city', '市'], ['owner', '事项所属单位（写明）'],
];
export const UNITS = [['wd', '个工作日'], ['d', '天（自然日）'], ['h', '小时'], ['mo', '个月']];
export const TYPES = [['string', '文字'], ['number', '数字'], ['boolean', '是或否'], ['date', '日期'], ['list', '列表']];
export const ACCESS = [['', '可填写'], ['read', '只读'], ['hide', '不显示']];

/** "at:county role:reviewer" → { at, department, role, post, person }; null for FEEL or nonsense. */
export function readAssign(text) {
  if (text.trimStart().startsWith('=')) return null;
  const found = {};
  for (const term of text.split(/\s+/).filter(Boolean)) {
    const [, word, value] = /^(at|department|role|post|person):(.+)$/.exec(term) ?? [];
    if (!word || word in found) return null;
    found[word] = value;
  }
  return found;
}

export function writeAssign(assign) {
  return ['at', 'department', 'post', 'role', 'person']
    .filter((word) => assign[word])
    .map((word) => `${word}:${assign[word]}`)
    .join(' ');
}

/** "agree:同意|Agree;…" → [{ id, zh, en }]. */
export function readOutcomes(text) {
  return text.split(';').map((term) => term.trim()).filter(Boolean).map((term) => {
    const colon = term.indexOf(':');
    const [zh, en = ''] = term.slice(colon + 1).split('|').map((part) => part.trim());
    return { id: term.slice(0, Math.max(colon, 0)).trim(), zh, en };
  });
}

export function writeOutcomes(rows) {
  const clean = (text) => text.replace(/[;|:]/g, ' ').trim();
  return rows.map(({ id, zh, en }) => `${id}:${clean(zh)}${en ? `|${clean(en)}` : ''}`).join(';');
}

const COMMON = {
  同意: ['agree', 'Agree'], 不同意: ['disagree', 'Disagree'], 通过: ['pass', 'Pass'], 不通过: ['fail', 'Fail'],
  受理: ['accept', 'Accept'], 准予: ['grant', 'Grant'], 提交: ['submit', 'Submit'], 退回: ['back', 'Send back'],
  完成: ['done', 'Done'], 已送达: ['delivered', 'Delivered'], 已缴费: ['paid', 'Paid'], 符合: ['fit', 'Fits'],
};

/** An id for a button from its words, other than `taken`. */
export function outcomeId({ zh, en }, taken) {
  const words = (COMMON[zh]?.[0] ?? en).toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^[^a-z]+|_+$/g, '');
  const stem = words || 'outcome';
  for (let n = 1, id = stem; ; id = `${stem}_${++n}`) if (!taken.includes(id)) return id;
}

export const outcomeEnglish = (zh) => COMMON[zh]?.[1] ?? '';

/** "key:read;key2:hide" → { key: access }. */
export function readFields(text) {
  const pairs = text.split(';').map((term) => term.trim()).filter(Boolean);
  return Object.fromEntries(pairs.map((term) => {
    const at = term.lastIndexOf(':');
    return [term.slice(0, at), term.slice(at + 1)];
  }));
}

export function writeFields(fields) {
  return Object.entries(fields).filter(([, access]) => access).map(([key, access]) => `${key}:${access}`).join(';');
}

/** "3wd" → { amount: "3", unit: "wd" }. */
export function readLimit(text) {
  const [, amount = '', unit = 'wd'] = /^(\d+)(wd|d|h|mo)$/.exec(text.trim()) ?? [];
  return { amount, unit };
}

const ISO = { mi: ['PT', 'M'], h: ['PT', 'H'], d: ['P', 'D'], w: ['P', 'W'], mo: ['P', 'M'] };
export const SPANS = [['mi', '分钟'], ['h', '小时'], ['d', '天'], ['w', '周'], ['mo', '个月']];

/** "P3D" → { amount: "3", span: "d" }; null for durations of several parts and for FEEL. */
export function readDuration(text) {
  const [, prefix, amount, letter] = /^(PT?)(\d+)([A-Z])$/.exec(text.trim()) ?? [];
  const found = Object.entries(ISO).find(([, [p, l]]) => p === prefix && l === letter);
  return found ? { amount, span: found[0] } : null;
}

export const writeDuration = ({ amount, span }) => (amount ? `${ISO[span][0]}${amount}${ISO[span][1]}` : '');

export const words = (text) => text.split(/\s+/).filter(Boolean);
