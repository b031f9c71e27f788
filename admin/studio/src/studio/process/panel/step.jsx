/** A human task: stage, form, who, how long, buttons, fields, separation of duties, papers. */
import { useEffect, useState } from 'preact/hooks';

import { t } from '../words.js';
import { Add, Amount, Choice, Icon, Part, Remove, Several, Text } from './fields.jsx';
import { ACCESS, STAGES, UNITS, outcomeEnglish, outcomeId, readFields, readLimit, readOutcomes, words, writeFields, writeOutcomes } from './grammar.js';
import { Assign } from './people.jsx';

export function Step({ model, choices, studio }) {
  const stages = [['', t('未选')], ...STAGES.map(([key, name]) => [key, t(name)])];
  const { amount, unit } = readLimit(model.get('ow:limit'));
  const others = model.steps(model.element).map(({ id, name }) => [id, name]);
  const setLimit = (value, of) => model.set({ 'ow:limit': value ? `${value}${of}` : '' });
  return (
    <>
      <Part title={t('办理')}>
        <Choice label={t('环节类型')} value={model.get('ow:stage')} options={stages} change={(value) => model.set({ 'ow:stage': value })}
          hint={t('决定这一步有哪些法定操作，如受理时可要求补正、决定时可作出不予。')} />
        <FormChoice model={model} studio={studio} />
        <Assign model={model} choices={choices} />
        <Amount label={t('时限')} amount={amount} unit={unit} units={UNITS.map(([key, name]) => [key, t(name)])} change={setLimit} />
      </Part>
      <Outcomes model={model} />
      <Fields model={model} studio={studio} />
      <Part title={t('不得同一人')} count={words(model.get('ow:differs-from')).length} open={Boolean(model.get('ow:differs-from'))}>
        <Several label={t('办过这些步骤的人，不能办这一步')} options={others} chosen={words(model.get('ow:differs-from'))}
          change={(chosen) => model.set({ 'ow:differs-from': chosen.join(' ') })} />
      </Part>
      <Part title={t('文书')} count={words(model.get('ow:papers')).length} open={Boolean(model.get('ow:papers'))}>
        <Several label={t('这一步办完后出具')} options={choices.papers} chosen={words(model.get('ow:papers'))}
          change={(chosen) => model.set({ 'ow:papers': chosen.join(' ') })} />
      </Part>
    </>
  );
}

function FormChoice({ model, studio }) {
  const form = model.get('ow:form');
  const options = [['', t('不用表单，只选办理结果')], ...studio.forms.map((key) => [key, studio.formName(key)])];
  return (
    <div>
      <Choice label={t('表单')} value={form} options={options} change={(value) => model.set({ 'ow:form': value })}
        missing={t('“{value}”不存在')} />
      <div class="props-links">
        {!studio.readonly && studio.forms.includes(form) && <a href={studio.formUrl(form)}><Icon name="pencil" />{t('打开表单')}</a>}
        {!studio.readonly && <NewForm model={model} studio={studio} />}
      </div>
    </div>
  );
}

/** A form of its own for this step, empty but for its name; the form designer goes on from there. */
function NewForm({ model, studio }) {
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    const key = await studio.makeForm(model.bo.id, model.bo.name ?? '');
    setBusy(false);
    if (key) model.set({ 'ow:form': key });
  };
  return <button type="button" class="btn-link" disabled={busy} onClick={make}><Icon name="plus" />{t('新建表单')}</button>;
}

function Outcomes({ model }) {
  const rows = readOutcomes(model.get('ow:outcomes'));
  const put = (next) => model.set({ 'ow:outcomes': writeOutcomes(next) });
  const change = (k, properties) => put(rows.map((row, at) => (at === k ? { ...row, ...properties } : row)));
  const add = () => {
    const zh = rows.length ? t('新按钮') : '完成';
    put([...rows, { zh, en: outcomeEnglish(zh), id: outcomeId({ zh, en: '' }, rows.map((row) => row.id)) }]);
  };
  return (
    <Part title={t('按钮（办理结果）')} count={rows.length}>
      {rows.map((row, k) => (
        <fieldset class="props-outcome" key={row.id}>
          <legend>{k === 0 ? t('主按钮') : t('按钮 {n}', { n: k + 1 })}<code title={t('条件里用的代码')}>{row.id}</code></legend>
          <div class="props-row">
            <Text value={row.zh} aria-label={t('中文')} placeholder={t('中文')} change={(zh) => zh && change(k, { zh, en: row.en || outcomeEnglish(zh) })} />
            <Text value={row.en} aria-label={t('英文')} placeholder={t('英文')} change={(en) => change(k, { en })} />
            {k > 0 && <button type="button" class="btn-icon" aria-label={t('“{what}”上移', { what: row.zh })} title={t('上移')} onClick={() => put(swapped(rows, k))}><Icon name="arrow-up" /></button>}
            <Remove what={row.zh} act={() => put(rows.filter((_row, at) => at !== k))} />
          </div>
        </fieldset>
      ))}
      {rows.length === 0 && <p class="props-hint">{t('没有写按钮时，只有一个“完成”。')}</p>}
      <Add act={add}>{t('添加按钮')}</Add>
    </Part>
  );
}

const swapped = (rows, k) => rows.map((row, at) => (at === k - 1 ? rows[k] : at === k ? rows[k - 1] : row));

/** Only what differs from "may be filled in" is kept. */
function Fields({ model, studio }) {
  const form = model.get('ow:form');
  const [known, setKnown] = useState([]);
  useEffect(() => {
    let here = true;
    studio.fieldsOf(form).then((fields) => here && setKnown(fields));
    return () => (here = false);
  }, [form]);
  const access = readFields(model.get('ow:fields'));
  const shown = [...known, ...Object.keys(access).filter((key) => !known.some(([each]) => each === key)).map((key) => [key, `${key} ${t('（表单里没有）')}`])];
  if (!shown.length) return null;
  return (
    <Part title={t('字段权限')} count={Object.keys(access).length} open={Object.keys(access).length > 0}>
      <div class="props-access">{shown.map(([key, name]) => (
        <Choice key={key} label={name} value={access[key] ?? ''} options={ACCESS.map(([each, label]) => [each, t(label)])}
          change={(value) => model.set({ 'ow:fields': writeFields({ ...access, [key]: value === 'edit' ? '' : value }) })} />
      ))}</div>
    </Part>
  );
}
// Icons of this file: icon("pencil") icon("arrow-up")
