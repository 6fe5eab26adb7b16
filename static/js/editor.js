// The editor's buttons write a ready line into the text, so that nobody needs to remember the
// grammar; “Copy” takes a text along where two wrote at once; and an autosave that had to wait sends the version it waited for, so that nobody is in
// conflict with themselves.

for (const tools of document.querySelectorAll(".editor__tools")) tools.hidden = false;
for (const button of document.querySelectorAll("button[data-insert]")) {
  button.addEventListener("click", () => insert(button));
}

function insert(button) {
  const source = document.getElementById(button.dataset.into);
  const pane = source.closest(".pane[id]");
  if (pane?.hidden) document.getElementById(`${pane.id}-tab`)?.click();
  button.closest("details")?.removeAttribute("open");
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

// Where two wrote at once, the other text can be taken along. Drawn later than this runs, so it is
// shown when it comes.
function showCopies(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button[data-copies][hidden]")) button.hidden = false;
}

showCopies(document);
document.addEventListener("htmx:after:swap", () => showCopies(document));
document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("button[data-copies]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
  button.querySelector("span").textContent = "Copied";
});

// A text that could not be sent goes out as soon as there is a network again, typed on or not; and
// one taken back from this device is sent like any other.
const source = document.getElementById("source");

if (source) {
  let unsent = false;
  let waiting;
  const resend = () => {
    clearTimeout(waiting);
    if (unsent) source.dispatchEvent(new Event("resend"));
  };
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement === source) unsent = ctx.response.status >= 500;
  });
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (ctx?.sourceElement !== source || ctx.response) return;
    unsent = true;
    document.querySelector("#saved").textContent = "Not saved yet: no connection. It is kept on this device.";
    clearTimeout(waiting);
    waiting = setTimeout(resend, 15_000);
  });
  addEventListener("online", resend);
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("[data-draft-use]")) setTimeout(() => source.dispatchEvent(new Event("resend")));
  });
}
