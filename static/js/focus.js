// After a swap the focus stays where the hands were: the error summary, or the same control.
// A button is disabled while it asks, and a disabled button loses the focus: so it is noted before.

const FOCUSABLE = "button, a[href], summary, input:not([type=hidden]), select, textarea";
const held = new WeakMap();

const controls = (root) => [...root.querySelectorAll(FOCUSABLE)];
const isLost = () => !document.activeElement || document.activeElement === document.body;

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const active = document.activeElement;
  const { target } = ctx;
  if (!(target instanceof Element) || !target.contains(active)) return;
  held.set(ctx, { active, id: active.id, root: target.id, place: controls(target).indexOf(active) });
});

function restore(ctx) {
  const note = held.get(ctx);
  // Still disabled: the answer was an error, and the button comes back in a moment.
  if (!note || !isLost() || (note.active.isConnected && note.active.disabled)) return;
  const root = document.getElementById(note.root);
  const same = note.active.isConnected ? note.active : note.id && document.getElementById(note.id);
  const around = root ? controls(root).filter((control) => !control.disabled) : [];
  const next = same && !same.disabled ? same : around[Math.max(note.place, 0)] || around[0];
  next?.focus({ preventScroll: true });
}

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const summary = document.getElementById("error-summary");
  if (summary && summary.dataset.seen === undefined) {
    summary.dataset.seen = "";
    summary.focus();
    if (!document.title.startsWith("Error: ")) document.title = `Error: ${document.title}`;
    return;
  }
  restore(ctx);
});

// htmx enables the button again after this event, so the focus waits for it.
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  setTimeout(() => restore(ctx));
});
