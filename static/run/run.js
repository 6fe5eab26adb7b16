// The page around a course: it holds the API, saves what the course says, and goes on to the next
// item when the server says so. The portal, which shows it in a frame, is told how it goes.

import { Guard } from "./guard.js";
import { Saver } from "./saver.js";

const UNLOAD_MS = 2_000;
const NOT_SAVED = "Not saved yet: the connection is gone. Trying again…";
const WISHES = new Set([
  "continue", "previous", "choice", "jump", "exit", "exitAll", "suspendAll", "abandon",
  "abandonAll",
]);

const course = document.getElementById("course");
const banner = document.getElementById("banner");
const isFramed = parent !== window;
const portal = document.body.dataset.portal;

function tell(type, more) {
  if (isFramed) parent.postMessage({ type: `run.${type}`, ...more }, portal);
}

// Why a wish led nowhere is said until something has changed; the page is drawn anew in between.
let notice = history.state?.notice || "";
history.replaceState(null, "");

function say(words) {
  banner.textContent = words || notice;
  banner.hidden = !banner.textContent;
}

async function makeApi(standard) {
  if (standard === "1.2") {
    const { Scorm12API } = await import("./scorm12.js");
    return (settings) => new Scorm12API(settings);
  }
  const { Scorm2004API } = await import("./scorm2004.js");
  return (settings) => new Scorm2004API(settings);
}

async function play(state) {
  let picture = { valid: state.valid, contents: state.contents, status: {} };
  let saving = "saved";
  let isLeaving = false;
  let isGone = false;
  let isFrameGoing = false;

  const report = () =>
    tell("state", { saving, item: state.item, title: state.item_title, mode: state.mode, ...picture });

  const saver = new Saver({
    session: state.session,
    item: state.item,
    told(how, words, why) {
      saving = how;
      if (how === "retrying") say(NOT_SAVED);
      if (how === "refused") say(words || "The server could not keep what the course wrote.");
      if (how === "saved") say("");
      if (how === "over") return stop(words, why);
      report();
    },
    answered(answer) {
      const { status, valid, contents } = answer;
      if (contents && JSON.stringify(contents) !== JSON.stringify(picture.contents)) notice = "";
      picture = { status, valid: valid || picture.valid, contents: contents || picture.contents };
      guard.valid = picture.valid;
      report();
      drawBar();
      // Not before the course, which may be in the middle of saying Terminate, has its answer.
      if (answer.next) setTimeout(() => go(answer.next));
    },
  });

  const isKept = state.mode === "normal";
  const guard = new Guard(await makeApi(state.standard), state.standard, state, {
    began: () => saver.begin(),
    wrote: (name, value) => isKept && saver.wrote(name, value),
    save(isLast) {
      if (isLast) saver.hasEnded = true;
      if (!isKept && !isLast) return true;
      if (isGone) return saver.lastWords(wish());
      // In the middle of an unload nothing can be asked and waited for, but this page stays.
      if (isLeaving) return true;
      if (isFrameGoing) return saver.send(wish()), true;
      return saver.saveNow(wish());
    },
  });

  const wish = () => (guard.wish && saver.hasEnded ? guard.wish : {});

  function go(next) {
    if (next.launch) {
      isGone = true;
      return location.reload();
    }
    if (next.ended) return end();
    tell("refused", { words: next.refused });
    notice = next.refused;
    if (!isLeaving) return say();
    history.replaceState({ notice }, "");
    location.reload();
  }

  function end() {
    saver.isOver = true;
    blank();
    document.body.classList.add("is-over");
    say("This course is closed. What you did is saved.");
    tell("ended", { ...picture });
  }

  function stop(words, why) {
    if (why === "exited") return end();
    // Its answer was lost on the way: the page is drawn anew with what runs now.
    if (why === "moved") return location.reload();
    say(words || "This course cannot be saved from here any more.");
    tell("over", { words, why });
  }

  function blank() {
    return new Promise((done) => {
      course.addEventListener("load", done, { once: true });
      setTimeout(done, UNLOAD_MS);
      course.src = "about:blank";
    });
  }

  /** Leave the item: let it say its last words, save them, and go where the learner wants. */
  async function leave(kind, target) {
    if (isLeaving || saver.isOver) return;
    isLeaving = true;
    await blank();
    const more = { left: true, wish: kind, target };
    for (let wait = 1_000; !saver.isOver; wait = Math.min(wait * 2, 15_000)) {
      if (await saver.send(more)) return;
      if (saver.isRefused) return location.reload();
      await new Promise((done) => setTimeout(done, wait));
    }
  }

  // ── The window ──────────────────────────────────────────────────────────────────────────────

  addEventListener("pagehide", () => {
    if (!isGone) saver.lastWords({ left: true });
    isGone = true;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      if (saver.isUnsaved) saver.lastWords();
      // Whoever comes back after hours hears at once whether this window is still the one.
    } else if (saver.hasBegun && !saver.hasEnded) saver.send();
  });
  addEventListener("beforeunload", (event) => {
    if (saver.isFailing) event.preventDefault();
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== portal || source !== parent || !isFramed) return;
    if (data?.type !== "run.wish" || !WISHES.has(data.wish)) return;
    leave(data.wish, String(data.target ?? "").slice(0, 250));
  });

  course.addEventListener("load", () => {
    isFrameGoing = false;
    try {
      for (const event of ["beforeunload", "pagehide", "unload"]) {
        course.contentWindow.addEventListener(event, going, true);
      }
    } catch {
      // The course has gone elsewhere; its API is where it was.
    }
  });
  function going(event) {
    isFrameGoing = true;
    // A question before leaving may be answered with no.
    if (event.type === "beforeunload") setTimeout(() => (isFrameGoing = false), 100);
  }

  // ── In a window of its own ──────────────────────────────────────────────────────────────────

  const bar = document.getElementById("bar");
  function drawBar() {
    bar.hidden = isFramed;
    const { valid } = picture;
    for (const button of bar.querySelectorAll("button")) {
      const { wish: kind } = button.dataset;
      const isHidden = (valid.hidden || []).includes(kind);
      button.hidden = kind in valid && (isHidden || (state.is_last && !valid[kind]));
      button.disabled = kind in valid && !valid[kind];
    }
  }
  bar.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) leave(button.dataset.wish, "");
  });

  say();
  drawBar();
  report();
  if (!state.url) return say("There is nothing in this package that can be opened now.");
  if (state.type === "asset") saver.begin();
  else window[state.standard === "1.2" ? "API" : "API_1484_11"] = guard.api();
  course.src = state.url;
}

const written = document.getElementById("state");
if (written) play(JSON.parse(written.textContent));
else tell("over", { words: banner.textContent.trim(), why: document.body.dataset.why });
