/**
 * The components a form may have (forms/vocabulary.py), as the designer offers them: an icon, a name
 * in both languages, where they stand in the palette, and how a new one begins.
 */
import { lang } from '../words.js';

/** The options a choice begins with. */
export const OPTIONS = () => [
  { label: '选项一', value: 'option_1' },
  { label: '选项二', value: 'option_2' },
];
const ticked = () => ({ validate: { required: true } });

const T = (icon, group, zh, en, begins = () => ({})) => ({ icon, group, zh, en, begins });

export const TYPES = {
  textfield: T('cursor-text', 'basic-input', '单行文字', 'Text'),
  textarea: T('align-left', 'basic-input', '多行文字', 'Long text'),
  number: T('number-123', 'basic-input', '数字', 'Number'),
  money: T('coin-yuan', 'basic-input', '金额', 'Amount'),
  datetime: T('calendar', 'basic-input', '日期时间', 'Date and time', () => ({ subtype: 'date' })),
  idnumber: T('id', 'basic-input', '身份证号码', 'Identity number'),
  creditcode: T('building-bank', 'basic-input', '信用代码', 'Credit code'),
  mobile: T('device-mobile', 'basic-input', '手机号码', 'Mobile number'),
  region: T('map-pin', 'basic-input', '地址', 'Address'),
  expression: T('calculator', 'basic-input', '计算字段', 'Computed', () => ({ expression: '=0', computeOn: 'change' })),
  radio: T('circle-dot', 'selection', '单选', 'One of several', () => ({ values: OPTIONS() })),
  select: T('select', 'selection', '下拉选择', 'Drop-down', () => ({ values: OPTIONS() })),
  checklist: T('list-check', 'selection', '多选', 'Any of several', () => ({ values: OPTIONS() })),
  taglist: T('tags', 'selection', '标签多选', 'Tags', () => ({ values: OPTIONS() })),
  checkbox: T('square-check', 'selection', '勾选确认', 'Tick box', ticked),
  text: T('info-circle', 'presentation', '说明文字', 'Text block', () => ({ text: '请填写说明。' })),
  table: T('table', 'presentation', '数据表', 'Table', () => ({ columns: [{ key: 'name', label: '名称' }] })),
  separator: T('separator-horizontal', 'presentation', '分隔线', 'Line'),
  spacer: T('spacing-vertical', 'presentation', '留白', 'Space', () => ({ height: 24 })),
  group: T('box-model-2', 'container', '分组', 'Group', () => ({ components: [], showOutline: true })),
  dynamiclist: T('list-details', 'container', '可增减列表', 'List of rows', () => ({
    components: [], isRepeating: true, allowAddRemove: true, defaultRepetitions: 1,
  })),
};

export const CONTAINERS = new Set(['group', 'dynamiclist']);
export const CHOICES = new Set(['radio', 'select', 'checklist', 'taglist']);
/** Types that show something and keep no answer. */
const SHOWS = new Set(['text', 'table', 'separator', 'spacer']);

export const keepsValue = (type) => Boolean(TYPES[type]) && !CONTAINERS.has(type) && !SHOWS.has(type);
export const hasLabel = (type) => !['text', 'separator', 'spacer'].includes(type);

export const nameOf = (type) => TYPES[type]?.[lang] ?? type;

/** What a component is called on screen: its label in the page's language, else its kind. */
export function titleOf(component) {
  const { type, label, labelEn } = component;
  const said = (lang === 'en' && labelEn) || label;
  if (said) return said;
  if (type === 'text') return (component.text ?? '').replace(/[#*_>`]/g, '').trim().slice(0, 24) || nameOf(type);
  return nameOf(type);
}

/** Types whose name serves as a label. Of the others the English would stay behind when the Chinese is written. */
const NAMED_BY_TYPE = new Set(['idnumber', 'creditcode', 'mobile', 'region']);

/** A component of this type as it begins; `taken` tells whether a name is in use. */
export function begin(type, taken) {
  const { zh, en, begins } = TYPES[type];
  const named = hasLabel(type) && type !== 'table' ? { label: zh, ...(NAMED_BY_TYPE.has(type) && { labelEn: en }) } : {};
  const key = keepsValue(type) ? { key: freeName(`${type}_1`, taken) } : {};
  const path = type === 'dynamiclist' ? { path: freeName('rows_1', taken) } : {};
  return { ...named, ...key, ...path, ...begins() };
}

/** `stem`, or with the first number behind it that makes it free. */
export function freeName(stem, taken) {
  if (!taken(stem)) return stem;
  const base = stem.replace(/_\d+$/, '');
  for (let number = 2; ; number += 1) {
    if (!taken(`${base}_${number}`)) return `${base}_${number}`;
  }
}

/** Every component below, containers before what they hold: `visit(component, holder)`. */
export function walk(holder, visit) {
  for (const component of holder.components ?? []) {
    visit(component, holder);
    walk(component, visit);
  }
}
