/** The few words that forms themselves say, in both languages. */

const WORDS = {
  blank: ['未填写', 'Not filled in'],
  none: ['无', 'None'],
  yes: ['是', 'Yes'],
  no: ['否', 'No'],
  optional: ['（选填）', ' (optional)'],
  choose: ['请选择', 'Choose'],
  yuan: ['元', 'yuan'],
  add: ['增加一项', 'Add another'],
  remove: ['删除', 'Remove'],
  removeRow: ['删除{row}', 'Remove {row}'],
  emptyList: ['还没有填写，点“增加一项”开始', 'Nothing yet: choose “Add another” to begin'],
  fullList: ['最多 {max} 项', 'At most {max}'],
  openCalendar: ['打开日历选择日期', 'Choose a date from the calendar'],
  dateHint: ['例如 2026-11-22', 'For example 2026-11-22'],
  timeHint: ['例如 09:30', 'For example 09:30'],
  time: ['时间', 'Time'],
  date: ['日期', 'Date'],
  province: ['省（自治区、直辖市）', 'Province'],
  city: ['市（州、盟）', 'City'],
  county: ['县（市、区）', 'County'],
  town: ['乡镇（街道）', 'Township'],
  street: ['详细地址', 'Street address'],
  streetHint: ['村、路、门牌号', 'Village, road, number'],
  emptyTable: ['没有内容', 'Nothing here'],
};

/** A word or short sentence, its places filled in. */
export function words(name, lang, params = {}) {
  return WORDS[name][lang === 'zh' ? 0 : 1].replace(/\{(\w+)\}/g, (place, key) => params[key] ?? place);
}
