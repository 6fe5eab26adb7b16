// A file too large for one form goes ahead of it in parts: through a dead network, and on from
// where it was after the page was loaded again and the same file chosen. Then the form sends its key.

const PART = 8 * 1024 * 1024;
const LONGEST_WAIT = 30_000;
const ASK = { "HX-Request": "true", "HX-Request-Type": "partial" };
const MEGABYTE = 1024 * 1024;

class Stopped extends Error {}

const known = new WeakSet();

// A field may also come with a fragment.
function equipAll() {
  for (const field of document.querySelectorAll("[data-upload]")) {
    if (!known.has(field)) equip(field);
    known.add(field);
  }
}

equipAll();
document.addEventListener("htmx:after:swap", equipAll);

function equip(field) {
  const input = field.querySelector("input[type=file]");
  const name = input.name;
  const required = input.required;
  const way = field.querySelector("[data-way]");
  const bar = way.querySelector("progress");
  const words = way.querySelector("[data-words]");
  const cancel = way.querySelector("[data-cancel]");
  let job = null;
  let sendsForm = null;

  input.addEventListener("change", () => {
    stop();
    forget();
    const [file] = input.files;
    if (file && file.size > PART) send(file);
  });
  cancel.addEventListener("click", () => {
    const key = job?.key || field.querySelector("[data-key]")?.value;
    stop();
    forget();
    input.value = "";
    input.focus();
    if (key) fetch(`${field.dataset.upload}/${key}/cancellation`, { method: "POST", headers: ASK }).catch(() => {});
  });
  input.form.addEventListener("submit", (event) => {
    if (!job) return;
    event.preventDefault();
    sendsForm = event.submitter;
    say(words.textContent);
  });

  function stop() {
    job?.abort.abort();
    job = null;
    sendsForm = null;
    way.hidden = true;
  }

  // Back to an ordinary file field.
  function forget() {
    input.name = name;
    input.required = required;
    field.querySelector("[data-key]")?.remove();
    field.querySelector("[data-kept]")?.remove();
  }

  function say(text) {
    words.textContent = sendsForm && job ? `${text} The form goes off by itself when it is here.` : text;
  }

  function show(sent, total) {
    bar.value = (100 * sent) / total;
    say(`${Math.floor(sent / MEGABYTE)} of ${Math.ceil(total / MEGABYTE)} MB sent.`);
  }

  async function send(file) {
    const mine = { abort: new AbortController(), key: "" };
    job = mine;
    way.hidden = false;
    bar.hidden = false;
    cancel.hidden = false;
    delete way.dataset.wrong;
    // The form must not carry it as well.
    input.removeAttribute("name");
    input.required = false;
    try {
      await transfer(file, mine);
      if (job !== mine) return;
      const key = Object.assign(document.createElement("input"), { type: "hidden", name, value: mine.key });
      key.dataset.key = "";
      input.before(key);
      bar.value = 100;
      const goes = sendsForm;
      job = null;
      say(`${file.name} is here.`);
      if (goes) input.form.requestSubmit(goes);
    } catch (error) {
      if (job !== mine) return;
      job = null;
      forget();
      input.value = "";
      bar.hidden = true;
      cancel.hidden = true;
      way.dataset.wrong = "";
      say(error instanceof Stopped ? error.message : "The file could not be sent. Choose it again.");
    }
  }

  async function transfer(file, mine) {
    if (file.size > Number(field.dataset.limit)) {
      throw new Stopped(`This file is too large: at most ${Math.floor(field.dataset.limit / MEGABYTE)} MB, please.`);
    }
    const body = new URLSearchParams({ kind: field.dataset.kind, name: file.name, size: file.size, modified: file.lastModified });
    const begun = await insist(mine, () => ask("", { body, headers: ASK, signal: mine.abort.signal }));
    mine.key = begun.key;
    let { received } = begun;
    while (!begun.whole) {
      show(received, file.size);
      while (received < file.size) {
        const at = received;
        const part = file.slice(at, at + PART);
        ({ received } = await insist(mine, () => push(mine, at, part, (sent) => show(at + sent, file.size))));
      }
      say("Looking into the file…");
      const ended = await insist(mine, () => ask(`/${mine.key}/end`, { headers: ASK, signal: mine.abort.signal }));
      if (ended.whole) return;
      received = ended.received;
    }
  }

  async function ask(path, options) {
    const answer = await fetch(field.dataset.upload + path, { method: "POST", ...options });
    return read(answer.status, await answer.text());
  }

  // fetch cannot tell how far it is, so a part goes the older way.
  function push(mine, at, part, progress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${field.dataset.upload}/${mine.key}/parts/${at}`);
      for (const [header, value] of Object.entries(ASK)) request.setRequestHeader(header, value);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.onprogress = (event) => progress(event.loaded);
      request.onerror = request.ontimeout = () => reject(new Error("offline"));
      request.onload = () => {
        try {
          resolve(read(request.status, request.responseText));
        } catch (error) {
          reject(error);
        }
      };
      request.timeout = 120_000;
      mine.abort.signal.addEventListener("abort", () => request.abort());
      request.send(part);
    });
  }

  function read(status, text) {
    if (status === 401) throw new Error("You are signed out. Sign in again in another tab; the file waits.");
    let said = null;
    try {
      said = JSON.parse(text);
    } catch {
      // A page and no answer of ours: a proxy, or an error that has its own words below.
    }
    if (said && (status < 300 || status === 409)) return said;
    if (status === 404) throw new Stopped("That file is no longer waited for. Choose it again.");
    if (status === 403) throw new Stopped("You may no longer send this file.");
    if (said?.error) throw new Stopped(said.error);
    throw new Error("The portal does not answer.");
  }

  // Until it works, waiting longer each time; at once when the network is back.
  async function insist(mine, attempt) {
    for (let wait = 1_000; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        return await attempt();
      } catch (error) {
        if (mine.abort.signal.aborted || error instanceof Stopped) throw error;
        const offline = !navigator.onLine || error.message === "offline" || error instanceof TypeError;
        say(`${offline ? "No connection." : error.message} Trying again by itself.`);
        await pause(mine, wait);
      }
    }
  }

  function pause(mine, wait) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, wait);
      window.addEventListener("online", resolve, { once: true });
      mine.abort.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(new Stopped(""));
      });
    });
  }
}
