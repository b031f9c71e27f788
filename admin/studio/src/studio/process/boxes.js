/**
 * What can be drawn: the ready-made boxes of an approval, and those plain BPMN elements that the
 * engine runs. Palette, append, create and replace menus all read these two lists, so whatever is
 * not here can't be drawn (no scripts, compensation, links, event or ad-hoc sub-processes, complex
 * gateways, events that start a case).
 */
import { PopupEntries } from 'bpmn-js/lib/features/popup-menu/PopupEntries';

import { english, t } from './words.js';

/**
 * Ready-made boxes. `step` are `ow:` attributes of a human task; a step takes the form of its key where
 * the draft has one or one is ready; `operation` makes it a service task; `parts` a group of boxes.
 */
export const BOXES = [
  {
    key: 'accept', name: ['受理', 'Acceptance'], icon: 'inbox',
    says: ['窗口核对申请和材料，决定是否受理', 'The window checks the application and takes it on'],
    step: { stage: 'accept', assign: 'at:filing role:window_clerk', limit: '3wd', outcomes: 'accept:受理|Accept', papers: 'acceptance' },
  },
  {
    key: 'review', name: ['审查', 'Review'], icon: 'file-search',
    says: ['主管部门审查材料，提出意见', 'The department reviews the papers and gives its opinion'],
    step: { stage: 'review', assign: 'role:reviewer', limit: '3wd', outcomes: 'submit:提交审查意见|Submit' },
  },
  {
    key: 'check', name: ['审核', 'Check'], icon: 'eye-check',
    says: ['另一人复核审查意见', 'A second person checks the review'],
    step: { stage: 'check', assign: 'role:checker', limit: '2wd', outcomes: 'agree:同意|Agree;disagree:不同意|Disagree' },
    differs: 'review',
  },
  {
    key: 'inspect', name: ['勘验', 'Inspection'], icon: 'map-search',
    says: ['现场勘验、核查', 'A visit on site'],
    step: { stage: 'inspect', assign: 'role:reviewer', limit: '5wd', outcomes: 'pass:符合要求|Pass;fail:不符合要求|Fail' },
  },
  {
    key: 'publicise', name: ['公示', 'Public notice'], icon: 'speakerphone',
    says: ['公示期满后登记有无异议', 'Posted in public; objections are recorded at the end'],
    step: { stage: 'publicise', assign: 'role:reviewer', limit: '7d', outcomes: 'no_objection:公示无异议|No objection;objection:公示有异议|Objection raised' },
  },
  {
    key: 'decide', name: ['决定', 'Decision'], icon: 'gavel',
    says: ['作出准予或不予的决定', 'Grant or refuse'],
    step: { stage: 'decide', assign: 'role:decider', limit: '2wd', outcomes: 'grant:准予|Grant' },
    differs: 'review',
  },
  {
    key: 'issue', name: ['制证', 'Certificate'], icon: 'certificate',
    says: ['由平台生成并签发电子证照', 'The platform makes and signs the electronic certificate'],
    operation: 'issue_certificate',
  },
  {
    key: 'deliver', name: ['送达', 'Delivery'], icon: 'package-export',
    says: ['领取或邮寄，登记送达', 'Handed over or posted, and recorded'],
    step: { stage: 'deliver', assign: 'at:filing role:window_clerk', limit: '10wd', outcomes: 'delivered:已送达|Delivered' },
  },
  {
    key: 'pay', name: ['缴费', 'Payment'], icon: 'receipt-yuan',
    says: ['窗口确认费用已缴清', 'The window confirms that the fee is paid'],
    step: { stage: 'pay', assign: 'at:filing role:window_clerk', limit: '5wd', outcomes: 'paid:已缴费|Paid' },
  },
  {
    key: 'joint', name: ['联办', 'Joint review'], icon: 'arrows-split',
    says: ['几个部门同时审查，都完成后往下走', 'Departments review side by side; all must finish'],
    parts: ['review', 'review'],
  },
  {
    key: 'report', name: ['上报', 'Report upwards'], icon: 'arrow-big-up-lines',
    says: ['报上一级部门审批', 'The level above approves'],
    step: { stage: 'check', assign: 'at:county role:checker', limit: '5wd', outcomes: 'agree:同意|Agree;disagree:退回意见|Disagree' },
  },
];

