// The command palette: a combobox over what the server finds. The focus stays in the field; arrow
// keys move the choice. Without this, the same search is a page.

const palette = document.getElementById("palette");
const field = document.getElementById("palette-words");

if (palette) {
  const hits = document.getElementById("palette-hits");
  const said = document.getElementById("palette-said");
  // Enter was pressed before the answer to these words came.
  let isAwaited = false;

  const options = () => [...hits.querySelectorAll("[role=option]")];
  const chosen = () => hits.querySelector("[aria-selected=true]");
  const isFresh = () => document.getElementById("hits")?.dataset.query === field.value;

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function open(option, event) {
    const { ctrlKey, metaKey } = event;
    isAwaited = false;
    if (!ctrlKey && !metaKey) palette.close();
    option.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey }));
  }

  function move(step) {
    const all = options();
    if (all.length) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
  }

  // The words of before are still there, to be typed over; their answer is asked for anew.
  field.addEventListener("focus", () => {
    field.select();
    field.dispatchEvent(new Event("ask"));
  });
  field.addEventListener("input", () => { isAwaited = false; });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      move(step);
    } else if (event.key === "Enter" && !event.isComposing) {
      // A second Enter sends the form: the same search as a page.
      if (isAwaited) return;
      event.preventDefault();
      if (isFresh() && chosen()) open(chosen(), event);
      else isAwaited = !isFresh();
    }
  });
  hits.addEventListener("click", (event) => {
    if (event.target.closest("[role=option]") && !event.ctrlKey && !event.metaKey) palette.close();
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target !== hits) return;
    const all = options();
    field.setAttribute("aria-expanded", String(all.length > 0));
    choose(all[0]);
    hits.scrollTop = 0;
    said.textContent = field.value.trim() ? document.getElementById("hits").dataset.said : "";
    if (isAwaited && isFresh() && all[0]) open(all[0], {});
  });
}
