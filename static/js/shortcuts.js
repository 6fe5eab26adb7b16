// Keys for those who like them: Ctrl-K and / search, ? lists them, g and a letter goes somewhere,
// j and k walk through the rows, x presses the row's button. Single keys can be switched off (Me).

const TYPING = "input, textarea, select, [contenteditable], [role=textbox], [role=combobox]";
const ROWS = "main .row, main .step, main tbody tr";
const LONG = 1500;
const hasSingleKeys = document.body.dataset.keys !== "off";
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
let wentAt = -LONG;

for (const hint of document.querySelectorAll("kbd[data-hold]")) {
  if (isMac) hint.textContent = "⌘ K";
  hint.hidden = false;
}

const search = () => document.querySelector("[data-opens=palette]")?.click();

const inside = (row) =>
  row.querySelector("a.row__title, .step__title a, .row__body a, td a, th a") ||
  row.querySelector("a[href], button:not([disabled])");

function walk(step) {
  const rows = [...document.querySelectorAll(ROWS)].filter((row) => inside(row)?.checkVisibility());
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  const link = rows[next] && inside(rows[next]);
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
}

function press() {
  const row = document.activeElement?.closest?.(ROWS);
  row?.querySelector(".row__action form[hx-post] button, .check__button")?.click();
}

const KEYS = {
  "/": search,
  "?": () => document.dispatchEvent(new CustomEvent("portal:help", { detail: "/help/shortcuts" })),
  g: () => { wentAt = performance.now(); },
  j: () => walk(1),
  k: () => walk(-1),
  x: press,
};

document.addEventListener("keydown", (event) => {
  const { key } = event;
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const modal = document.querySelector("dialog:modal");
  if (key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
    if (modal && modal.id !== "palette") return;
    event.preventDefault();
    modal ? modal.close() : search();
    return;
  }
  if (!hasSingleKeys || modal || event.ctrlKey || event.metaKey || event.repeat && !"jk".includes(key)) return;
  if (event.target.closest?.(TYPING)) return;
  const goes = performance.now() - wentAt < LONG;
  wentAt = -LONG;
  const act = goes ? () => document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click() : KEYS[key];
  if (!act) return;
  event.preventDefault();
  act();
});