/** Plain elements by their bpmn-js name, in menu order, with how we call them. */
const PLAIN = {
  task: {
    'user-task': ['人工任务', 'Human task'],
    'service-task': ['自动操作', 'Automatic operation'],
    'rule-task': ['决策表', 'Decision table'],
    'send-task': ['发送消息', 'Send message'],
    'receive-task': ['等待消息', 'Receive message'],
    'expanded-subprocess': ['子流程', 'Sub-process'],
    'collapsed-subprocess': ['子流程（折叠）', 'Sub-process (collapsed)'],
  },
  gateway: {
    'exclusive-gateway': ['排他网关：只走一条', 'Exclusive gateway: one way'],
    'parallel-gateway': ['并行网关：同时走', 'Parallel gateway: all ways'],
    'inclusive-gateway': ['包容网关：走符合的几条', 'Inclusive gateway: every way that fits'],
    'event-based-gateway': ['事件网关：等先发生的', 'Event gateway: whatever happens first'],
  },
  event: {
    'none-start-event': ['开始', 'Start'],
    'none-end-event': ['结束', 'End'],
    'terminate-end': ['终止全部', 'End everything'],
    'error-end': ['错误结束', 'Error end'],
    'escalation-end': ['升级结束', 'Escalation end'],
    'message-end': ['结束并发消息', 'Message end'],
    'timer-intermediate-catch': ['等待时间', 'Wait for time'],
    'message-intermediate-catch': ['等待消息（事件）', 'Wait for message'],
    'message-intermediate-throw': ['发出消息（事件）', 'Send message (event)'],
    'signal-intermediate-catch': ['等待信号', 'Wait for signal'],
    'signal-intermediate-throw': ['发出信号', 'Send signal'],
    'escalation-intermediate-throw': ['发出升级', 'Escalate'],
    'none-intermediate-throwing': ['里程碑', 'Milestone'],
  },
  boundary: {
    'timer-boundary': ['超时后改走', 'On time-out, leave'],
    'message-boundary': ['收到消息后改走', 'On message, leave'],
    'signal-boundary': ['收到信号后改走', 'On signal, leave'],
    'error-boundary': ['出错后改走', 'On error, leave'],
    'escalation-boundary': ['升级后改走', 'On escalation, leave'],
    'non-interrupting-timer-boundary': ['超时后另办（不中断）', 'On time-out, in addition'],
    'non-interrupting-message-boundary': ['收到消息后另办（不中断）', 'On message, in addition'],
    'non-interrupting-signal-boundary': ['收到信号后另办（不中断）', 'On signal, in addition'],
    'non-interrupting-escalation-boundary': ['升级后另办（不中断）', 'On escalation, in addition'],
  },
};

/** bpmn-js's own names where a replace action isn't called after its entry. */
const RENAMED = {
  'none-start': 'none-start-event',
  'none-end': 'none-end-event',
  'none-intermediate-throw': 'none-intermediate-throwing',
  subprocess: 'expanded-subprocess',
};
const ALWAYS = new Set(['sequence-flow', 'default-flow', 'expanded-pool']);

export const own = ([zh, en]) => (english ? en : zh);

/** Plain elements of some groups: [{ key, group, label, className, target }]. */
export function plain(...groups) {
  return groups.flatMap((group) =>
    Object.entries(PLAIN[group]).map(([key, label]) => ({
      key, group, label: own(label), className: PopupEntries[key].className, target: PopupEntries[key].target,
    })),
  );
}

/** Our label for a replace action of bpmn-js; null when the engine doesn't run it. */
export function replaceLabel(action) {
  const key = action.replace('replace-with-', '');
  if (ALWAYS.has(key)) return undefined;
  const label = Object.values(PLAIN).map((group) => group[RENAMED[key] ?? key]).find(Boolean);
  return label ? own(label) : null;
}

export const groupName = (group) =>
  ({ box: t('常用环节'), task: t('任务'), gateway: t('网关'), event: t('事件'), boundary: t('附着在任务上') })[group];
