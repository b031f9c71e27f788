/** Service and decision tasks, flows, events, loops, and the process itself. */
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';

import { t } from '../words.js';
import { Feel } from './feel.jsx';
import { Add, Amount, Choice, Icon, Long, Part, Radio, Remove, Text, Tick } from './fields.jsx';
import { SPANS, TYPES, readDuration, writeDuration } from './grammar.js';

export function Service({ model, choices }) {
  const operation = model.get('ow:operation');
  const papers = operation === 'send_paper';
  const certificates = operation === 'issue_certificate' ? choices.certificates : [];
  return (
    <Part title={t('自动操作')}>
      <Choice label={t('做什么')} value={operation} options={[['', t('请选择')], ...choices.operations]} change={(value) => model.set({ 'ow:operation': value })} />
      {certificates.length > 0 && <WhichCertificate model={model} certificates={certificates} />}
      <Inputs model={model} hint={papers ? t('发送文书要有一项 paper，值是文书的代码，如 "acceptance"。') : undefined} />
    </Part>
  );
}

/** Kept as the input `certificate`, the key as a FEEL text; one worked out otherwise stays as it is. */
function WhichCertificate({ model, certificates }) {
  const rows = model.rows('ow:Input').map(({ name = '', value = '' }) => ({ name, value }));
  const value = rows.find(({ name }) => name === 'certificate')?.value ?? '';
  const options = [['', t('主证照，或条件成立的那一种')], ...certificates.map(([key, name]) => [JSON.stringify(key), name])];
  if (!options.some(([each]) => each === value)) options.push([value, value]);
  const put = (chosen) => model.setRows('ow:Input', [
    ...rows.filter(({ name }) => name !== 'certificate'), ...(chosen ? [{ name: 'certificate', value: chosen }] : []),
  ]);
  return <Choice label={t('发哪一种证照')} value={value} options={options} change={put} />;
}

export function Inputs({ model, hint }) {
  const rows = model.rows('ow:Input').map(({ name = '', value = '' }) => ({ name, value }));
  const put = (next) => model.setRows('ow:Input', next);
  const change = (k, properties) => put(rows.map((row, at) => (at === k ? { ...row, ...properties } : row)));
  return (
    <fieldset class="props-field">
      <legend>{t('输入')}</legend>
      {rows.map((row, k) => (
        <div class="props-nested" key={k}>
          <div class="props-row">
            <Text value={row.name} aria-label={t('名称')} placeholder={t('名称')} change={(name) => change(k, { name })} />
            <Remove what={row.name} act={() => put(rows.filter((_row, at) => at !== k))} />
          </div>
          <Feel label={t('值（表达式）')} model={model} value={row.value} change={(value) => change(k, { value })} />
        </div>
      ))}
      {hint && <p class="props-hint">{hint}</p>}
      <Add act={() => put([...rows, { name: rows.length ? '' : 'paper', value: '""' }])}>{t('添加输入')}</Add>
    </fieldset>
  );
}

export function Decision({ model, studio }) {
  const key = model.get('ow:decision').split('#')[0];
  const options = [['', t('请选择')], ...studio.decisions.map((each) => [each, each])];
  const names = model.variables.map(({ name }) => name);
  const own = key.replaceAll('-', '_');
  const variables = [['', t('不放进变量')], ...names.map((name) => [name, name])];
  if (own && !names.includes(own)) variables.push([own, t('新变量 {name}', { name: own })]);
  const keep = async (name) => {
    const type = name && !names.includes(name) && await studio.typeOf(model.get('ow:decision'));
    model.together(() => {
      if (type) model.setRows('ow:Variable', [...model.variables, { name, type }], model.process);
      model.set({ 'ow:result': name });
    });
  };
  return (
    <Part title={t('决策表')}>
      <Choice label={t('用哪张表')} value={key} options={options} change={(value) => model.set({ 'ow:decision': value })} />
      {!studio.readonly && studio.decisions.includes(key) && <div class="props-links"><a href={studio.decisionUrl(key)}><Icon name="pencil" />{t('打开决策表')}</a></div>}
      <Choice label={t('结果放进')} value={model.get('ow:result')} options={variables} change={keep}
        hint={t('流程变量；分支的条件用它。')} />
    </Part>
  );
}

export function Slot({ model }) {
  return (
    <Part title={t('下级补充')}>
      <Tick label={t('下级沿用时可以在这里加环节')} hint={t('没有要加的，里面只画开始和结束，会直接走过去。')}
        checked={model.get('ow:slot') === 'true'} change={(on) => model.set({ 'ow:slot': on ? 'true' : undefined })} />
    </Part>
  );
}

