/** 申请材料: the list left, the material one is at right. */
import { useState } from 'preact/hooks';
import { choose, element } from '../choices.js';
import { ask } from '../draft.js';
import { Check, Checks, Count, Expression, Radios, Text, Words } from './fields.jsx';
import { Icon, ItemTools, useList } from './list.jsx';
import { Panel } from './panel.jsx';
import { freeKey } from './paths.js';
import { answersScope } from './scope.js';
import { useStore } from './store.jsx';
import { lang, t } from './words.js';

const MEDIA = ['pdf', 'jpg', 'png', 'webp', 'docx', 'xlsx', 'ofd', 'zip'];
const named = (prefix, keys) => keys.map((key) => [key, t(`${prefix}.${key}`)]);
const nameOf = (material) => (lang === 'en' && material.name?.en) || material.name?.zh || '';

export function Materials() {
  const store = useStore();
  const keys = () => (store.definition.materials ?? []).map((material) => material.key);
  const list = useList('materials', {
    name: nameOf,
    fresh: () => ({ key: freeKey('material-1', keys()), name: { zh: '', en: '' }, necessity: 'required', form: 'electronic' }),
    double: (item, items) => ({ ...structuredClone(item), key: freeKey(item.key, items.map(({ key }) => key)) }),
  });
  const [, again] = useState(0);
  const chosen = Math.min(Math.max(Number(/^materials\[(\d+)\]/.exec(store.chosen)?.[1] ?? 0), 0), list.items.length - 1);
  const open = (index) => {
    store.choose(`materials[${index}]`);
    again(Date.now());
  };
  const add = () => {
    open(list.add());
    queueMicrotask(() => document.getElementById(store.chosen + '.name')?.focus());
  };
  const arrows = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || !list.items[chosen + by]) return;
    event.preventDefault();
    const to = event.altKey ? list.move(chosen, by) : chosen + by;
    open(to);
    queueMicrotask(() => document.getElementById(`material-${to}`)?.focus());
  };
  return (
    <div class="set-split">
      <nav class="set-side" aria-label={t('materials')}>
        <ol onKeyDown={arrows}>
          {list.items.map((material, index) => (
            <li key={material.key}>
              <button type="button" id={`material-${index}`} class="set-item" aria-current={index === chosen || undefined} onClick={() => open(index)}>
                <span class="set-item-name">{nameOf(material) || t('unnamed')}</span>
                <Badges material={material} wrong={store.wrongIn(`materials[${index}]`)} />
              </button>
            </li>
          ))}
        </ol>
        {!list.items.length && <p class="set-none">{t('noMaterials')}</p>}
        <div class="set-side-foot">
          <button type="button" class="btn btn-secondary set-add" onClick={add}><Icon icon="plus" />{t('addMaterial')}</button>
          {store.around.matters.length > 0 && (
            <button type="button" class="btn btn-quiet set-add" onClick={() => bring(store, list)}><Icon icon="download" />{t('bringMaterials')}</button>
          )}
        </div>
      </nav>
      {chosen >= 0 && (
        <div class="set-detail" key={`materials[${chosen}]`}>
          <Material path={`materials[${chosen}]`} tools={
            <ItemTools {...{ list, index: chosen }} label={t('toolsOf', { name: nameOf(list.items[chosen]) })} after={(to) => open(to)} />
          } />
        </div>
      )}
    </div>
  );
}

function Badges({ material, wrong }) {
  const errors = wrong.filter(({ severity }) => severity === 'error').length;
  return (
    <span class="set-badges">
      {material.shared && <i class="tag tag-green">{t('sharedShort')}</i>}
      {material.necessity === 'optional' && <i class="tag tag-neutral">{t('necessity.optional')}</i>}
      {material.necessity === 'deferrable' && <i class="tag tag-yellow">{t('deferrableShort')}</i>}
      {material.when && <i class="tag tag-blue">{t('whenShort')}</i>}
      {wrong.length > 0 && <i class={`tag ${errors ? 'tag-red' : 'tag-yellow'}`}>{t('wrong', { n: wrong.length })}</i>}
    </span>
  );
}

