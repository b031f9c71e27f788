/**
 * Names on Piccolo Admin. It titles tables by their names in the database ("Matter Version"); here
 * they are shown as they are called ("事项版本"). The names come with the page (admin/labels.py).
 */
import '../css/panel.css';

const names = new Map(
  Object.entries(JSON.parse(document.getElementById('panel-names')?.textContent ?? '{}')),
);

/** The Chinese name for a text that is just a table's name. */
function named(text) {
  const plain = text.trim();
  // Letters are made large by the style sheet, so case says nothing.
  const chinese = names.get(plain.toLowerCase());
  return chinese ? text.replace(plain, chinese) : text;
}

function rename(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    // What people typed into rows is theirs.
    if (node.parentElement?.closest('td, textarea, script, style')) continue;
    const after = named(node.data);
    if (after !== node.data) node.data = after;
  }
}

if (document.documentElement.lang.startsWith('zh')) {
  rename(document.body);
  new MutationObserver((changes) => {
    for (const change of changes) {
      const target = change.target.nodeType === Node.TEXT_NODE ? change.target.parentElement : change.target;
      if (target) rename(target);
    }
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
}
