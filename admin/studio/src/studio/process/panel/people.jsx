/** 办理人: picked from the tenant's departments, posts, roles and people, or an expression. */
import { useLayoutEffect, useState } from 'preact/hooks';

import { t } from '../words.js';
import { Feel } from './feel.jsx';
import { Choice, Radio, Text } from './fields.jsx';
import { PLACES, readAssign, writeAssign } from './grammar.js';

const LEVELS = new Set(['village', 'township', 'county', 'city']);

export function Assign({ model, choices }) {
  const text = model.get('ow:assign');
  const assign = readAssign(text);
  const [formula, setFormula] = useState(assign === null);
  useLayoutEffect(() => setFormula(readAssign(text) === null), [model.element, text]);
  const put = (value) => model.set({ 'ow:assign': value });
  const change = (word) => (value) => put(writeAssign({ ...assign, [word]: value }));
  const any = [['', t('不限')]];
  const posts = choices.posts.filter((post) => !assign?.department || post.department === assign.department);
  return (
    <>
      <Radio label={t('办理人')} value={formula ? 'feel' : 'pick'}
        options={[['pick', t('选部门、岗位、角色')], ['feel', t('用表达式决定')]]}
        change={(kind) => (kind === 'pick' && assign === null ? put('') : setFormula(kind === 'feel'))} />
      {formula ? (
        <Feel label={t('办理人表达式')} model={model} value={assign && text ? `="${text}"` : text} sign change={put}
          hint={t('结果应是一段文字，如 "department:housing role:reviewer"。')} />
      ) : (
        <div class="props-nested">
          <Choice label={t('在哪里办')} value={assign.at ?? ''} options={PLACES.map(([key, name]) => [key, t(name)])} change={change('at')}
            hint={LEVELS.has(assign.at) ? t('收件地所在或上属的那一级。') : undefined} />
          <Choice label={t('部门')} value={assign.department ?? ''} options={[...any, ...choices.departments]} change={change('department')} />
          <Choice label={t('角色')} value={assign.role ?? ''} options={[...any, ...choices.roles]} change={change('role')} />
          <Choice label={t('岗位')} value={assign.post ?? ''} options={[...any, ...distinct(posts)]} change={change('post')} />
          <PersonPick value={assign.person ?? ''} change={change('person')} url={choices.people} />
          {!text && <p class="props-hint is-wrong">{t('至少选部门、角色、岗位、人员之一。')}</p>}
        </div>
      )}
    </>
  );
}

const distinct = (posts) => [...new Map(posts.map((post) => [post.key, [post.key, post.name]])).values()];

/** Only for the rare step that one person alone may do. */
function PersonPick({ value, change, url }) {
  const [found, setFound] = useState([]);
  const look = async (event) => {
    const words = event.currentTarget.value.trim();
    if (words.length < 1) return;
    const answer = await fetch(`${url}?q=${encodeURIComponent(words)}`, { headers: { accept: 'application/json' } }).catch(() => null);
    if (answer?.ok) setFound((await answer.json()).people);
  };
  return (
    <div onInput={look}>
      <Text label={t('人员')} value={value} change={change} list={found.map((each) => [each.login, each.name])} placeholder={t('登录名，一般不填')} />
    </div>
  );
}
