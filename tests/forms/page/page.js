/** What the tests call in the page. */
import { mountForm } from './form-viewer.js';

window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.violations.push(`${event.violatedDirective} ${event.sourceFile}:${event.lineNumber} ${event.sample}`);
});

const drawn = () => new Promise((resolve) => {
  setTimeout(() => requestAnimationFrame(() => setTimeout(resolve)), 0);
});

window.mount = async (options) => {
  window.mounted?.destroy();
  const place = document.getElementById('place');
  place.textContent = '';
  window.mounted = await mountForm(place, options);
  await drawn();
};

/** The verdict of the page, and what form-js itself has drawn and would submit. */
window.verdict = async (options) => {
  await window.mount(options);
  const { form } = window.mounted;
  const registry = form.get('formFieldRegistry');
  const validator = form.get('validator');
  const instances = form.get('formFieldInstanceRegistry').getAll();
  const drawnAt = instances
    .filter(({ id }) => registry.get(id).key || registry.get(id).type === 'dynamiclist')
    .map(({ id, valuePath }) => `${id} ${valuePath.join('.')}`);
  const own = form._getSubmitData();
  const complaints = instances.flatMap((instance) => {
    const [message] = validator.validateFieldInstance(instance, instance.value);
    return message ? [`${instance.valuePath.join('.')} ${message}`] : [];
  });
  const judged = form.settled().instances.map(({ node, path }) => `${node.id} ${path.join('.')}`);
  const { data, errors } = window.mounted.submit();
  return { data, errors, drawn: drawnAt.sort(), judged: judged.sort(), own, complaints: complaints.sort() };
};

window.ready = true;