export function Flow({ model }) {
  const { source } = model.element;
  const isDefault = source?.businessObject.default === model.bo;
  const decides = isAny(source ?? {}, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway']);
  const condition = model.expression(model.bo, 'conditionExpression');
  if (!decides && !condition && !isDefault) return null;
  const setCondition = (text) => model.setExpression(model.bo, 'conditionExpression', text);
  const outcomes = model.steps().flatMap((step) => step.outcomes.map((each) => [`${step.id}_outcome = "${each.id}"`, `${step.name} → ${each.zh}`]));
  const picked = condition.replace(/^=\s*/, '').trim();
  return (
    <Part title={t('走这条线的条件')}>
      {decides && (
        <Tick label={t('默认连线')} hint={t('别的条件都不成立时走这里')} checked={isDefault}
          change={(on) => model.modeling.updateProperties(source, { default: on ? model.bo : undefined })} />
      )}
      {!isDefault && (
        <>
          {outcomes.length > 0 && (
            <Choice label={t('按办理结果')} value={outcomes.some(([key]) => key === picked) ? picked : ''} options={[['', picked ? t('自己写的条件') : t('请选择')], ...outcomes]}
              change={(value) => value && setCondition(value)} />
          )}
          <Feel label={t('条件（表达式）')} model={model} value={condition} change={setCondition} hint={t('如 area > 60 and city = "云川"')} />
        </>
      )}
    </Part>
  );
}

export function Event({ model }) {
  const definition = model.event;
  const { reference } = model;
  const throwing = isAny(model.bo, ['bpmn:EndEvent', 'bpmn:IntermediateThrowEvent', 'bpmn:SendTask']);
  if (definition && is(definition, 'bpmn:TimerEventDefinition')) return <Timer model={model} definition={definition} />;
  if (!reference) return null;
  const { kind, holder } = reference;
  const label = { message: t('消息'), signal: t('信号'), error: t('错误'), escalation: t('升级') }[kind];
  const current = holder.get(`${kind}Ref`);
  return (
    <Part title={label}>
      <Text label={t('名称')} value={current?.name ?? current?.id ?? ''} list={model.known(kind).map((name) => [name, ''])}
        change={(name) => model.refer(reference, name.trim())} hint={t('发出的一方和等待的一方写同一个名称。')} />
      {kind === 'message' && !throwing && (
        <Feel label={t('关联条件')} model={model} value={model.get('ow:correlation')} change={(value) => model.set({ 'ow:correlation': value })}
          hint={t('几处在等同一个消息时，用来分清是给谁的；一般不填。')} />
      )}
      {kind === 'message' && throwing && <Inputs model={model} hint={t('随消息带去的内容。')} />}
    </Part>
  );
}

function Timer({ model, definition }) {
  const kind = definition.timeDate ? 'timeDate' : 'timeDuration';
  const text = model.expression(definition, kind);
  const simple = readDuration(text);
  const mode = kind === 'timeDate' ? 'date' : simple || !text ? 'span' : 'feel';
  const put = (name, value) => {
    const other = name === 'timeDate' ? 'timeDuration' : 'timeDate';
    model.setIn(definition, {
      [other]: undefined, timeCycle: undefined,
      [name]: value ? model.make('bpmn:FormalExpression', { body: value }, definition) : undefined,
    });
  };
  const choose = (next) => {
    if (next === 'span') put('timeDuration', 'P3D');
    else if (next === 'feel') put('timeDuration', '=duration("P3D")');
    else put('timeDate', '2026-12-31T17:00:00+08:00');
  };
  return (
    <Part title={t('时间')}>
      <Radio value={mode} options={[['span', t('过一段时间')], ['date', t('到某一时刻')], ['feel', t('用表达式计算')]]} change={choose} />
      {mode === 'span' && (
        <Amount label={t('多久')} amount={simple?.amount ?? ''} unit={simple?.span ?? 'd'} units={SPANS.map(([key, name]) => [key, t(name)])}
          change={(amount, span) => put('timeDuration', writeDuration({ amount, span }))} hint={t('按自然日计；工作日时限写在任务的“时限”里。')} />
      )}
      {mode === 'date' && <Text label={t('时刻')} value={text} change={(value) => put('timeDate', value)} hint="2026-12-31T17:00:00+08:00" />}
      {mode === 'feel' && <Feel label={t('表达式')} model={model} value={text} change={(value) => put('timeDuration', value)} />}
      {model.is('bpmn:BoundaryEvent') && (
        <Tick label={t('到时中断原任务')} hint={t('不中断时另开一路')} checked={model.bo.cancelActivity !== false} change={(on) => model.set({ cancelActivity: on })} />
      )}
    </Part>
  );
}

/** Several people or items for one task, or again until done. */
export function Loop({ model }) {
  const loop = model.bo.loopCharacteristics;
  const several = loop && is(loop, 'bpmn:MultiInstanceLoopCharacteristics');
  const mode = !loop ? 'once' : !several ? 'again' : loop.isSequential ? 'sequential' : 'parallel';
  const choose = (next) => {
    if (next === mode) return;
    if (several && (next === 'parallel' || next === 'sequential')) return model.setIn(loop, { isSequential: next === 'sequential' });
    const made = next === 'once' ? undefined : next === 'again'
      ? model.make('bpmn:StandardLoopCharacteristics', { loopMaximum: 3 })
      : model.make('bpmn:MultiInstanceLoopCharacteristics', { isSequential: next === 'sequential' });
    model.set({ loopCharacteristics: made });
  };
  return (
    <Part title={t('办几份')} open={Boolean(loop)}>
      <Radio value={mode} change={choose} options={[
        ['once', t('一份')], ['parallel', t('几份，同时办')], ['sequential', t('几份，逐个办')], ['again', t('重复办到满足条件')],
      ]} />
      {several && <Instances model={model} loop={loop} />}
      {loop && !several && (
        <>
          <Text label={t('最多几次')} value={String(loop.loopMaximum ?? '')} change={(value) => model.setIn(loop, { loopMaximum: Number(value) || undefined })} />
          <Feel label={t('还要再办的条件')} model={model} value={model.expression(loop, 'loopCondition')} change={(text) => model.setExpression(loop, 'loopCondition', text)} />
        </>
      )}
    </Part>
  );
}

function Instances({ model, loop }) {
  const lists = model.variables.filter(({ type }) => type === 'list').map(({ name }) => [name, name]);
  const collection = loop.get('ow:collection') ?? '';
  const byCount = Boolean(model.expression(loop, 'loopCardinality')) || !collection;
  const put = (name) => (value) => model.setIn(loop, { [name]: value || undefined });
  const toList = () => model.setIn(loop, { loopCardinality: undefined, 'ow:collection': lists[0]?.[0] ?? 'departments', 'ow:item': loop.get('ow:item') || 'item' });
  const toCount = () => model.setIn(loop, {
    'ow:collection': undefined, 'ow:item': undefined, loopCardinality: model.make('bpmn:FormalExpression', { body: '2' }, loop),
  });
  const results = [...model.variables.map(({ name }) => [name, name]), ...model.steps().filter((step) => step.outcomes.length).map((step) => [`${step.id}_outcome`, t('“{step}”的办理结果', { step: step.name })])];
  return (
    <>
      <Radio label={t('份数')} value={byCount ? 'count' : 'list'} options={[['count', t('写明份数')], ['list', t('列表里每项一份')]]} change={(kind) => (kind === 'list' ? toList() : toCount())} />
      {byCount ? (
        <Feel label={t('几份')} model={model} value={model.expression(loop, 'loopCardinality')} change={(text) => model.setExpression(loop, 'loopCardinality', text)} />
      ) : (
        <>
          <Choice label={t('列表变量')} value={collection} options={lists} change={put('ow:collection')} hint={t('流程变量，类型为“列表”。')} />
          <Text label={t('每一项叫作')} value={loop.get('ow:item') ?? ''} change={put('ow:item')} hint={t('任务名称里可写成 {item}，表达式里直接用。', { item: `{${loop.get('ow:item') ?? 'item'}}` })} />
        </>
      )}
      <Choice label={t('每份的结果')} value={loop.get('ow:result-item') ?? ''} options={[['', t('不汇总')], ...results]} change={put('ow:result-item')} />
      {loop.get('ow:result-item') && <Choice label={t('汇总到列表')} value={loop.get('ow:result') ?? ''} options={[['', t('请选择')], ...lists]} change={put('ow:result')} />}
      <Feel label={t('提前结束的条件')} model={model} value={model.expression(loop, 'completionCondition')} change={(text) => model.setExpression(loop, 'completionCondition', text)} />
    </>
  );
}

/** Nothing selected: the process, with the variables that decide its ways. */
export function Process({ model }) {
  const { process } = model;
  const rows = model.variables;
  const put = (next) => model.setRows('ow:Variable', next, process);
  const change = (k, properties) => put(rows.map((row, at) => (at === k ? { ...row, ...properties } : row)));
  const add = () => {
    put([...rows, { name: free(rows), type: 'string' }]);
    queueMicrotask(() => [...document.querySelectorAll('.props-row input')].at(-1)?.select());
  };
  return (
    <>
      <Part title={t('流程')}>
        <Text label={t('名称')} value={process.name ?? ''} change={(name) => model.setIn(process, { name: name || undefined })} />
        <Long label={t('说明')} value={process.get('documentation')[0]?.text ?? ''}
          change={(text) => model.setIn(process, { documentation: text ? [model.make('bpmn:Documentation', { text }, process)] : [] })} />
      </Part>
      <Part title={t('流程变量')} count={rows.length}>
        <p class="props-hint">{t('只放决定走向的事实。值来自“事项信息”里的计算、环节表单的同名字段、决策表和办理结果。')}</p>
        {rows.map((row, k) => (
          <div class="props-row" key={k}>
            <Text value={row.name} aria-label={t('变量名')} placeholder={t('变量名')} change={(name) => change(k, { name: name.trim() })} />
            <Choice value={row.type} aria-label={t('类型')} options={TYPES.map(([key, name]) => [key, t(name)])} change={(type) => change(k, { type })} />
            <Remove what={row.name} act={() => put(rows.filter((_row, at) => at !== k))} />
          </div>
        ))}
        <Add act={add}>{t('添加变量')}</Add>
      </Part>
    </>
  );
}

function free(rows) {
  for (let n = 1; ; n++) if (!rows.some(({ name }) => name === `value_${n}`)) return `value_${n}`;
}

