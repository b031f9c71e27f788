/** A titled part of a section. */
export function Panel({ title, hint, aside, children }) {
  return (
    <section class="set-panel">
      {title && <header><h3>{title}</h3>{aside}</header>}
      {hint && <p class="set-hint">{hint}</p>}
      {children}
    </section>
  );
}
