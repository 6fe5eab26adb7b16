// Help with a text. A button with data-starter="field" types its words into that field, as if
// somebody had. A sentence with data-few="field" data-few-words="20" shows when one rests in the
// field with fewer words than that, and goes as soon as there are enough. It blocks nothing, and
// nothing moves under a finger: it comes only while the field has the focus.

const REST_MS = 1200;
let resting;

const few = (field) => field.matches?.("textarea[id]") && document.querySelector(`[data-few="${CSS.escape(field.id)}"]`);
const words = (text) => text.split(/\s+/).filter(Boolean).length;
const isShort = (field, line) => words(field.value) > 0 && words(field.value) < line.dataset.fewWords;

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-starter]");
  const field = button && document.getElementById(button.dataset.starter);
  if (!field) return;
  const end = field.value.length;
  const gap = !end || /\s$/.test(field.value) ? "" : " ";
  field.setRangeText(`${gap}${button.textContent.trim()} `, end, end, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("input", ({ target }) => {
  clearTimeout(resting);
  const line = few(target);
  if (!line) return;
  if (!isShort(target, line)) line.hidden = true;
  else resting = setTimeout(() => (line.hidden = document.activeElement !== target || !isShort(target, line)), REST_MS);
});

for (const moves of ["pointerdown", "focusout"]) addEventListener(moves, () => clearTimeout(resting));
