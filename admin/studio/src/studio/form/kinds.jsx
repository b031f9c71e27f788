/** @jsxImportSource preact */
/** What belongs to one kind of component only: its limits, its options, its rows. */
import { Amount, Both, Choice, Feel, Limit, Rows, Section, Text, Tick } from './inputs.jsx';
import { Options } from './options.jsx';
import { t } from './words.js';

const PARTS = ['province', 'city', 'county', 'town', 'street'];

function Words({ component, validate, set, scope }) {
  const format = validate.validationType === 'email' ? 'email' : validate.pattern !== undefined ? 'pattern' : '';
  return (
    <Section title={t('whatFits')}>
      <div class="fd-pair">
        <Limit label={t('minLength')} value={validate.minLength} scope={scope} least={0} onChange={(minLength) => set.validate({ minLength })} />
        <Limit label={t('maxLength')} value={validate.maxLength} scope={scope} least={0} onChange={(maxLength) => set.validate({ maxLength })} />
      </div>
      <Choice
        label={t('format')} value={format}
        options={[['', t('formatAny')], ['email', t('formatEmail')], ['pattern', t('formatPattern')]]}
        onChange={(chosen) => set.validate({
          validationType: chosen === 'email' ? 'email' : undefined,
          pattern: chosen === 'pattern' ? '^.+$' : undefined,
          ...(chosen === 'pattern' ? {} : { patternErrorMessage: undefined, patternErrorMessageEn: undefined }),
        })}
      />
      {format === 'pattern' && (
        <>
          <Text label={t('pattern')} hint={t('patternHint')} mono value={validate.pattern} onChange={(pattern) => set.validate({ pattern: pattern ?? '' })} />
          <Both label={t('patternMessage')} name="patternErrorMessage" of={validate} edit={set.validate} />
        </>
      )}
      <Looks {...{ component, set }} />
    </Section>
  );
}

function Numbers({ component, validate, set, scope }) {
  const { decimalDigits, increment } = component;
  return (
    <Section title={t('whatFits')}>
      <div class="fd-pair">
        <Limit label={t('min')} value={validate.min} whole={false} scope={scope} onChange={(min) => set.validate({ min })} />
        <Limit label={t('max')} value={validate.max} whole={false} scope={scope} onChange={(max) => set.validate({ max })} />
      </div>
      <div class="fd-pair">
        <Amount label={t('decimals')} value={decimalDigits} least={0} onChange={(digits) => set.edit({ decimalDigits: digits })} />
        <Amount
          label={t('step')} whole={false} value={increment === undefined ? undefined : Number(increment)}
          onChange={(step) => set.edit({ increment: step })}
        />
      </div>
      <Looks {...{ component, set }} />
    </Section>
  );
}

function Money({ component, validate, set, scope }) {
  const limit = (name) => (
    <Limit
      label={t(name)} suffix={t('yuan')} scale={100} value={validate[name]} scope={scope}
      onChange={(amount) => set.validate({ [name]: amount })}
    />
  );
  return (
    <Section title={t('whatFits')}>
      <div class="fd-pair">{limit('min')}{limit('max')}</div>
      <p class="fd-note">{t('moneyHint')}</p>
      <Looks {...{ component, set }} />
    </Section>
  );
}

function Dates({ component, properties, set }) {
  const { subtype = 'date' } = component;
  return (
    <Section title={t('whatFits')}>
      <Choice
        label={t('subtype')} value={subtype}
        options={['date', 'time', 'datetime'].map((one) => [one, t(`subtype-${one}`)])}
        onChange={(chosen) => set.edit({ subtype: chosen })}
      />
      {subtype !== 'time' && (
        <Choice
          label={t('range')} value={properties.range ?? (component.disallowPassedDates ? 'today-or-future' : '')}
          options={['', 'past', 'past-or-today', 'today-or-future', 'future'].map((one) => [one, t(`range-${one || 'any'}`)])}
          onChange={(range) => {
            set.custom({ range });
            if (component.disallowPassedDates) set.edit({ disallowPassedDates: undefined });
          }}
        />
      )}
    </Section>
  );
}

function Mobile({ component, properties, set }) {
  return (
    <Section title={t('whatFits')}>
      <Tick label={t('landline')} value={[true, 'true'].includes(properties.landline)} onChange={(on) => set.custom({ landline: on || undefined })} />
      <Looks {...{ component, set }} />
    </Section>
  );
}

