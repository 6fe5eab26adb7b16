// "Quote" puts a line into the text that had the focus last, as if it was typed there:
//   <button type="button" data-quote="12 Nov 2026, praise from Otto: …">
// and [data-quoted] says where it went. The draft takes it from there like anything typed.

const TEXTS = "form[data-draft] textarea:not([disabled])";
const name = (text) => text.labels[0]?.firstChild?.textContent.trim() ?? "your text";
let last = "";

document.addEventListener("focusin", ({ target }) => {
  if (target.matches(TEXTS)) last = target.id;
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-quote]");
  if (!button) return;
  const all = [...document.querySelectorAll(TEXTS)];
  const held = all.find((one) => one.id === last);
  const text = held ?? all.find((one) => !one.value.trim()) ?? all[0];
  if (!text) return;
  // Below the line one was in, so that no sentence is cut in two.
  const { value } = text;
  const end = held ? value.indexOf("\n", text.selectionEnd) : -1;
  const at = end < 0 ? value.length : end;
  const line = (at && value[at - 1] !== "\n" ? "\n" : "") + button.dataset.quote;
  text.setRangeText(line, at, at, "end");
  last = text.id;
  text.dispatchEvent(new Event("input", { bubbles: true }));
  if (end < 0) text.scrollTop = text.scrollHeight;
  const said = document.querySelector("[data-quoted]");
  if (said) said.textContent = `Put under “${name(text)}”`;
  button.dataset.done = "";
});
