/** @jsxImportSource preact */
/** What holds or explains: groups, lists of rows, texts, tables. */
import { FormField, LocalExpressionContext, sanitizeHTML } from '@bpmn-io/form-js-viewer';
import { get } from 'min-dash';
import { useCallback, useContext, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { evaluate, rowScope } from '../../../../forms/js/feel.js';
import { initialRow } from '../../../../forms/js/judge.js';
import { MOST_ROWS } from '../../../../forms/js/sheet.js';
import { wholeProperty } from '../../../../forms/js/types.js';
import { Errors, Icon, Notes, Shown, useNames, useService, useWords } from './pieces.jsx';

/** The fields of a container, row by row of form-js's layout. */
function Rows({ field, indexes }) {
  const form = useService('form');
  const layouter = useService('formLayouter');
  const registry = useService('formFieldRegistry');
  const change = useCallback((update) => form._update(update), [form]);
  return layouter.getRows(field.id).map((row) => (
    <div class="ow-line" key={row.id}>
      {row.components.map((id) => {
        const inner = registry.get(id);
        return inner && <FormField key={id} field={inner} indexes={indexes} onChange={change} />;
      })}
    </div>
  ));
}

function Default({ field }) {
  return <Rows field={field} />;
}
Default.config = {
  type: 'default', keyed: false, group: null, create: (options = {}) => ({ components: [], ...options }),
};

function Group({ field, domId, indexes }) {
  return (
    <section
      class={field.showOutline ? 'ow-group ow-outlined' : 'ow-group'}
      role="group"
      aria-labelledby={field.label ? domId : undefined}
    >
      {field.label && <h3 class="ow-group-title" id={domId}>{field.label}</h3>}
      {field.description && <Notes field={field} domId={domId} errors={[]} />}
      <Rows field={field} indexes={indexes} />
    </section>
  );
}
Group.config = {
  type: 'group',
  pathed: true,
  name: '分组',
  group: 'container',
  create: (options = {}) => ({ components: [], ...options }),
};

/** A list the rows of which are filled in one below the other. */
function List({ field, domId, errors = [], readonly, value, fieldInstance, indexes }) {
  const form = useService('form');
  const { say } = useWords();
  const scope = useContext(LocalExpressionContext);
  const paths = useService('pathRegistry');
  const path = paths.getValuePath(field, { indexes });
  const rows = Array.isArray(value) ? value : [];
  const seen = get(scope.data, path) ?? [];
  const most = Math.min(wholeProperty(field, 'maxRows') ?? MOST_ROWS, MOST_ROWS);
  const least = wholeProperty(field, 'minRows') ?? 0;
  const changeable = !readonly && field.allowAddRemove !== false;
  const [added, setAdded] = useState(null);
  const box = useRef();
  useLayoutEffect(() => {
    if (added === null) return;
    const cards = box.current.querySelectorAll(':scope > .ow-rows > .ow-row');
    (cards[added]?.querySelector('input, select, textarea') ?? box.current.querySelector('.ow-add'))?.focus();
    setAdded(null);
  }, [added]);
  const put = (next) => form._update({ fieldInstance, value: next });
  const add = () => {
    put([...rows, initialRow(form.sheet, field.id)]);
    setAdded(rows.length);
  };
  const remove = (index) => {
    put(rows.filter((_, at) => at !== index));
    setAdded(Math.max(0, Math.min(index, rows.length - 2)));
  };
  return (
    <section
      class={`ow-list${errors.length ? ' has-error' : ''}`}
      role="group"
      aria-labelledby={`${domId}-label`}
      ref={box}
    >
      <h3 class="ow-group-title" id={`${domId}-label`}>
        {field.label}
        {changeable && !least && <span class="optional">{say('optional')}</span>}
      </h3>
      <div id={domId} tabIndex={-1}>
        {field.description && <div class="field-hint">{field.description}</div>}
        <Errors domId={domId} errors={errors} />
      </div>
      {!rows.length && (changeable ? <p class="ow-empty">{say('emptyList')}</p> : <p>{say('none')}</p>)}
      <div class="ow-rows">
        {rows.map((_, index) => (
          <Row
            key={index}
            field={field}
            number={index + 1}
            scope={scope}
            row={seen[index] ?? {}}
            indexes={{ ...indexes, [field.id]: index }}
            remove={changeable ? () => remove(index) : null}
          />
        ))}
      </div>
      {changeable && (
        <button type="button" class="btn btn-secondary ow-add" onClick={add} disabled={rows.length >= most}>
          <Icon name="plus" />
          {rows.length >= most ? say('fullList', { max: most }) : say('add')}
        </button>
      )}
    </section>
  );
}
List.config = {
  type: 'dynamiclist',
  pathed: true,
  repeatable: true,
  name: '可增减列表',
  group: 'container',
  create: (options = {}) => ({
    components: [], isRepeating: true, allowAddRemove: true, defaultRepetitions: 1, ...options,
  }),
};

function Row({ field, number, scope, row, indexes, remove }) {
  const { say } = useWords();
  const inside = useMemo(() => rowScope(scope, row, number - 1), [scope, row, number]);
  const title = `${field.label} ${number}`;
  return (
    <fieldset class="ow-row">
      <legend>{title}</legend>
      {remove && (
        <button type="button" class="ow-remove" onClick={remove} aria-label={say('removeRow', { row: title })}>
          <Icon name="trash" />
          <span>{say('remove')}</span>
        </button>
      )}
      <LocalExpressionContext.Provider value={inside}>
        <Rows field={field} indexes={indexes} />
      </LocalExpressionContext.Provider>
    </fieldset>
  );
}

/** Markdown with `{{…}}`; answers in it are text, never markup. */
function Text({ field }) {
  const renderer = useService('markdownRenderer');
  const templating = useService('templating');
  const names = useNames();
  const markdown = templating.isTemplate(field.text)
    ? templating.evaluate(field.text, names, { sanitizer: asText })
    : field.text ?? '';
  const html = useMemo(() => sanitizeHTML(renderer.render(markdown)), [renderer, markdown]);
  return <div class="ow-text" dangerouslySetInnerHTML={{ __html: html }} />;
}
Text.config = {
  type: 'text', keyed: false, name: '说明文字', group: 'presentation', create: (options = {}) => options,
};

const asText = (text) => text.replace(/[^\p{L}\p{N} ]/gu, (sign) => `&#${sign.codePointAt(0)};`);

function Table({ field }) {
  const { say } = useWords();
  const names = useNames();
  const found = field.dataSource ? evaluate(field.dataSource, names) : [];
  const rows = Array.isArray(found) ? found : [];
  const columns = field.columns ?? [];
  return (
    <div class="field ow-table">
      <table class="table">
        {field.label && <caption>{field.label}</caption>}
        <thead>
          <tr>{columns.map(({ key, label }) => <th key={key} scope="col">{label}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>{columns.map(({ key }) => <td key={key}>{cell(row?.[key])}</td>)}</tr>
          ))}
          {!rows.length && <tr><td colSpan={columns.length}>{say('emptyTable')}</td></tr>}
        </tbody>
      </table>
    </div>
  );
}
Table.config = {
  type: 'table', keyed: false, name: '表格', group: 'presentation', create: (options = {}) => options,
};

const cell = (value) => (value === null || value === undefined || typeof value === 'object' ? '' : String(value));

/** Computed by the form as a whole whenever an answer changes; shown if it has a label. */
function Expression(props) {
  return props.field.label ? <Shown {...props} /> : null;
}
Expression.config = {
  type: 'expression',
  keyed: true,
  name: '计算字段',
  group: 'basic-input',
  emptyValue: null,
  escapeGridRender: true,
  create: (options = {}) => ({ computeOn: 'change', ...options }),
};

export const arranged = [Default, Group, List, Text, Table, Expression];
