/**
 * The house's words and doors on Piccolo Admin. It titles tables by their names in the database,
 * says parts of itself in English whatever its language, and has pages for passwords and signing out
 * that are ours to show. What is said here comes with the page (admin/panel.py, admin/words.py).
 *
 * Runs before Piccolo's own script, which finds language and theme where it looks for them.
 */
import '../css/panel.css';

const setup = JSON.parse(document.getElementById('panel-setup').textContent);
const names = new Map(Object.entries(setup.names));
const longestFirst = [...names.keys()].sort((a, b) => b.length - a.length);
const exact = new Map();
const patterns = [];
for (const [said, ours] of Object.entries(setup.phrases)) {
  if (said.includes('*')) {
    const quoted = said.split('*').map((part) => part.replace(/[.?()]/g, '\\$&'));
    patterns.push([new RegExp(`^${quoted.join('(.*)')}$`), ours]);
  } else exact.set(said, ours);
}
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const WORDS = ['placeholder', 'title', 'label', 'alt'];

remember('piccoloAdminDefaultLanguage', setup.language);
const dark = setup.theme === 'dark' || (setup.theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
remember('darkMode', JSON.stringify(dark));

for (const ask of ['confirm', 'alert']) {
  const plain = window[ask].bind(window);
  window[ask] = (text) => plain(said(String(text)));
}

document.addEventListener('DOMContentLoaded', () => {
  dress(document.body);
  new MutationObserver((changes) => {
    for (const change of changes) {
      const target = change.target.nodeType === Node.TEXT_NODE ? change.target.parentElement : change.target;
      if (target?.isConnected) dress(target);
    }
  }).observe(document.documentElement, {
    childList: true,
    subtree: true,
    characterData: true,
    attributes: true,
    attributeFilter: WORDS,
  });
});
addEventListener('hashchange', () => requestAnimationFrame(tellPlace));
document.addEventListener('click', leaveByOurDoors, { capture: true });

/** A text of Piccolo's in our words; everything else as it is. */
function said(text) {
  const plain = text.trim();
  if (!plain) return text;
  let ours = exact.get(plain);
  for (const [pattern, words] of ours === undefined ? patterns : []) {
    const found = plain.match(pattern);
    if (!found) continue;
    let at = 0;
    ours = words.replace(/\*/g, () => found[++at] ?? '');
    break;
  }
  return ours === undefined ? text : text.replace(plain, ours);
}

/** A table's name, or a title that ends with one ("新增 department"), as the table is called. */
function named(text) {
  const low = text.trim().toLowerCase();
  // Letters are made large by the style sheet, so case says nothing.
  if (names.has(low)) return names.get(low);
  const name = longestFirst.find((each) => low.endsWith(` ${each}`));
  return name ? text.trim().slice(0, -name.length).trimEnd() + (setup.language === 'en' ? ' ' : '') + names.get(name) : text;
}

function dress(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || parent.closest('textarea, script, style, #panel-note')) continue;
    let after = node.data;
    if (parent.closest('td')) after = cell(node, parent);
    else {
      after = said(after);
      if (parent.closest('h1, .sidebar, .table_list')) after = named(after);
    }
    if (after !== node.data) node.data = after;
  }
  for (const attribute of WORDS) {
    for (const element of [root, ...root.querySelectorAll(`[${attribute}]`)]) {
      const before = element.getAttribute?.(attribute);
      if (!before || element.closest('td, #panel-note')) continue;
      const after = said(before);
      if (after !== before) element.setAttribute(attribute, after);
    }
  }
  addLanguage();
  tellPlace();
}

/** What people typed into rows is theirs; only moments and "nothing" are written our way. */
function cell(node, parent) {
  const text = node.data.trim();
  if (parent.matches('code') && text === 'NULL') return said('NULL');
  if (!MOMENT.test(text)) return node.data;
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return node.data;
  return moment.toLocaleString(document.documentElement.lang, {
    timeZone: 'Asia/Shanghai', dateStyle: 'long', timeStyle: 'short',
  });
}

