/** What the trial panel says. */
import { speaking } from '../words.js';

const zh = {
  graph: '决策关系图', openOne: '打开一张决策表，在这里试算。', rename: '改代码', drop: '删除决策表', cancel: '取消',
  newKey: '新代码', renameHint: '小写字母、数字、- 和 _。流程图中用到它的环节会一并改过来。', dropText: '决策表“{name}”和它的测试数据将一起删除，不能恢复。',
  try: '试算', asksNothing: '这张表不需要输入。', run: '算一下', nothing: '（空）', yes: '是', no: '否',
  hit: '命中第 {rules} 条', hitNone: '没有规则命中', keep: '存为测试数据', noAnswer: '暂时不能试算，请稍后再试。',
  keptRows: '测试数据', noneKept: '试算后可以把输入和结果存下来。以后改表，结果变了会在这里和发布检查中提示。',
  nowIs: '现在是 {value}', takeNow: '以现在的结果为准', forget: '删除这条测试数据',
  coverage: '规则覆盖', covered: '各种情况都有规则管到，规则之间没有重叠。', coveredAny: '各种情况都有规则管到。',
  overlaps: '会同时成立的规则', overlap: '第 {one}、{other} 条：{where}',
  gaps: '没有规则管到的情况', unreached: '永远用不上的规则', unread: '写法复杂、没有计入检查的规则', rulesList: '第 {rules} 条',
  inPart: '规则较多，只检查了一部分。', runAll: '用 {n} 组边界数据试算', running: '已试算 {done} / {of}',
  allHit: '{n} 条规则全部命中过。', unhit: '命中 {n} / {of} 条；没有命中：第 {rules} 条。',
};

const en = {
  graph: 'Decision graph', openOne: 'Open a table to try it here.', rename: 'Change its key', drop: 'Delete the table', cancel: 'Cancel',
  newKey: 'New key', renameHint: 'Small letters, digits, - and _. Steps of the drawing that ask it follow.', dropText: 'The table “{name}” and its test rows will be gone for good.',
  try: 'Try it', asksNothing: 'It needs no input.', run: 'Work it out', nothing: '(empty)', yes: 'Yes', no: 'No',
  hit: 'Rule {rules} hit', hitNone: 'No rule hit', keep: 'Keep as a test row', noAnswer: 'It can’t be tried just now; try again later.',
  keptRows: 'Test rows', noneKept: 'Keep an input with its result: when a later change alters it, you will be told here and before publishing.',
  nowIs: 'now {value}', takeNow: 'Expect what it is now', forget: 'Delete this row',
  coverage: 'Coverage', covered: 'There is a rule for every case, and no two meet.', coveredAny: 'There is a rule for every case.',
  overlaps: 'Rules that can hold at once', overlap: '{one} and {other}: {where}',
  gaps: 'Cases without a rule', unreached: 'Rules never reached', unread: 'Rules too involved to be examined', rulesList: 'Rule {rules}',
  inPart: 'There are many rules; only a part was examined.', runAll: 'Try the boundaries (rows: {n})', running: '{done} of {of} tried',
  allHit: 'All {n} rules were hit.', unhit: '{n} of {of} hit; not hit: rule {rules}.',
};

export const t = speaking({ zh, en });
