// Around a course package: tells its page, which lives on another host, what the learner wants, and
// shows how saving goes. Nothing is exchanged but these messages, and only with that host.

const player = document.getElementById("player");
const WORDS = {
  saved: "Saved",
  waiting: "Saving",
  retrying: "Not saved, trying again",
  refused: "Not saved",
};
const PATIENCE = 6_000;
const SOON = 250;
const NARROW = matchMedia("(max-width: 52rem)");

if (player) equip(player);

function equip(player) {
  const { origin, back } = player.dataset;
  const saved = document.getElementById("saved");
  const stage = document.getElementById("stage");
  const toggle = player.querySelector("[data-toc]");
  let saving = "";
  let seen = "";
  let soon = null;
  let isLeaving = false;

  const course = () => document.getElementById("run")?.contentWindow;

  function wish(kind, target = "") {
    course()?.postMessage({ type: "run.wish", wish: kind, target }, origin);
  }

  addEventListener("message", ({ origin: from, source, data }) => {
    if (from !== origin || source !== course() || typeof data?.type !== "string") return;
    if (data.type === "run.state") show(data);
    if (data.type === "run.ended") leave();
    if (data.type === "run.over") over(data);
    if (data.type === "run.refused") stopWaiting();
  });

  function show(data) {
    saving = Object.hasOwn(WORDS, data.saving) ? data.saving : "";
    const words = saved.querySelector("[data-words]");
    if (words && saving) {
      if (words.textContent !== WORDS[saving]) words.textContent = WORDS[saving];
      saved.dataset.saving = saving;
    }
    // Only what is saved is in the portal's own table of contents.
    const now = JSON.stringify([data.item, data.status, data.contents, data.valid]).slice(0, 500_000);
    if (now === seen) return;
    seen = now;
    stopWaiting();
    clearTimeout(soon);
    soon = setTimeout(() => document.body.dispatchEvent(new CustomEvent("steps")), SOON);
  }

  function over(data) {
    saving = "";
    stage.replaceChildren();
    const box = document.getElementById("over");
    box.querySelector("[data-words]").textContent = String(data.words || "").slice(0, 500);
    box.hidden = false;
    box.focus();
  }

  // -- going on ---------------------------------------------------------------------------

  player.addEventListener("click", (event) => {
    const button = event.target.closest("[data-wish]");
    if (button) {
      player.dataset.waits = "";
      setTimeout(stopWaiting, PATIENCE);
      wish(button.dataset.wish, button.dataset.target);
      if (NARROW.matches) open(false);
    }
    if (event.target.closest("[data-exit]") && course() && saving && saving !== "retrying") {
      event.preventDefault();
      // What is in there says its last words first; if it does not, the way out is not barred.
      wish("suspendAll");
      setTimeout(leave, PATIENCE);
    }
    if (event.target.closest("[data-window]")) stage.replaceChildren();
  });

  function stopWaiting() {
    delete player.dataset.waits;
  }

  function leave() {
    if (isLeaving) return;
    isLeaving = true;
    location.assign(back);
  }

  addEventListener("beforeunload", (event) => {
    if (saving === "retrying" && !isLeaving) event.preventDefault();
  });

  // -- what is in it ------------------------------------------------------------------------

  function open(isOpen) {
    player.toggleAttribute("data-closed", !isOpen);
    toggle?.setAttribute("aria-expanded", String(isOpen));
  }

  toggle?.addEventListener("click", () => open(player.hasAttribute("data-closed")));
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && NARROW.matches && !player.hasAttribute("data-closed")) {
      open(false);
      toggle?.focus();
    }
  });
  open(!NARROW.matches);
}
