/** Chinese for the texts that dmn-js brings itself; on English pages they stay as they are. */
import { HIT_POLICIES } from 'dmn-js-decision-table/lib/features/hit-policy/HitPolicies';
import { lang } from '../words.js';

const CHINESE = {
  'Add cell description': '添加单元格说明', 'Add input column left': '左边加输入列', 'Add input column right': '右边加输入列',
  'Add input': '添加输入列', 'Add output column left': '左边加输出列', 'Add output column right': '右边加输出列', 'Add output': '添加输出列',
  'Add predefined values': '添加可选值', 'Add rule above': '上面加规则', 'Add rule below': '下面加规则', 'Add rule': '添加规则', 'Add values': '添加',
  After: '晚于', And: '且', Annotation: '备注', Annotations: '备注', Before: '早于', Between: '介于', 'Boolean value': '是或否',
  'Change cell expression language': '更换表达式语言', 'Clear predefined values': '清除可选值', 'Comparison operator': '比较符', Comparison: '比较',
  'Copy input column': '复制输入列', 'Copy output column': '复制输出列', 'Copy rule': '复制规则', 'Custom values': '其他值',
  'Cut input column': '剪切输入列', 'Cut output column': '剪切输出列', 'Cut rule': '剪切规则',
  'Date and time value': '日期时间', 'Date and time': '日期时间', 'Date value': '日期', Date: '日期', 'Decision name': '名称', 'Decision name: ': '名称：',
  'Duration value': '时长', 'Edit boolean': '选择是或否', 'Edit date and time': '填写日期时间', 'Edit date': '填写日期', 'Edit duration': '填写时长',
  'Edit end date': '截止日期', 'Edit input': '编辑输入列', 'Edit number': '填写数字', 'Edit output': '编辑输出列', 'Edit start date': '开始日期',
  'Edit string': '填写文字', 'Edit time': '填写时间', Edit: '编辑', 'Editing not supported for set expression language': '这种表达式语言不能编辑',
  'End date': '截止日期', 'End value': '终值', 'Enter expression': '填写表达式', Equals: '等于', Exactly: '正好是', Exclude: '不含',
  'Expression language': '表达式语言', 'Expression language:': '表达式语言：', Expression: '表达式', 'Greater or equals': '大于等于', Greater: '大于',
  'Hit policy': '命中策略', 'Hit policy:': '命中策略：', Include: '含', 'Input expression': '取值', 'Input expression: ': '取值：',
  'Input label': '列名', 'Input label: ': '列名：', 'Input type': '类型', 'Input values': '可选值', Input: '输入',
  'Less or equals': '小于等于', Less: '小于', 'Match none': '都不是', 'Match one': '其中之一', 'Move rule': '移动规则', 'No values': '没有', No: '否',
  'Output label': '列名', 'Output label: ': '列名：', 'Output name': '结果名', 'Output name: ': '结果名：', 'Output type': '类型', 'Output values': '可选值', Output: '输出',
  'Paste input column left': '左边粘贴输入列', 'Paste input column right': '右边粘贴输入列', 'Paste output column left': '左边粘贴输出列',
  'Paste output column right': '右边粘贴输出列', 'Paste rule above': '上面粘贴规则', 'Paste rule below': '下面粘贴规则', 'Predefined values': '可选值',
  'Range end operator': '终值是否包含', 'Range end value': '终值', 'Range start operator': '起值是否包含', 'Range start value': '起值', Range: '范围',
  'Remove cell description': '删除单元格说明', 'Remove input column': '删除输入列', 'Remove output column': '删除输出列', 'Remove rule': '删除规则',
  Resize: '调整宽度', 'Set date': '填写日期', 'Set value': '填写', 'Start date': '开始日期', 'Start value': '起值', 'String value': '文字',
  'Strings must be in double quotes': '文字要写在英文双引号里', 'Test type': '判断方式', Then: '则', 'Time value': '时间', Time: '时间', Type: '类型',
  'Use now': '现在', 'Use today': '今天', Value: '值', Values: '值', 'View DRD': '查看关系图', When: '当', Yes: '是',
  'e.g. { example } ': '如 { example } ', 'e.g. { sample }': '如 { sample }',
  string: '文字', number: '数字', boolean: '是或否', date: '日期', Any: '任意',
  'Activate hand tool': '移动画布', 'Activate lasso tool': '框选', 'Add text annotation': '加注释', 'Append business knowledge model': '追加业务知识',
  'Append decision': '追加决策', 'Append input data': '追加输入数据', 'Append knowledge source': '追加依据', 'Change type': '更换类型',
  'Connect to other element': '连到别的元素', 'Create decision': '新建决策', 'Create input data': '新建输入数据', 'Create knowledge model': '新建业务知识',
  'Create knowledge source': '新建依据', 'Definition ID': '编号', 'Definition name': '名称', Delete: '删除',
  'Literal expression editor': '表达式', 'Variable name': '变量名', 'Variable name:': '变量名：', 'Variable type': '变量类型', 'Variable type:': '变量类型：', name: '名称',
  'Decision table': '决策表', 'Literal expression': '表达式', Empty: '空',
};

const POLICIES = {
  Unique: ['唯一', '规则互不重叠，最多一条成立'], First: ['首条', '规则可以重叠，取最上面成立的一条'],
  Priority: ['优先级', '规则可以重叠，取结果优先的一条'], Any: ['任一', '规则可以重叠，但结果须相同'],
  Collect: ['收集', '取全部成立规则的结果'], 'Collect (Sum)': ['收集（求和）', '成立规则的结果相加'],
  'Collect (Min)': ['收集（最小）', '取成立规则中最小的结果'], 'Collect (Max)': ['收集（最大）', '取成立规则中最大的结果'],
  'Collect (Count)': ['收集（计数）', '数出成立规则的不同结果'], 'Rule order': ['按规则顺序', '按规则的先后列出全部结果'],
  'Output order': ['按结果优先', '按结果的优先级列出全部结果'],
};

if (lang === 'zh') {
  for (const policy of HIT_POLICIES) {
    const [label, explanation] = POLICIES[policy.label] ?? [];
    if (label) Object.assign(policy, { label, explanation });
  }
}

function translate(text, params = {}) {
  const said = (lang === 'zh' && CHINESE[text]) || text;
  return said.replace(/\{ ?(\w+) ?\}/g, (whole, name) => params[name] ?? whole);
}

export const languageModule = { translate: ['value', translate] };
