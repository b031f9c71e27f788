/** An expression in the panel: the studio's expression editor, told the names in scope here. */
import { useLayoutEffect, useRef } from 'preact/hooks';

import { feelEditor } from '../../feel-editor.js';
import { useId } from '../../ids.js';
import { t } from '../words.js';

const PAUSE = 700;

export function Feel({ label, hint, model, value, change, sign = false }) {
  const id = useId();
  const place = useRef(null);
  const editor = useRef(null);
  const state = useRef({});
  Object.assign(state.current, { change, value });

  useLayoutEffect(() => {
    const commit = () => {
      clearTimeout(state.current.pause);
      const typed = editor.current.value.trim();
      if (typed !== state.current.value) state.current.change(typed === '=' ? '' : typed);
    };
    editor.current = feelEditor(place.current, {
      value, sign, label, lines: true, readonly: !model.modeling, names: model.names(t),
      onChange: () => {
        clearTimeout(state.current.pause);
        state.current.pause = setTimeout(commit, PAUSE);
      },
    });
    const { current: box } = place;
    box.addEventListener('focusout', commit);
    return () => {
      clearTimeout(state.current.pause);
      box.removeEventListener('focusout', commit);
      editor.current.destroy();
    };
  }, [model.element]);

  useLayoutEffect(() => {
    if (editor.current.value.trim() !== value && !place.current.contains(document.activeElement)) editor.current.value = value;
  }, [value]);

  useLayoutEffect(() => editor.current.moved());

  return (
    <div class="props-field">
      {label && <span class="props-label" id={id}>{label}</span>}
      <div ref={place} aria-labelledby={id} />
      {hint && <p class="props-hint">{hint}</p>}
    </div>
  );
}
