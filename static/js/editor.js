// The editor's buttons write a ready line into the text, so that nobody needs to remember the
// grammar; and an autosave that had to wait sends the version it waited for, so that nobody is in
// conflict with themselves.

for (const button of document.querySelectorAll("button[data-insert]")) {
  button.hidden = false;
  button.addEventListener("click", () => insert(button));
}

function insert(button) {
  const source = document.getElementById(button.dataset.into);
  const pane = source.closest(".pane[id]");
  if (pane?.hidden) document.getElementById(`${pane.id}-tab`)?.click();
  source.focus();
  // Nobody has been in the text yet: then it goes to the end.
  const end = source.selectionEnd ? source.value.indexOf("\n", source.selectionEnd) : -1;
  const at = end < 0 ? source.value.length : end;
  source.setRangeText(`\n${button.dataset.insert.trimEnd()}`, at, at, "end");
  source.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const version = document.getElementById("version");
  if (version && ctx.sourceElement.id === "source") ctx.request.body.set("version", version.value);
});
