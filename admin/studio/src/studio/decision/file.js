/** Calling a table something else, and taking it away. */
import { choose, element } from '../choices.js';
import { tell } from '../draft.js';
import { t } from './words.js';

export async function rename(studio, name) {
  const input = element('input', { className: 'form-control', id: 'table-name', value: name, autocomplete: 'off' });
  const label = element('label', { className: 'field-label', htmlFor: 'table-name', textContent: t('newKey') });
  const answer = await choose({
    title: t('rename'), body: element('div', {}, label, input, element('p', { className: 'field-hint', textContent: t('renameHint') })),
    choices: [{ value: '', label: t('cancel'), tone: 'quiet' }, { value: 'yes', label: t('rename'), tone: 'primary' }],
  });
  const to = input.value.trim();
  if (answer !== 'yes' || !to || to === name) return;
  if (!(await studio.save())) return;
  try {
    await tell(`${studio.api}/decisions/${name}/name`, { to });
    location.assign(`${studio.address}/decisions/${to}`);
  } catch (error) {
    studio.toast(error.fields?.[0]?.message || error.message);
  }
}

export async function drop(studio, name) {
  const answer = await choose({
    title: t('drop'), text: t('dropText', { name }),
    choices: [{ value: '', label: t('cancel'), tone: 'quiet' }, { value: 'yes', label: t('drop'), tone: 'danger' }],
  });
  if (answer !== 'yes') return;
  await studio.save();
  try {
    await studio.draft.drop(`decisions/${name}`);
    location.assign(`${studio.address}/process`);
  } catch (error) {
    studio.toast(error.message);
  }
}
