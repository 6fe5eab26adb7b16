// Arrow keys leaf through a calendar, as the links before and after it do.

const leaf = document.querySelector("[data-leaf]");
const ARROWS = { ArrowLeft: "prev", ArrowRight: "next" };

if (leaf && document.body.dataset.keys !== "off") {
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.repeat || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!ARROWS[key] || document.querySelector("dialog:modal")) return;
    if (target.closest?.("input, textarea, select, [contenteditable], .table-scroll")) return;
    leaf.querySelector(`[rel=${ARROWS[key]}]`)?.click();
  });
}
