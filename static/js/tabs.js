// The editor's panes become tabs where they do not fit side by side. Without this they are stacked.

const narrow = matchMedia("(max-width: 68.749rem)");

function make(editor) {
  const panes = [...editor.querySelectorAll(":scope .pane[id]")];
  const list = document.createElement("div");
  list.className = "tabs editor__tabs";
  const row = document.createElement("ul");
  row.setAttribute("role", "tablist");
  row.setAttribute("aria-label", editor.dataset.label || "Editor");
  list.append(row);
  const buttons = panes.map((pane) => {
    const item = document.createElement("li");
    item.setAttribute("role", "presentation");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tabs__link";
    button.id = `${pane.id}-tab`;
    button.textContent = pane.dataset.tab;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", pane.id);
    button.addEventListener("click", () => show(pane));
    item.append(button);
    row.append(item);
    return button;
  });
  let chosen = panes[0];

  function show(pane) {
    chosen = pane;
    draw();
  }

  function draw() {
    list.hidden = !narrow.matches;
    panes.forEach((pane, place) => {
      const current = pane === chosen;
      pane.hidden = narrow.matches && !current;
      if (narrow.matches) {
        pane.setAttribute("role", "tabpanel");
        pane.setAttribute("aria-labelledby", buttons[place].id);
      } else {
        pane.removeAttribute("role");
        pane.removeAttribute("aria-labelledby");
      }
      buttons[place].setAttribute("aria-selected", String(current));
      buttons[place].tabIndex = current ? 0 : -1;
    });
  }

  row.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (panes.indexOf(chosen) + step + panes.length) % panes.length;
    show(panes[next]);
    buttons[next].focus();
  });
  editor.prepend(list);
  narrow.addEventListener("change", draw);
  draw();
}

document.querySelectorAll("[data-panes]").forEach(make);

// On a phone the open tab of a long row may lie outside the edge.
for (const link of document.querySelectorAll(".tabs [aria-current]")) {
  link.closest(".tabs").scrollLeft = link.offsetLeft - 48;
}

// "Line 12" puts the caret there.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-line]");
  const source = link && document.getElementById(link.hash.slice(1));
  if (!source) return;
  event.preventDefault();
  const lines = source.value.split("\n");
  const line = Math.min(Number(link.dataset.line), lines.length) - 1;
  const from = lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0);
  const pane = source.closest(".pane[id]");
  if (pane?.hidden) document.getElementById(`${pane.id}-tab`)?.click();
  source.focus();
  source.setSelectionRange(from, from + lines[line].length);
});
