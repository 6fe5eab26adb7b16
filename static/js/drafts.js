// Nothing typed is lost. Every input goes at once to this device, encrypted with a key the server
// gives to that person's sign-in only and this page holds in memory only; and after a moment of
// rest to the server. A form takes part by
//   data-draft="form-42"            what its draft is called on this device: one name for one thing
//   data-draft-person="17"          whose it is
//   data-draft-url="/forms/42/draft"  where to save it; without it the server's copy is htmx's work,
//                                   and what a POST from inside the form has saved is forgotten here
//   data-draft-paused               nothing is saved until a choice is made: two devices disagree
// and holds
//   <input type="hidden" name="version">  on which version of the server these words stand
//   <p data-draft-state>            where it says how things stand
//   <template data-draft-offer>     an element with [data-draft-when], [data-draft-use] and
//                                   [data-draft-drop], shown when this device knows of more
// The server answers a save with HTML: each of its elements takes the place of the one with its id.
// 200 is saved, 409 and 422 are not. data-draft-gone="form-42" anywhere on a page (with
// data-draft-person) says it was sent: the device forgets it.

const IDLE_MS = 800;
const KEPT_DAYS = 60;
const MAX_RETRY_MS = 60_000;
const LATER = "Not saved yet. It is kept on this device, and we keep trying.";
const SIGNED_OUT = "You are signed out. It is kept on this device and saved as soon as you have signed in again, in another tab.";
const GONE = "It cannot be saved here any more. It is kept on this device: load the page again to see why.";
const TOO_MUCH = "This is more than can be saved at once. It is kept on this device: please shorten it.";
const PARTIAL = { "HX-Request": "true", "HX-Request-Type": "partial" };

// Each page has a slot of its own, so that two tabs of one form never write over each other.
const slots = (person, name) => `draft:${person}:${name}:`;
const taken = (start) => Object.keys(localStorage).filter((name) => name.startsWith(start));
const drafts = new Map();
let keys;

// The key, and those before it, so that what an earlier one locked can still be read.
function keyring() {
  keys ??= fetch("/me/draft-key", { headers: PARTIAL, redirect: "error" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
    .then(({ keys: found }) => Promise.all(found.map(imported)));
  keys.catch(() => (keys = undefined));
  return keys;
}

const imported = (key) => crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"]);
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const letters = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));

async function lock(name, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) };
  const data = await crypto.subtle.encrypt(how, (await keyring())[0], new TextEncoder().encode(JSON.stringify(value)));
  return JSON.stringify({ at: Date.now(), iv: letters(iv), data: letters(data) });
}

async function unlock(name) {
  const { iv, data } = JSON.parse(localStorage.getItem(name) || "{}");
  if (!data) return null;
  const how = { name: "AES-GCM", iv: bytes(iv), additionalData: new TextEncoder().encode(name) };
  for (const key of await keyring()) {
    try {
      return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, bytes(data))));
    } catch {
      // Locked with another key: somebody else's, or from before the keys changed.
    }
  }
  return null;
}

const SKIPPED = ["hidden", "submit", "button", "file", "password", "reset", "fieldset", "output"];
const controls = (form) => [...form.elements].filter((one) => one.name && !one.disabled && !SKIPPED.includes(one.type));
const isBox = (one) => one.type === "radio" || one.type === "checkbox";
const fields = (form) => controls(form).filter((one) => !isBox(one) || one.checked).map((one) => [one.name, one.value]);

function fill(form, found) {
  for (const one of controls(form)) {
    const values = found.filter(([name]) => name === one.name).map(([, value]) => value);
    if (isBox(one)) one.checked = values.includes(one.value);
    else one.value = values[0] ?? "";
  }
}

class Draft {
  constructor(form) {
    this.form = form;
    this.slots = slots(form.dataset.draftPerson, form.dataset.draft);
    // The form may have been drawn anew by an answer: then it goes on in the same slot.
    const before = [...drafts.values()].find((one) => one.slots === this.slots && !one.form.isConnected);
    this.name = before?.name ?? this.slots + crypto.getRandomValues(new Uint32Array(2)).join("");
    this.isPaused = form.dataset.draftPaused !== undefined;
    // What the server has; while two devices disagree it does not have what stands here.
    this.saved = this.isPaused ? "" : this.snapshot();
    this.calm = this.line?.textContent ?? "";
    this.older = [];
    this.tries = 0;
    form.addEventListener("input", () => this.typed());
    form.addEventListener("submit", (event) => this.submitted(event));
    form.addEventListener("click", (event) => this.waitFor(event), true);
    // Fetched before it is needed: the network may go at any moment.
    keyring().catch(() => {});
    this.keep();
    this.recall();
  }