function Material({ path, tools }) {
  const store = useStore();
  const { names, sample } = answersScope(store.around, store.definition);
  const shared = store.at(`${path}.shared`);
  return (
    <>
      <Panel title={t('whichMaterial')} aside={tools}>
        <Words path={`${path}.name`} label={t('materialName')} placeholder={t('materialNameLike')} />
        <div class="set-pair">
          <Radios path={`${path}.necessity`} label={t('necessity')} options={named('necessity', ['required', 'optional', 'deferrable'])} fallback="required" />
          <Radios path={`${path}.source`} label={t('source')} options={named('source', ['applicant', 'government', 'intermediary'])} fallback="applicant" />
        </div>
        <Check path={`${path}.shared`} label={t('shared')} hint={t('sharedHint')} />
        <Expression path={`${path}.when`} label={t('when')} hint={t('whenHint')} names={names} sample={sample} optional />
      </Panel>
      <Panel title={t('howGood')}>
        <Words path={`${path}.standard`} label={t('standard')} hint={t('standardHint')} lines={2} optional />
        <Words path={`${path}.notes`} label={t('notes')} hint={t('notesHint')} lines={2} optional />
        <Words path={`${path}.legal_basis`} label={t('basis')} hint={t('basisHint')} lines={1} optional />
      </Panel>
      {!shared && (
        <Panel title={t('howHandedIn')}>
          <div class="set-pair">
            <Radios path={`${path}.form`} label={t('form')} options={named('form', ['original', 'copy', 'electronic'])} fallback="electronic" />
            <Count path={`${path}.copies`} label={t('copies')} least={0} most={20} fallback={1} suffix={t('copiesUnit')} />
          </div>
          <Checks path={`${path}.types`} label={t('types')} options={MEDIA.map((kind) => [kind, kind.toUpperCase()])} fallback={['pdf', 'jpg', 'png']} />
          <div class="set-pair">
            <Count path={`${path}.max_mb`} label={t('maxMb')} least={1} most={500} fallback={20} suffix="MB" />
            <Count path={`${path}.max_files`} label={t('maxFiles')} least={1} most={50} fallback={5} suffix={t('files')} />
          </div>
        </Panel>
      )}
      <Panel>
        <Text path={`${path}.key`} label={t('key')} hint={t('keyHint')} width="w-medium" />
      </Panel>
    </>
  );
}

/** Take materials over from another matter of the tenant. */
async function bring(store, list) {
  const select = element('select', { className: 'form-select', id: 'bring-matter' },
    ...store.around.matters.map(({ key, name, name_en }) =>
      element('option', { value: key, textContent: lang === 'en' && name_en ? name_en : name })));
  const rows = element('div', { className: 'set-bring' });
  rows.setAttribute('role', 'group');
  rows.setAttribute('aria-label', t('materials'));
  let found = [];
  const load = async () => {
    rows.replaceChildren(t('loading'));
    try {
      found = (await (await ask(`/api/matters/${select.value}/materials`)).json()).materials;
    } catch (error) {
      found = [];
      rows.replaceChildren(error.message || t('cannotLoad'));
      return;
    }
    rows.replaceChildren(...found.map((material, index) =>
      element('label', { className: 'choice' },
        element('input', { className: 'form-check-input', type: 'checkbox', value: String(index) }),
        element('span', { textContent: nameOf(material) }))));
    if (!found.length) rows.replaceChildren(t('noMaterialsThere'));
  };
  select.addEventListener('change', load);
  load();
  const label = element('label', { className: 'set-label', htmlFor: 'bring-matter', textContent: t('fromMatter') });
  const answer = await choose({
    title: t('bringMaterials'), body: element('div', {}, label, select, rows),
    choices: [
      { value: '', label: t('cancel'), tone: 'quiet' },
      { value: 'bring', label: t('bringChosen'), tone: 'primary' },
    ],
  });
  if (answer !== 'bring') return;
  const taken = list.items.map(({ key }) => key);
  const brought = [...rows.querySelectorAll('input:checked')].map(({ value }) => {
    const material = found[Number(value)];
    const key = freeKey(material.key, taken);
    taken.push(key);
    return { ...material, key };
  });
  if (!brought.length) return;
  store.put('materials', [...list.items, ...brought]);
  store.choose(`materials[${list.items.length}]`);
}
