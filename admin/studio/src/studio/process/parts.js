/** What the designer knows of the draft's other parts: its forms with their fields, its tables. */
import { Changed } from '../draft.js';
import { TYPES } from './panel/grammar.js';
import { bracketed } from '../words.js';
import { t } from './words.js';

/**
 * @returns {{ forms: string[], decisions: string[], readonly: boolean, formName, formUrl, decisionUrl,
 *   hasForm: (key: string) => boolean, takeReady: (element: object) => void,
 *   nameInEnglish: (id: string, name: string) => void,
 *   makeForm: (id: string, name: string) => Promise<string|null>, fieldsOf: (key: string) => Promise<Array<[string, string]>>,
 *   typeOf: (decision: string) => Promise<string> }}
 */
export function partsOf({ page, draft, toast, readonly }) {
  const fields = new Map();
  const forms = page.forms.map(([key]) => key);
  const names = new Map(page.forms);
  let naming = Promise.resolve(); // one after the other: they are all written into the same part

  /** Save a new form and show it; false when it was refused. */
  async function keep(key, name, content) {
    forms.push(key);
    names.set(key, name);
    fields.set(key, Promise.resolve(listed(content.components)));
    try {
      await draft.save(`forms/${key}`, content, null);
    } catch (error) {
      forms.splice(forms.indexOf(key), 1);
      toast(t('表单没有建成：{why}', { why: error.message }), { tone: 'bad' });
      return false;
    }
    showAtTheLeft(page.address, key, name || key);
    toast(t('已新建表单“{name}”，可以打开它继续设计。', { name: name || key }));
    return true;
  }

  async function keepEnglish(id, name) {
    const { content, etag } = await draft.load('definition');
    if (content.steps?.[id] === name) return;
    try {
      await draft.save('definition', { ...content, steps: { ...content.steps, [id]: name } }, etag);
    } catch (error) {
      if (error instanceof Changed) await keepEnglish(id, name);
    }
  }

  return {
    ...page,
    readonly,
    forms,
    formName: (key) => (names.get(key) && names.get(key) !== key ? bracketed(names.get(key), key) : key),
    formUrl: (key) => `${page.address}/forms/${key}`,
    decisionUrl: (key) => `${page.address}/decisions/${key}`,

    /** A form for a step, with its opinion to begin with; the key it got, null when refused. */
    async makeForm(id, name) {
      let key = id.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'form';
      for (let n = 2, stem = key; forms.includes(key); n++) key = `${stem}-${n}`;
      return (await keep(key, name, blank(key))) ? key : null;
    },

    /** Whether a ready-made step finds a form of its key: one of the draft's, or one that is ready. */
    hasForm: (key) => forms.includes(key) || key in page.ready,

    /** The form that a step just drawn names, when it is one that is ready and not in the draft yet. */
    takeReady({ businessObject }) {
      const key = businessObject?.get?.('ow:form');
      if (key in page.ready && !forms.includes(key)) keep(key, businessObject.name, page.ready[key]);
    },

    /** English names of what is drawn are among the matter's settings. Without one the Chinese shows. */
    nameInEnglish(id, name) {
      naming = naming.then(() => keepEnglish(id, name)).catch(() => {});
    },

    /** The type of a variable that takes what `decision` ("key" or "key#id") answers. */
    async typeOf(decision) {
      const [key, id] = decision.split('#');
      return draft.load(`decisions/${key}`).then(({ content }) => typeOfAnswer(content, id)).catch(() => 'string');
    },

    /** [[path, label]] of what can be filled in on a form. */
    async fieldsOf(key) {
      if (!key || !draft) return [];
      if (!fields.has(key)) {
        fields.set(key, draft.load(`forms/${key}`).then(({ content }) => listed(content.components ?? [])).catch(() => []));
      }
      return fields.get(key);
    },
  };
}

/** A single answer has the type its column says, several answers are a list. */
function typeOfAnswer(xml, id) {
  const drawn = new DOMParser().parseFromString(xml, 'application/xml');
  const all = (within, name) => [...within.getElementsByTagNameNS('*', name)];
  const decisions = all(drawn, 'decision');
  const decision = decisions.find((each) => each.getAttribute('id') === id) ?? decisions[0];
  const [table] = all(decision, 'decisionTable');
  const [policy, sum] = ['hitPolicy', 'aggregation'].map((name) => table?.getAttribute(name));
  if (sum === 'COUNT') return 'number';
  if (!sum && ['COLLECT', 'RULE ORDER', 'OUTPUT ORDER'].includes(policy)) return 'list';
  const outputs = all(decision, table ? 'output' : 'variable');
  const type = outputs.length === 1 ? outputs[0].getAttribute('typeRef') : '';
  return TYPES.some(([known]) => known === type) ? type : 'string';
}

/** The list of forms beside the drawing is the server's, made when the page was. */
function showAtTheLeft(address, key, name) {
  const last = [...document.querySelectorAll(`.studio-rail a.studio-link[href^="${address}/forms/"]`)].at(-1);
  if (!last) return;
  const link = last.cloneNode(true);
  link.href = `${address}/forms/${key}`;
  link.querySelector('.studio-link-name').textContent = name;
  const count = link.querySelector('.studio-count');
  if (count) Object.assign(count, { textContent: '', className: 'studio-count' }).dataset.count = `forms/${key}`;
  last.after(link);
}

/** Its field is called after the form: no two forms of a matter may have one of the same name. */
function blank(key) {
  return {
    type: 'default',
    id: key,
    schemaVersion: 19,
    components: [
      { type: 'textarea', id: 'opinion_field', key: `${key.replaceAll('-', '_')}_opinion`, label: '办理意见', labelEn: 'Opinion', validate: { required: true, maxLength: 500 } },
    ],
  };
}

function listed(components, prefix = '') {
  return components.flatMap((component) => {
    const path = component.path ? `${prefix}${component.path}.` : prefix;
    if (component.components) return component.type === 'dynamiclist' ? [[`${prefix}${component.path}`, component.label ?? component.path]] : listed(component.components, path);
    return component.key ? [[`${prefix}${component.key}`, component.label || component.key]] : [];
  });
}
