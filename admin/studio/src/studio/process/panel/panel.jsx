/** The properties panel: what OneWindow runs of the selected element, and nothing else. */
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { render } from 'preact';
import { useState } from 'preact/hooks';

import { t } from '../words.js';
import { Icon, Long, Part, Text } from './fields.jsx';
import { Model, isHuman } from './model.js';
import { Decision, Event, Flow, Loop, Process, Service, Slot } from './other.jsx';
import { Step } from './step.jsx';

const KINDS = {
  'bpmn:UserTask': '人工任务', 'bpmn:ManualTask': '人工任务', 'bpmn:Task': '人工任务', 'bpmn:ServiceTask': '自动操作',
  'bpmn:BusinessRuleTask': '决策表', 'bpmn:SendTask': '发送消息', 'bpmn:ReceiveTask': '等待消息', 'bpmn:SubProcess': '子流程',
  'bpmn:Transaction': '事务子流程', 'bpmn:CallActivity': '调用活动', 'bpmn:ExclusiveGateway': '排他网关', 'bpmn:ParallelGateway': '并行网关',
  'bpmn:InclusiveGateway': '包容网关', 'bpmn:EventBasedGateway': '事件网关', 'bpmn:StartEvent': '开始', 'bpmn:EndEvent': '结束',
  'bpmn:IntermediateCatchEvent': '等待事件', 'bpmn:IntermediateThrowEvent': '抛出事件', 'bpmn:BoundaryEvent': '边界事件',
  'bpmn:SequenceFlow': '连线', 'bpmn:Participant': '泳池', 'bpmn:Lane': '泳道', 'bpmn:TextAnnotation': '注释', 'bpmn:Group': '分组',
  'bpmn:MessageFlow': '消息流', 'bpmn:Association': '关联线',
};

/**
 * Keep `container` showing what is selected. `context`: { choices, studio, findings: () => [] }.
 * Returns { refresh() } for when something outside the drawing changed.
 */
export function mountPanel(container, modeler, context) {
  const keys = new WeakMap(); // an element that gets another id stays itself: the focus isn't lost
  const keyOf = (element) => keys.get(element) ?? keys.set(element, `element ${++shown}`).get(element);
  let shown = 0;
  const draw = () => {
    const selected = modeler.get('selection').get();
    const root = modeler.get('canvas').getRootElement();
    if (!root?.businessObject) return;
    render(<Panel key={selected.length === 1 ? keyOf(selected[0]) : selected.length} modeler={modeler} selected={selected} root={root} {...context} />, container);
  };
  // Once for what happens together, and before the next key or click: that one is for what is
  // selected now, not for the element the panel showed before.
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      draw();
    });
  };
  for (const event of ['selection.changed', 'elements.changed', 'commandStack.changed', 'import.done', 'root.set']) modeler.on(event, soon);
  draw();
  return { refresh: soon };
}

function Panel({ modeler, selected, root, choices, studio, findings }) {
  if (selected.length > 1) {
    return (
      <div class="props">
        <header class="props-head"><p>{t('已选 {n} 个元素', { n: selected.length })}</p></header>
        <p class="props-empty">{t('可以一起移动、复制、对齐、删除。选一个元素来修改它的属性。')}</p>
      </div>
    );
  }
  const model = new Model(modeler, selected[0] ?? root);
  const isWhole = !selected.length || model.is('bpmn:Process') || model.is('bpmn:Collaboration') || model.is('bpmn:Participant');
  const kind = isWhole && !model.is('bpmn:Participant') ? '流程' : (KINDS[model.bo.$type] ?? model.bo.$type);
  const own = isWhole ? [] : findings().filter((finding) => finding.element === model.bo.id);
  return (
    <div class="props">
      <header class="props-head">
        <p>{t(kind)}</p>
        {!isWhole && <Identity model={model} />}
      </header>
      {own.length > 0 && (
        <ul class="props-findings" aria-label={t('这个元素的问题')}>
          {own.map((finding, k) => <li key={k} class={`is-${finding.severity}`}><Icon name={finding.severity === 'error' ? 'alert-circle' : 'alert-triangle'} />{finding.message}</li>)}
        </ul>
      )}
      <fieldset class="props-all" disabled={studio.readonly}>
        {isWhole ? <Process model={model} /> : <Element model={model} choices={choices} studio={studio} />}
      </fieldset>
    </div>
  );
}

function Element({ model, choices, studio }) {
  const { bo } = model;
  const isNamed = 'name' in bo || bo.$descriptor.propertiesByName.name;
  const isStep = isHuman(model.element);
  return (
    <>
      {(isNamed || is(bo, 'bpmn:TextAnnotation')) && (
        <Part title={t('基本')}>
          {isNamed
            ? <Text label={t('名称')} value={bo.name ?? ''} change={(name) => model.set({ name })} hint={isStep && bo.loopCharacteristics ? t('可以写变量，如：审查（{department}）') : undefined} />
            : <Long label={t('文字')} value={bo.text ?? ''} change={(text) => model.set({ text })} />}
          <Long label={t('说明')} value={model.documentation} change={(text) => (model.documentation = text)} />
        </Part>
      )}
      {isStep && <Step model={model} choices={choices} studio={studio} />}
      {is(bo, 'bpmn:ServiceTask') && <Service model={model} choices={choices} />}
      {is(bo, 'bpmn:BusinessRuleTask') && <Decision model={model} studio={studio} />}
      {is(bo, 'bpmn:SubProcess') && !bo.triggeredByEvent && <Slot model={model} />}
      {is(bo, 'bpmn:SequenceFlow') && <Flow model={model} />}
      {(is(bo, 'bpmn:Event') || is(bo, 'bpmn:SendTask') || is(bo, 'bpmn:ReceiveTask')) && <Event model={model} />}
      {is(bo, 'bpmn:Activity') && <Loop model={model} />}
    </>
  );
}

/** The id, which conditions name; changed here, because it should say something. */
function Identity({ model }) {
  const [wrong, setWrong] = useState('');
  const change = (id) => setWrong(model.rename(id.trim()) ? '' : t('编号要以字母开头，只含字母、数字和下划线，且不与别的元素重复。'));
  return (
    <div class="props-id">
      <Text value={model.bo.id} aria-label={t('编号')} title={t('编号：条件和统计用它来称呼这个元素')} change={change} />
      {wrong && <p class="props-hint is-wrong" role="alert">{wrong}</p>}
    </div>
  );
}
// Icons of this file: icon("alert-circle") icon("alert-triangle")