  snapshot() {
    return JSON.stringify(fields(this.form));
  }

  get version() {
    return this.form.elements.version;
  }

  get line() {
    return this.form.querySelector("[data-draft-state]");
  }

  say(text) {
    if (this.line) this.line.textContent = text;
  }

  typed() {
    this.keep();
    clearTimeout(this.timer);
    if (!this.form.dataset.draftUrl || this.isPaused) return;
    if (!this.tries) this.say("Saving…");
    this.timer = setTimeout(() => this.save(), IDLE_MS);
  }

  // -- this device

  keep() {
    this.keepAgain = true;
    this.keeping ??= this.keepOn().finally(() => (this.keeping = undefined));
    return this.keeping;
  }

  async keepOn() {
    while (this.keepAgain) {
      this.keepAgain = false;
      try {
        await this.write();
      } catch {
        // No key yet, or no room: the server's copy is all there is until the next input.
      }
    }
  }

  async write() {
    if (this.snapshot() === this.saved) localStorage.removeItem(this.name);
    else localStorage.setItem(this.name, await lock(this.name, this.words()));
  }

  words() {
    return { at: Date.now(), version: this.version?.value, fields: fields(this.form) };
  }

  async recall() {
    if (this.isPaused || this.isRecalled) return;
    try {
      await keyring();
    } catch {
      return; // Without the key nothing can be read: asked again with the network's return.
    }
    this.isRecalled = true;
    for (const name of taken(this.slots)) {
      const one = name === this.name ? null : await unlock(name);
      if (one && JSON.stringify(one.fields) === this.saved) localStorage.removeItem(name);
      else if (one) this.older.push({ ...one, name });
    }
    this.older.sort((one, other) => other.at - one.at);
    this.offer();
  }

