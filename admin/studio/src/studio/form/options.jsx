/** @jsxImportSource preact */
/** The options of a choice: written here, found in what was answered before, or computed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Choice, Feel, Rows, Section, Text } from './inputs.jsx';
import { OPTIONS } from './types.js';
import { t } from './words.js';

export function Options({ component, set, scope }) {
  const { values, valuesKey, valuesExpression } = component;
  const source = valuesExpression !== undefined ? 'valuesExpression' : valuesKey !== undefined ? 'valuesKey' : 'values';
  const turn = (to) => set.edit({
    values: to === 'values' ? [] : undefined,
    valuesKey: to === 'valuesKey' ? '' : undefined,
    valuesExpression: to === 'valuesExpression' ? '=' : undefined,
    defaultValue: undefined,
  });
  return (
    <Section title={t('options')} count={values?.length}>
      <Choice
        label={t('optionsFrom')} value={source}
        options={['values', 'valuesKey', 'valuesExpression'].map((one) => [one, t(`from-${one}`)])}
        onChange={turn}
      />
      {source === 'values' && <Written {...{ component, set }} />}
      {source === 'valuesKey' && (
        <Text label={t('from-valuesKey')} mono value={valuesKey} onChange={(key) => set.edit({ valuesKey: key ?? '' })} />
      )}
      {source === 'valuesExpression' && (
        <Feel label={t('from-valuesExpression')} scope={scope} value={valuesExpression} onChange={(text) => set.edit({ valuesExpression: text ?? '=' })} />
      )}
    </Section>
  );
}

function Written({ component, set }) {
  const [pasting, setPasting] = useState(false);
  const { values = [], type, defaultValue } = component;
  const single = type === 'radio' || type === 'select';
  return (
    <>
      <Rows
        items={values} add={t('addOption')}
        fresh={() => fresh(values)}
        onChange={(next) => set.edit({ values: next })}
        draw={(option, put) => (
          <>
            <Text label={t('label')} value={option.label} onChange={(label) => put({ label: label ?? '' })} />
            <div class="fd-pair">
              <Text label={t('inEnglish', { label: t('label') })} value={option.labelEn} onChange={(labelEn) => put({ labelEn })} />
              <Text label={t('value')} mono value={option.value} onChange={(value) => put({ value: value ?? '' })} />
            </div>
          </>
        )}
      />
      <button type="button" class="btn btn-quiet fd-add" onClick={() => setPasting(!pasting)}>{t('pasteOptions')}</button>
      {pasting && <Paste onDone={(lines) => { set.edit({ values: added(lines, values) }); setPasting(false); }} />}
      {single && values.length > 0 && (
        <Choice
          label={t('defaultOption')} value={defaultValue}
          options={[['', t('none')], ...values.map(({ value, label }) => [String(value), label])]}
          onChange={(value) => set.edit({ defaultValue: values.find((one) => String(one.value) === value)?.value })}
        />
      )}
    </>
  );
}

function Paste({ onDone }) {
  const [text, setText] = useState('');
  const box = useRef();
  useEffect(() => box.current.querySelector('textarea').focus(), []);
  return (
    <div class="fd-paste" ref={box}>
      <Text label={t('pasteHint')} rows={5} value={text} onChange={(typed) => setText(typed ?? '')} />
      <button type="button" class="btn btn-secondary" disabled={!text.trim()} onClick={() => onDone(text)}>{t('addThese')}</button>
    </div>
  );
}

function fresh(values) {
  const taken = new Set(values.map(({ value }) => String(value)));
  let number = values.length + 1;
  while (taken.has(`option_${number}`)) number += 1;
  return { label: t('newOption', { n: number }), value: `option_${number}` };
}

/** Behind what was written; the options a field begins with give way. */
function added(lines, values) {
  const untouched = JSON.stringify(values) === JSON.stringify(OPTIONS());
  const before = untouched ? [] : values;
  return [...before, ...fromLines(lines, before)];
}

/** One option a line: its words, or words and value with a tab or "|" between them. */
function fromLines(text, values) {
  const found = [];
  for (const line of text.split('\n').map((one) => one.trim()).filter(Boolean)) {
    const [label, value] = line.split(/\s*[\t|｜]\s*/);
    found.push({ label, value: value || fresh([...values, ...found]).value });
  }
  return found;
}
