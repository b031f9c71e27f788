/**
 * Chinese for the texts that bpmn-js brings itself; on English pages they stay as they are.
 * Names of elements in menus are ours (boxes.js), so what is here is the rest.
 */
import { english } from './words.js';

const CHINESE = {
  // palette and tools
  'Activate hand tool': '移动画布',
  'Activate lasso tool': '框选',
  'Activate create/remove space tool': '增减空间',
  'Activate global connect tool': '连线',
  'Create {type}': '新建{type}',
  // pad beside an element
  'Add text annotation': '加注释',
  'Change element': '更换类型',
  'Connect to other element': '连到别的元素',
  'Connect using association': '用关联线连接',
  'Connect using data input association': '用数据关联连接',
  Delete: '删除',
  'Add lane above': '上方加泳道',
  'Add lane below': '下方加泳道',
  'Divide into two lanes': '分成两条泳道',
  'Divide into three lanes': '分成三条泳道',
  // menu that changes an element
  'Parallel multi-instance': '多人同时办（多实例并行）',
  'Sequential multi-instance': '逐个办（多实例串行）',
  Loop: '循环',
  'Toggle non-interrupting': '切换是否中断',
  'Participant multiplicity': '多个参与者',
  Collection: '集合',
  'Sequence flow': '普通连线',
  'Default flow': '默认连线',
  'Conditional flow': '条件连线',
  'Expanded pool/participant': '泳池',
  // align and distribute
  'Align elements': '对齐',
  'Align elements left': '左对齐',
  'Align elements center': '左右居中',
  'Align elements right': '右对齐',
  'Align elements top': '顶端对齐',
  'Align elements middle': '上下居中',
  'Align elements bottom': '底端对齐',
  'Distribute elements horizontally': '横向均匀分布',
  'Distribute elements vertically': '纵向均匀分布',
  // search, sub-processes
  'Search in diagram': '在流程图中查找',
  Search: '查找',
  'No matching entries found.': '没有符合的项目。',
  'Open {element}': '打开“{element}”',
  'flow elements must be children of pools/participants': '任务和事件要放在泳池里面',
  // token simulation
  'Reset Simulation': '从头演示',
  'Play/Pause Simulation': '继续或暂停',
  'Play Simulation': '继续演示',
  'Pause Simulation': '已暂停',
  'Trigger Event': '从这里走',
  'Set Sequence Flow': '换一条路',
  'Add pause point': '走到这里停下',
  'Remove pause point': '不再停在这里',
  'Found unsupported elements': '有元素不能演示',
  'Not supported': '不能演示',
  Finished: '办结',
  'Set animation speed = Slow': '慢速',
  'Set animation speed = Normal': '正常速度',
  'Set animation speed = Fast': '快速',
  'Toggle minimap': '缩略图',
  'Open minimap': '打开缩略图',
  'Close minimap': '收起缩略图',
};

export function translate(text, params = {}) {
  const said = english ? text : (CHINESE[text] ?? text);
  return said.replace(/{(\w+)}/g, (whole, name) => params[name] ?? whole);
}

export default { translate: ['value', translate] };
