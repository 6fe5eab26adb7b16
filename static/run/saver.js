// What a course has written, on its way to the server: nothing is forgotten before it is answered.

const SOON_MS = 1500;
// A large value does not fit into a beacon, so it goes at once.
const AT_ONCE_MS = 50;
const LARGE_CHARS = 20_000;
const BEAT_MS = 60_000;
const RETRY_MS = [2_000, 4_000, 8_000, 15_000, 30_000];
// From these answers nothing changes by asking again.
const OVER = [403, 404, 409, 410];
const TOO_LARGE = 413;
const REFUSED = 422;

export class Saver {
  /**
   * `told(state, words)`: how saving goes: saved, waiting, retrying, refused, over.
   * `answered(answer)`: what the server made of a commit.
   */
  constructor({ session, item, told, answered }) {
    Object.assign(this, { session, item, told, answered });
    this.sequence = 0;
    this.pending = new Map();
    this.hasBegun = false;
    this.hasEnded = false;
    this.isEndSaved = false;
    this.isOver = false;
    this.isRefused = false;
    this.failures = 0;
    this.timer = null;
    this.sending = null;
    setInterval(() => this.#beat(), BEAT_MS);
    addEventListener("online", () => this.failures && this.#soon(0));
  }

  /** Whether something is known that the server has not answered for. */
  get isUnsaved() {
    return !this.isOver && (this.pending.size > 0 || (this.hasEnded && !this.isEndSaved));
  }

  get isFailing() {
    return this.failures > 0 && this.isUnsaved;
  }

  begin() {
    this.hasBegun = true;
    this.#soon(0);
  }

  wrote(name, value) {
    this.pending.set(name, value);
    if (!this.failures) this.told("waiting");
    this.#soon(value.length > LARGE_CHARS ? AT_ONCE_MS : SOON_MS);
  }

  #soon(after) {
    if (this.isOver) return;
    if (this.timer && after >= this.due - Date.now()) return;
    clearTimeout(this.timer);
    this.due = Date.now() + after;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.send();
    }, after);
  }

  #beat() {
    const isIdle = !this.timer && !this.sending && this.hasBegun && !this.hasEnded;
    if (isIdle && !this.isOver && document.visibilityState === "visible") this.send();
  }

  #body(more) {
    this.sequence += 1;
    const { session, item, sequence, hasEnded: ended } = this;
    const elements = Object.fromEntries(this.pending);
    return JSON.stringify({ session, item, sequence, ended, elements, ...more });
  }

  /** Save in the background; after a failure again and again, ever less often. */
  async send(more = {}) {
    if (this.isOver) return null;
    const sent = new Map(this.pending);
    const ended = this.hasEnded;
    this.sending = this.#post(this.#body(more));
    const [status, answer] = await this.sending;
    this.sending = null;
    return this.#took(status, answer, sent, ended) ? answer : null;
  }

  async #post(body) {
    try {
      const answer = await fetch("commit", {
        method: "POST",
        body,
        headers: { "Content-Type": "application/json" },
        cache: "no-store",
        credentials: "omit",
        keepalive: body.length < 30_000,
      });
      return [answer.status, await answer.json()];
    } catch {
      return [0, null];
    }
  }

  /** Save before this returns: when a course says Commit or Terminate, it is told the truth. */
  saveNow(more = {}) {
    if (this.isOver) return false;
    const sent = new Map(this.pending);
    const ended = this.hasEnded;
    const request = new XMLHttpRequest();
    try {
      request.open("POST", "commit", false);
      request.setRequestHeader("Content-Type", "application/json");
      request.send(this.#body(more));
      const answer = JSON.parse(request.responseText);
      return this.#took(request.status, answer, sent, ended) && !answer.left_out;
    } catch {
      return this.#took(0, null, sent, ended);
    }
  }

  /** Save while the page goes away: nobody will hear the answer. */
  lastWords(more = {}) {
    if (this.isOver || !this.hasBegun) return true;
    const isQueued = (body) =>
      navigator.sendBeacon("commit", new Blob([body], { type: "application/json" }));
    if (isQueued(this.#body(more))) return true;
    // Too much for a beacon: then all but what is too much.
    const all = this.pending;
    this.pending = new Map([...all].filter(([, value]) => value.length <= LARGE_CHARS));
    isQueued(this.#body(more));
    this.pending = all;
    return false;
  }

  #took(status, answer, sent, ended) {
    // An earlier one that is answered late says nothing to a course that is closed by now.
    if (this.isOver) return status === 200;
    this.isRefused = status === REFUSED;
    if (status === 200) {
      this.failures = 0;
      // What the server left out is not sent again either: it says the same next time.
      for (const [name, value] of sent) this.#forget(name, value);
      this.isEndSaved ||= ended;
      this.told(this.isUnsaved ? "waiting" : "saved");
      const [why] = Object.values(answer.left_out || {});
      if (why) this.told("refused", why);
      this.answered(answer);
      return true;
    }
    if (OVER.includes(status)) {
      this.isOver = true;
      this.told("over", answer?.refused, answer?.why);
    } else if (status === TOO_LARGE && sent.size) {
      // The largest is what makes it so; the others are saved without it.
      const bySize = ([, one], [, other]) => other.length - one.length;
      this.#forget(...[...sent].sort(bySize)[0]);
      this.told("refused", answer?.refused);
      this.#soon(0);
    } else if (this.isRefused || status === TOO_LARGE) {
      // Nobody can say which value it was, so none is given up.
      this.told("refused", answer?.refused);
      this.#soon(RETRY_MS.at(-1));
    } else {
      this.told("retrying");
      this.#soon(RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]);
      this.failures += 1;
    }
    return false;
  }

  #forget(name, value) {
    if (this.pending.get(name) === value) this.pending.delete(name);
  }
}