/** Checked by themselves; only how they look is open. */
function Checked({ component, set }) {
  return (
    <Section title={t('whatFits')} open={false}>
      <p class="fd-note">{t(`checked-${component.type}`)}</p>
      <Looks {...{ component, set }} />
    </Section>
  );
}

function Region({ properties, set }) {
  const listed = typeof properties.parts === 'string' ? properties.parts.split(/[\s,，]+/) : null;
  const put = (part, on) => {
    const chosen = PARTS.filter((one) => (one === part ? on : (listed ?? PARTS).includes(one)));
    set.custom({ parts: chosen.length && chosen.length < PARTS.length ? chosen.join(', ') : undefined });
  };
  return (
    <Section title={t('parts')}>
      <div class="fd-ticks">
        {PARTS.map((part) => <Tick key={part} label={t(part)} value={!listed || listed.includes(part)} onChange={(on) => put(part, on)} />)}
      </div>
      <p class="fd-note">{t('partsHint')}</p>
    </Section>
  );
}

function Looks({ component, set }) {
  const { appearance = {}, type } = component;
  return (
    <>
      <Both label={t('placeholder')} name="placeholder" of={component} edit={set.edit} />
      {['textfield', 'number'].includes(type) && (
        <Both label={t('suffix')} name="suffixAdorner" of={appearance} edit={set.look} placeholder={t('suffixExample')} />
      )}
    </>
  );
}

function Ticked({ component, set }) {
  return (
    <Section title={t('atFirst')} open={false}>
      <Tick label={t('tickedAtFirst')} hint={t('tickedHint')} value={component.defaultValue} onChange={(on) => set.edit({ defaultValue: on || undefined })} />
    </Section>
  );
}

function Computed({ component, set, scope }) {
  return (
    <Section title={t('computing')}>
      <Feel label={t('formula')} hint={t('formulaHint')} scope={scope} value={component.expression} onChange={(text) => set.edit({ expression: text ?? '=' })} />
    </Section>
  );
}

function Block({ component, set }) {
  return (
    <Section title={t('words')}>
      <Both label={t('text')} hint={t('textHint')} name="text" of={component} edit={set.edit} rows={6} />
    </Section>
  );
}

function Table({ component, set, scope }) {
  return (
    <Section title={t('rowsAndColumns')}>
      <Feel label={t('dataSource')} scope={scope} value={component.dataSource} onChange={(text) => set.edit({ dataSource: text })} />
      <Rows
        items={component.columns ?? []} add={t('addColumn')} fresh={() => ({ key: 'name', label: t('column') })}
        onChange={(columns) => set.edit({ columns })}
        draw={(column, put) => (
          <>
            <Text label={t('label')} value={column.label} onChange={(label) => put({ label })} />
            <Text label={t('inEnglish', { label: t('label') })} value={column.labelEn} onChange={(labelEn) => put({ labelEn })} />
            <Text label={t('key')} mono value={column.key} onChange={(key) => put({ key })} />
          </>
        )}
      />
    </Section>
  );
}

function Space({ component, set }) {
  return (
    <Section title={t('looks')}>
      <Amount label={t('height')} suffix="px" least={4} value={component.height} onChange={(height) => set.edit({ height })} />
    </Section>
  );
}

function Group({ component, set }) {
  return (
    <Section title={t('looks')}>
      <Tick label={t('outline')} value={component.showOutline} onChange={(on) => set.edit({ showOutline: on || undefined })} />
    </Section>
  );
}

function List({ component, properties, set }) {
  const number = (name) => (properties[name] === undefined ? undefined : Number(properties[name]));
  return (
    <Section title={t('rows')}>
      <div class="fd-pair">
        <Amount label={t('minRows')} least={0} value={number('minRows')} onChange={(count) => set.custom({ minRows: count })} />
        <Amount label={t('maxRows')} least={1} value={number('maxRows')} onChange={(count) => set.custom({ maxRows: count })} />
      </div>
      <Amount label={t('firstRows')} least={0} value={component.defaultRepetitions} onChange={(count) => set.edit({ defaultRepetitions: count })} />
      <Tick label={t('addRemove')} value={component.allowAddRemove !== false} onChange={(on) => set.edit({ allowAddRemove: on })} />
    </Section>
  );
}

export const KINDS = {
  textfield: Words, textarea: Words, number: Numbers, money: Money, datetime: Dates, mobile: Mobile,
  idnumber: Checked, creditcode: Checked, region: Region, checkbox: Ticked, choice: Options,
  expression: Computed, text: Block, table: Table, spacer: Space, group: Group, dynamiclist: List,
};
