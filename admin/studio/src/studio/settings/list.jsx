/** Lists: add, move, double, take out with a way back. Alt+↑ and Alt+↓ move the item one is in. */
import { useStore } from './store.jsx';
import { t } from './words.js';

/** Everything that can be done with the list at `path`; `name(item)` says which item it is. */
export function useList(path, { fresh, name = () => '', double = (item) => structuredClone(item) }) {
  const store = useStore();
  const items = store.at(path) ?? [];
  const put = (next) => store.put(path, next);
  return {
    items,
    add(item = fresh()) {
      put([...items, item]);
      return items.length;
    },
    move(index, by) {
      const to = index + by;
      if (to < 0 || to >= items.length) return index;
      const next = [...items];
      [next[index], next[to]] = [next[to], next[index]];
      put(next);
      return to;
    },
    double(index) {
      put([...items.slice(0, index + 1), double(items[index], items), ...items.slice(index + 1)]);
      return index + 1;
    },
    drop(index) {
      const words = t('dropped', { name: name(items[index]) || t('item', { n: index + 1 }) });
      store.putBack(path, items.filter((_, other) => other !== index), words, t('undo'));
    },
  };
}

/** The four buttons of an item. `after(index)` is told where the item stands then. */
export function ItemTools({ list, index, label, after = () => {}, doubles = true }) {
  const act = (what) => () => after(what());
  return (
    <div class="set-tools" role="group" aria-label={label}>
      <IconButton icon="arrow-up" label={t('up')} disabled={index === 0} onClick={act(() => list.move(index, -1))} />
      <IconButton icon="arrow-down" label={t('down')} disabled={index === list.items.length - 1} onClick={act(() => list.move(index, 1))} />
      {doubles && <IconButton icon="copy" label={t('double')} onClick={act(() => list.double(index))} />}
      <IconButton icon="trash" label={t('drop')} onClick={() => list.drop(index)} />
    </div>
  );
}

export function IconButton({ icon, label, ...rest }) {
  return (
    <button type="button" class="set-icon" aria-label={label} title={label} {...rest}><Icon icon={icon} /></button>
  );
}

export function Icon({ icon }) {
  return <svg class="icon icon-sm" aria-hidden="true"><use href={`${Icon.sprite}#${icon}`} /></svg>;
}

/** A list whose items stand below each other, all open. */
export function Rows({ path, label, hint, empty, add, fresh, name, doubles, children }) {
  const store = useStore();
  const list = useList(path, { fresh, name });
  const wrong = store.wrongAt(path);
  const focus = (index) =>
    queueMicrotask(() => document.getElementById(`${path}[${index}]`)?.querySelector('input, textarea, select')?.focus());
  const keys = (index) => (event) => {
    if (!event.altKey || !['ArrowUp', 'ArrowDown'].includes(event.key)) return;
    event.preventDefault();
    const inside = event.target.id?.replace(`${path}[${index}]`, '');
    const to = list.move(index, event.key === 'ArrowUp' ? -1 : 1);
    queueMicrotask(() => document.getElementById(`${path}[${to}]${inside}`)?.focus());
  };
  return (
    <fieldset class="set-field set-rows" id={path} tabIndex={-1}>
      {label && <legend class="set-label">{label}</legend>}
      {hint && <p class="set-hint">{hint}</p>}
      {wrong.length > 0 && <ul class="set-wrong">{wrong.map(({ severity, message }) => <li class={`is-${severity}`}>{message}</li>)}</ul>}
      {!list.items.length && empty && <p class="set-none">{empty}</p>}
      <ol>
        {list.items.map((item, index) => (
          <li class="set-row" id={`${path}[${index}]`} onKeyDown={keys(index)}>
            <div class="set-row-fields">{children(`${path}[${index}]`, item, index)}</div>
            <ItemTools {...{ list, index, doubles }} label={t('toolsOf', { name: name?.(item) || t('item', { n: index + 1 }) })} />
          </li>
        ))}
      </ol>
      <button type="button" class="btn btn-secondary set-add" onClick={() => focus(list.add())}><Icon icon="plus" />{add}</button>
    </fieldset>
  );
}