/** Whose a row is can be looked at; a form doesn't send it. Other places' rows can only be read. */
async function tellPlace() {
  const main = document.querySelector('#app h1:not(#nav h1, .modal h1)')?.parentElement;
  if (!main) return;
  for (const place of document.querySelectorAll('.inner form [name="tenant"]')) {
    place.disabled = true;
    place.parentElement.parentElement.classList.add('of-place');
  }
  const here = location.hash;
  const [table, row] = here.replace(/^#\//, '').split('/');
  const found = /^\d+$/.test(row ?? '') ? await rowOf(table, row) : {};
  if (here !== location.hash || !main.isConnected) return;
  const owner = table === 'tenant' ? found.id : found.tenant;
  const frozen = table === 'matter_version' && found.state && found.state !== 'draft';
  const foreign = Boolean(owner && owner !== setup.tenant && setup.places[owner]);
  document.body.classList.toggle('is-foreign', foreign || frozen || setup.read_only.includes(table));
  const notes = [];
  if (foreign) notes.push(setup.foreign.replace('%s', setup.places[owner]));
  else if (frozen) notes.push(setup.frozen);
  if (!row && setup.notices[table]) notes.push(setup.notices[table]);
  if (!row && setup.others && names.has((table ?? '').replaceAll('_', ' '))) notes.push(setup.others);
  show(notes.join('\n'), main.closest('.title_bar') ?? main);
}

const rows = new Map();

function rowOf(table, row) {
  const address = `api/tables/${table}/${row}/`;
  if (!rows.has(address)) {
    const asked = fetch(address, { headers: { accept: 'application/json' } });
    rows.set(address, asked.then((answer) => (answer.ok ? answer.json() : {})).catch(() => ({})));
  }
  return rows.get(address);
}

function show(text, below) {
  let note = document.getElementById('panel-note');
  if (note && note.textContent === text && note.previousElementSibling === below) return;
  note?.remove();
  if (!text) return;
  note = Object.assign(document.createElement('p'), { id: 'panel-note', textContent: text });
  below.insertAdjacentElement('afterend', note);
}

/** The other language, beside the person: cookies and Piccolo's choice change together. */
function addLanguage() {
  const list = document.querySelector('#nav > ul');
  if (!list || document.getElementById('panel-language')) return;
  const item = document.createElement('li');
  const link = item.appendChild(document.createElement('a'));
  Object.assign(link, { id: 'panel-language', lang: setup.other.lang, textContent: setup.other.name });
  link.href = setup.other.href;
  link.addEventListener('click', () => (link.href = setup.other.href + location.hash));
  list.prepend(item);
}

/** Passwords, the second step and signing out are pages of the house, not of Piccolo's. */
function leaveByOurDoors(event) {
  const link = event.target.closest?.('#drop_down_menu a');
  if (!link) return;
  const target = link.getAttribute('href') ?? '';
  const ours =
    link.dataset.uitest === 'logout_button' ? signOut
    : target.includes('change-password') ? () => location.assign('/account/password')
    : target.includes('mfa-setup') ? () => location.assign('/account/second-step')
    : null;
  if (!ours) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ours();
}

/** The page about one's account carries the token that signing out needs. */
async function signOut() {
  const account = await (await fetch('/account')).text();
  const token = new DOMParser().parseFromString(account, 'text/html').querySelector('meta[name="csrf-token"]');
  const form = Object.assign(document.createElement('form'), { method: 'post', action: '/sign-out' });
  form.append(
    Object.assign(document.createElement('input'), { type: 'hidden', name: '_csrf_token', value: token?.content ?? '' }),
  );
  document.body.append(form);
  form.submit();
}

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage may be closed to us; then Piccolo speaks the language the server told it.
  }
}
