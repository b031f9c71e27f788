/** form-js as it comes, to compare our judging of its own components with. */
import { Form } from '@bpmn-io/form-js-viewer';
import { get } from 'min-dash';

window.stock = async (schema, data) => {
  const place = document.getElementById('place');
  const form = new Form({ container: place, debounce: false });
  await form.importSchema(schema, data);
  // Its components correct values in effects, one after the other.
  for (let round = 0; round < 4; round += 1) {
    await new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });
  }
  const { data: submitted, errors } = form.submit();
  const wrong = form.get('formFieldInstanceRegistry').getAllKeyed()
    .filter(({ id, indexes }) => get(errors, [id, ...Object.values(indexes ?? {})])?.length)
    .map(({ valuePath }) => valuePath.join('.'));
  form.destroy();
  return { data: JSON.parse(JSON.stringify(submitted)), wrong: wrong.sort() };
};

window.ready = true;
