/**
 * Names on Piccolo Admin. It titles tables by their names in the database ("Matter Version"); here
 * they are shown as they are called ("事项版本"). The names come with the page (admin/labels.py).
 */
import '../css/panel.css';

const names = new Map(
  Object.entries(JSON.parse(document.getElementById('panel-names')?.textContent ?? '{}')),
);

/** A text that is exactly one of the names, or holds one as its only English words. */
function named(text) {
  const plain = text.trim();
  if (names.has(plain)) return text.replace(plain, names.get(plain));
  for (const [english, chinese] of names) {
    if (plain.startsWith(`${english} `) || plain.endsWith(` ${english}`)) {
      return text.replace(english, chinese);
    }
  }
  return text;
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
  new MutationObserver((changes) => {
    for (const change of changes) {
      const target = change.target.nodeType === Node.TEXT_NODE ? change.target.parentElement : change.target;
      if (target) rename(target);
    }
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
}
