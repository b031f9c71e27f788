/** What the studio's frame says. `{name}` is filled in by `say`. */
const ZH = {
  saved: '已保存',
  savedAt: '已保存 {time}',
  saving: '正在保存…',
  changed: '有修改',
  away: '连接中断：修改已存在本机，恢复后自动保存',
  refused: '没有保存：{why}',
  signIn: '登录已过期，修改已存在本机。请在新窗口登录后继续。',
  gone: '这份草稿已发布或已被删除，请返回事项',
  goneKept: '没有保存：这份草稿已发布或已被删除。您的修改存在本机，新建草稿后打开这一部分可以载入。',
  conflict: '他人改过，未保存',
  conflictTitle: '这一部分已被他人改过',
  conflictText: '{who}在{when}保存过新的内容。您的修改还没有保存，两份都在，请选择：',
  taken: '{who}在{when}改过：{what}。已和您的修改合在一起，都已保存。',
  and: '、',
  theirs: '用对方的',
  theirsHint: '放弃我的修改，载入对方保存的内容',
  mine: '用我的',
  mineHint: '用我的内容覆盖对方的，对方的仍可在对照中复制',
  compare: '对照',
  byLine: '逐行对照',
  theirText: '草稿里保存的',
  myText: '我的修改',
  sameLines: '…… {n} 行相同',
  back: '返回',
  later: '先不处理',
  restored: '已恢复上次没来得及保存的修改（{when}）。',
  restoredDrop: '放弃这些修改',
  restoreTitle: '有一份没保存的修改',
  restoreText: '您在{when}的修改没来得及保存，而草稿之后又被改过。请选择：',
  restoreMine: '载入我的修改',
  restoreTheirs: '用草稿现在的内容',
  noProblems: '没有问题',
  problems: '{errors} 处错误，{warnings} 处提醒',
  checkFailed: '暂时不能检查，请稍后再试',
  error: '错误',
  warning: '提醒',
  line: '第 {n} 行',
  goOn: '去处理',
  other: '{name}正在看：{part}（{when}起）',
};

const EN = {
  saved: 'Saved',
  savedAt: 'Saved {time}',
  saving: 'Saving…',
  changed: 'Edited',
  away: 'Offline: kept in this browser, saved when the connection is back',
  refused: 'Not saved: {why}',
  signIn: 'Your session has ended; your changes are kept in this browser. Sign in in a new window and go on.',
  gone: 'This draft was published or thrown away; go back to the matter',
  goneKept: 'Not saved: this draft was published or thrown away. Your changes are kept in this browser; begin a draft and open this part to load them.',
  conflict: 'Changed by somebody else, not saved',
  conflictTitle: 'Somebody else changed this part',
  conflictText: '{who} saved new content at {when}. Yours isn’t saved yet; both are still there. Choose:',
  taken: '{who} changed at {when}: {what}. It was put together with your changes; both are saved.',
  and: ', ',
  theirs: 'Take theirs',
  theirsHint: 'Give up my changes and load what they saved',
  mine: 'Keep mine',
  mineHint: 'Write mine over theirs; theirs can still be copied from the comparison',
  compare: 'Compare',
  byLine: 'Line by line',
  theirText: 'Saved in the draft',
  myText: 'Mine',
  sameLines: '… {n} lines alike',
  back: 'Back',
  later: 'Not now',
  restored: 'Changes that weren’t saved last time are back ({when}).',
  restoredDrop: 'Give them up',
  restoreTitle: 'There are changes that weren’t saved',
  restoreText: 'Your changes of {when} weren’t saved, and the draft was changed since. Choose:',
  restoreMine: 'Load my changes',
  restoreTheirs: 'Take the draft as it is',
  noProblems: 'No problems',
  problems: 'Errors: {errors}, warnings: {warnings}',
  checkFailed: 'Checking isn’t possible just now; try again later',
  error: 'Error',
  warning: 'Warning',
  line: 'line {n}',
  goOn: 'Decide',
  other: '{name} is at: {part} (since {when})',
};

export const lang = document.documentElement.lang.startsWith('en') ? 'en' : 'zh';

/** A speaker of a dictionary { zh: {…}, en: {…} }: `const t = speaking({ zh, en }); t('saved')`. */
export function speaking(words) {
  const mine = words[lang];
  return (key, params = {}) =>
    (mine[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);
}

export const say = speaking({ zh: ZH, en: EN });

/** `text` with something in brackets behind it, as the page's language writes them. */
export const bracketed = (text, inside) => (lang === 'en' ? `${text} (${inside})` : `${text}（${inside}）`);

/** A moment as people say it: only the time today, else with the day. */
export function when(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  const today = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'zh-CN', {
    ...(today ? {} : { month: 'long', day: 'numeric' }), hour: '2-digit', minute: '2-digit',
  }).format(at);
}
