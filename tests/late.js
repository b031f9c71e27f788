/**
 * A machine with too much to do: some of what was to happen with the next frame, or at once, happens
 * up to `most` milliseconds later, in its order. Answers and clicks come in between, as they may.
 */
(most) => {
  const [frame, timeout] = [window.requestAnimationFrame, window.setTimeout].map((each) => each.bind(window));
  const due = { frame: 0, timeout: 0 };
  const now = () => performance.now();
  const late = () => (Math.random() < 0.3 ? Math.random() * most : 0);
  const rest = (kind, wanted) => (due[kind] = Math.max(due[kind], wanted + late())) - now();
  window.requestAnimationFrame = (then) => frame(() => timeout(() => then(now()), rest('frame', now())));
  window.setTimeout = (then, wait = 0, ...more) =>
    timeout(then, wait > 100 ? wait : rest('timeout', now() + wait), ...more);
}