  offer() {
    this.form.querySelector(".draft-offer")?.remove();
    const template = this.form.querySelector("template[data-draft-offer]");
    const [one] = this.older;
    if (!one || !template) return;
    const box = template.content.firstElementChild.cloneNode(true);
    const when = new Date(one.at).toLocaleString([], { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    box.querySelector("[data-draft-when]").textContent = when;
    box.querySelector("[data-draft-use]").addEventListener("click", () => this.use());
    box.querySelector("[data-draft-drop]").addEventListener("click", () => this.drop());
    template.after(box);
    const fold = template.closest("details");
    if (fold) fold.open = true;
  }

  // With the version it was written on: when the server has moved on, it shows both.
  async use() {
    const one = this.older.shift();
    if (this.snapshot() !== this.saved) {
      // What was typed meanwhile stays in its slot, to be offered after this one.
      await this.keep();
      this.older.push({ ...this.words(), name: this.name });
      this.name += "1";
    }
    fill(this.form, one.fields);
    if (this.version && one.version) this.version.value = one.version;
    this.form.querySelector("textarea, input:not([type=hidden])")?.dispatchEvent(new Event("input", { bubbles: true }));
    this.offer();
    await this.keep();
    localStorage.removeItem(one.name);
    this.save();
  }

  drop() {
    localStorage.removeItem(this.older.shift().name);
    this.offer();
  }

  // -- the server

  async save(keepalive = false) {
    const { draftUrl } = this.form.dataset;
    clearTimeout(this.timer);
    if (!draftUrl || this.isPaused || this.isSending || !this.form.isConnected) return;
    if (this.isSaving) {
      this.saveAgain = true;
      return;
    }
    const sent = this.snapshot();
    if (sent === this.saved) return this.say(this.calm);
    this.isSaving = true;
    const body = new URLSearchParams(new FormData(this.form));
    const asked = { method: "POST", body, headers: PARTIAL, redirect: "manual", keepalive: keepalive && body.toString().length < 60_000 };
    let answer, text;
    try {
      answer = await fetch(draftUrl, asked);
      text = answer.type === "opaqueredirect" ? "" : await answer.text();
    } catch {
      answer = undefined;
    }
    this.isSaving = false;
    this.answered(answer, text, sent);
    if (this.waiting) this.goOn();
    else if (this.saveAgain) this.timer = setTimeout(() => this.save(), IDLE_MS);
    this.saveAgain = false;
  }

  answered(answer, text, sent) {
    const status = answer?.status ?? 0;
    if (answer?.type === "opaqueredirect" || status === 401) return this.retry(SIGNED_OUT);
    if (!status || status >= 500 || status === 429) return this.retry(LATER);
    if (status === 413) return this.say(TOO_MUCH);
    if (answer.headers.has("HX-Redirect") || ![200, 409, 422].includes(status)) return this.say(GONE);
    // A hotel's sign-in page says 200 as well: it is not our answer.
    if (!show(text)) return this.retry(LATER);
    this.tries = 0;
    if (status !== 200) return;
    this.saved = sent;
    this.calm = this.line?.textContent ?? "";
    this.keep();
    if (this.snapshot() !== sent) this.say("Saving…");
  }

  retry(why) {
    this.say(why);
    const wait = Math.min(1000 * 2 ** this.tries, MAX_RETRY_MS);
    this.tries += 1;
    this.timer = setTimeout(() => this.save(), wait);
  }

  // -- the buttons

  // Enter in a line, or the button that is there without this script: it saves, and stays here.
  submitted(event) {
    const to = event.submitter?.getAttribute("formaction");
    if (!to || to !== this.form.dataset.draftUrl || event.submitter.name) return;
    event.preventDefault();
    this.save();
  }

  // A save on its way would look like another device's to what is sent meanwhile.
  waitFor(event) {
    const button = event.target.closest?.("button[hx-post]");
    if (!button) return;
    clearTimeout(this.timer);
    if (!this.isSaving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.waiting = button;
  }

  goOn() {
    const button = this.waiting;
    this.waiting = undefined;
    clearTimeout(this.timer);
    if (button.isConnected) button.click();
  }
}

// Each element of an answer takes the place of the one with its id. How many did?
function show(html) {
  let count = 0;
  for (const fresh of [...new DOMParser().parseFromString(html, "text/html").body.children]) {
    const old = fresh.id && document.getElementById(fresh.id);
    if (!old) continue;
    count += 1;
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
    begin(fresh);
    fresh.querySelector("#error-summary")?.focus();
  }
  return count;
}

function begin(root) {
  // First of all: what was sent is offered no more.
  for (const gone of root.querySelectorAll("[data-draft-gone]")) {
    taken(slots(gone.dataset.draftPerson, gone.dataset.draftGone)).forEach((name) => localStorage.removeItem(name));
  }
  const forms = [...root.querySelectorAll("form[data-draft]")];
  if (root.matches?.("form[data-draft]")) forms.push(root);
  for (const form of forms) if (!drafts.has(form)) drafts.set(form, new Draft(form));
  for (const form of drafts.keys()) if (!form.isConnected) drafts.delete(form);
}

function again() {
  for (const draft of drafts.values()) {
    draft.tries = 0;
    draft.recall();
    if (draft.snapshot() !== draft.saved) draft.save();
  }
}

addEventListener("online", again);
addEventListener("focus", again);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") again();
  else for (const draft of drafts.values()) draft.save(true);
});

const draftOf = (ctx) => drafts.get(ctx.sourceElement?.closest?.("form[data-draft]"));

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const draft = draftOf(ctx);
  if (!draft) return;
  draft.asked = draft.snapshot();
  // What is sent now needs no draft; should it come to nothing, saving goes on.
  draft.isSending = ctx.sourceElement.matches("button");
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const draft = draftOf(ctx);
  if (!draft || (draft.isSending && ctx.response?.status === 200)) return;
  draft.isSending = false;
  if (draft.snapshot() !== draft.saved) draft.save();
});
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const draft = draftOf(ctx);
  if (!draft || draft.form.dataset.draftUrl || ctx.request?.method !== "POST" || ctx.response?.status !== 200) return;
  draft.saved = draft.asked;
  draft.keep();
});
document.addEventListener("htmx:after:swap", () => begin(document));

try {
  const oldest = Date.now() - KEPT_DAYS * 86_400_000;
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith("draft:") && (JSON.parse(localStorage.getItem(name)).at ?? 0) < oldest) localStorage.removeItem(name);
  }
  begin(document);
} catch {
  // A browser that keeps nothing: the server's copy is all there is.
}
