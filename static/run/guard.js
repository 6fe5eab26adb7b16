// The API a course finds: the library's, with a guard around it.
//
// The library keeps the data model and checks it. The guard keeps from it what breaks it, keeps the
// suspend data as it came, and writes down every value that was taken: that is what is saved.

import { isKeyword, isLeaf, isPart } from "./elements.js";
import { FORMATS, PLAIN } from "./formats.js";
import { Rows } from "./rows.js";

const SUSPEND = "cmi.suspend_data";
// As the server takes them: what is more, the course hears of at once.
const MAX_SUSPEND_CHARS = 1024 * 1024;
const MAX_VALUE_CHARS = 256 * 1024;
// What the library takes in its place: enough for it to know that there is something.
const TOKEN_CHARS = 200;
const VALID = /^adl\.nav\.request_valid\.(continue|previous|(choice|jump)\.\{target=([^}]*)\})$/;
const ROW = /^(.+?)\.(\d{1,4})(?=\.)/;
const SCORES = /^cmi\.objectives\.(\d{1,4})\.score\._children$/;
const STORE = /^adl\.data\.(\d{1,4})\.store$/;
const TARGET = /^\{target=([^}]+)\}(choice|jump)$/;

const ERRORS = {
  "1.2": { general: 101, argument: 201, state: 301, unknown: 401, type: 405, failed: 101 },
  2004: { general: 101, argument: 401, row: 301, beyond: 351, unset: 403, unknown: 401, type: 406, failed: 391 },
};
const NAMES = {
  "1.2": {
    initialize: "LMSInitialize",
    terminate: "LMSFinish",
    getValue: "LMSGetValue",
    setValue: "LMSSetValue",
    commit: "LMSCommit",
    getLastError: "LMSGetLastError",
    getErrorString: "LMSGetErrorString",
    getDiagnostic: "LMSGetDiagnostic",
  },
  2004: {
    initialize: "Initialize",
    terminate: "Terminate",
    getValue: "GetValue",
    setValue: "SetValue",
    commit: "Commit",
    getLastError: "GetLastError",
    getErrorString: "GetErrorString",
    getDiagnostic: "GetDiagnostic",
  },
};

export class Guard {
  /**
   * `make(settings)` makes the library's API; `launch` is the state it begins with.
   * `hooks`: `began()`, `wrote(name, value)`, `save(hasEnded)` → whether it is saved.
   */
  constructor(make, standard, launch, hooks) {
    this.standard = standard;
    this.hooks = hooks;
    this.errors = ERRORS[standard];
    this.valid = launch.valid || {};
    this.suspend = launch.suspend || "";
    this.state = "before";
    this.error = null;
    this.wish = null;
    this.rows = new Rows();
    // What the library would refuse though it is right.
    this.own = new Map();
    this.library = make({
      autocommit: false,
      logLevel: 5,
      mastery_override: false,
      autoCompleteLessonStatus: false,
      lmsCommitUrl: "commit",
      httpService: {
        updateSettings() {},
        processHttpRequest: (url, what, isLast) => this.#save(isLast),
      },
    });
    this.#load(launch);
  }

  /** What a course calls, under the names of its standard. */
  api() {
    const api = {};
    for (const [ours, theirs] of Object.entries(NAMES[this.standard])) {
      api[theirs] = (...given) => this.#safely(ours, given);
    }
    if (this.standard !== "1.2") api.version = "1.0";
    return api;
  }

  #safely(name, given) {
    try {
      return String(this[name](...given) ?? "");
    } catch {
      this.error = this.errors.general;
      return name === "getValue" ? "" : "false";
    }
  }

  #load({ elements, shared }) {
    const { library } = this;
    if (shared?.maps.length) {
      library.adl.restoreSharedDataSnapshot(shared.stores);
      library.adl.configureSharedDataMaps(shared.maps);
    }
    for (const [name, value] of elements) {
      try {
        if (this.#isRow(name)) this.rows.load(name, value);
        else if (this.standard !== "1.2" && Object.hasOwn(PLAIN, name)) this.own.set(name, value);
        else library.setCMIValue(name, value);
      } catch {
        // What an older version of a course wrote and this library refuses: it goes without.
      }
    }
    if (this.suspend) library.setCMIValue(SUSPEND, this.suspend.slice(0, TOKEN_CHARS));
  }

  #save(isLast) {
    const isSaved = this.hooks.save(isLast);
    return isSaved
      ? { result: "true", errorCode: 0 }
      : { result: "false", errorCode: this.errors.failed };
  }

  #refuse(kind, answer = "false") {
    this.error = this.errors[kind];
    return answer;
  }

  initialize(parameter = "") {
    this.error = null;
    const result = this.library.lmsInitialize(parameter ?? "");
    if (String(result) === "true") {
      this.state = "running";
      this.hooks.began();
    }
    return result;
  }

  terminate(parameter = "") {
    this.error = null;
    if (this.standard === "1.2" && this.state === "after") return this.#refuse("state");
    const result = this.library.lmsFinish(parameter ?? "");
    if (String(result) === "true" && this.library.isTerminated()) this.state = "after";
    return result;
  }

  commit(parameter = "") {
    this.error = null;
    if (this.standard === "1.2" && this.state === "after") return this.#refuse("state");
    return this.library.lmsCommit(parameter ?? "");
  }

  getValue(name) {
    this.error = null;
    name = String(name ?? "");
    if (this.state !== "running") return this.#getTooEarlyOrLate();
    const asked = VALID.exec(name);
    if (asked && this.standard !== "1.2") return this.#isValid(asked);
    if (name !== "" && !isLeaf(this.standard, name) && !isKeyword(this.standard, name)) {
      return this.#refuse(isPart(this.standard, name) ? "argument" : "unknown", "");
    }
    if (this.#isRow(name)) return this.#getRow(name);
    if (this.own.get(name) === null) return this.#refuse("unset", "");
    if (this.own.has(name)) return this.#known(this.own.get(name));
    const scores = this.standard !== "1.2" && SCORES.exec(name);
    if (scores) return this.#getScores(scores[1]);
    if (this.standard !== "1.2" && this.#isBeyond(name)) return this.#refuse("row", "");
    const value = this.library.lmsGetValue(name);
    return name === SUSPEND && this.suspend ? this.suspend : value;
  }

  #isRow(name) {
    return this.standard !== "1.2" && Rows.has(name);
  }

  #known(value) {
    this.error = 0;
    return value;
  }

  #getRow(name) {
    const [value, error] = this.rows.get(name);
    this.error = error;
    return value;
  }

  #getScores(index) {
    const count = Number(this.rows.get("cmi.objectives._count")[0]);
    return Number(index) < count
      ? this.#known("scaled,raw,min,max")
      : this.#refuse("row", "");
  }

  #setRow(name, value) {
    this.error = this.rows.set(name, value);
    if (this.error) return "false";
    this.#took(name, value);
    return "true";
  }

  #setOwn(name, value) {
    this.error = PLAIN[name](value);
    if (this.error) return "false";
    this.own.set(name, value);
    this.#took(name, value);
    return "true";
  }

  #getTooEarlyOrLate() {
    if (this.standard === "1.2" && this.state === "after") return this.#refuse("state", "");
    return this.library.lmsGetValue("cmi.suspend_data");
  }

  #isValid([, what, kind, target]) {
    // Asked so that the library forgets its last error.
    this.library.lmsGetValue("cmi.mode");
    const known = kind ? this.valid[kind] || {} : this.valid;
    const key = kind ? target : what;
    return Object.hasOwn(known, key) ? String(known[key]) : "false";
  }

  /** Whether a row is asked for that does not exist, at whatever depth. */
  #isBeyond(name) {
    let prefix = "";
    let rest = name;
    for (let found = ROW.exec(rest); found; found = ROW.exec(rest)) {
      prefix += found[1];
      if (Number(found[2]) >= Number(this.library.lmsGetValue(`${prefix}._count`))) return true;
      prefix += `.${found[2]}.`;
      rest = rest.slice(found[0].length + 1);
    }
    return false;
  }

  setValue(name, value) {
    this.error = null;
    name = String(name ?? "");
    value = String(value ?? "");
    if (this.state !== "running") return this.#setTooEarlyOrLate(value);
    if (VALID.test(name) && this.standard !== "1.2") return this.#readOnly();
    if (name !== "" && !isLeaf(this.standard, name) && !isKeyword(this.standard, name)) {
      return this.#refuse(isPart(this.standard, name) ? "argument" : "unknown");
    }
    if (name === SUSPEND) return this.#keep(value);
    if (value.length > MAX_VALUE_CHARS) return this.#refuse("type");
    if (this.#isRow(name)) return this.#setRow(name, value);
    if (this.standard !== "1.2") {
      if (Object.hasOwn(PLAIN, name)) return this.#setOwn(name, value);
      if (name === "cmi.session_time" && FORMATS.session_time(value)) return this.#refuse("type");
    }
    const store = this.standard !== "1.2" && STORE.exec(name);
    if (store && Number(store[1]) >= Number(this.library.lmsGetValue("adl.data._count"))) {
      return this.#refuse("beyond");
    }
    const result = this.library.lmsSetValue(name, value);
    if (String(result) === "true") {
      // A store that was emptied is as one that nobody has written.
      if (store && value === "") this.own.set(name, null);
      else if (store) this.own.delete(name);
      this.#took(name, value);
    }
    return result;
  }

  #setTooEarlyOrLate(value) {
    if (this.standard === "1.2" && this.state === "after") return this.#refuse("state");
    return this.library.lmsSetValue("cmi.suspend_data", value.slice(0, TOKEN_CHARS));
  }

  #readOnly() {
    this.error = 404;
    return "false";
  }

  #keep(value) {
    if (value.length > MAX_SUSPEND_CHARS) return this.#refuse("type");
    const result = this.library.lmsSetValue(SUSPEND, value.slice(0, TOKEN_CHARS));
    if (String(result) === "true") {
      this.suspend = value;
      this.#took(SUSPEND, value);
    }
    return result;
  }

  #took(name, value) {
    if (name === "adl.nav.request") {
      const to = TARGET.exec(value);
      this.wish = to ? { wish: to[2], target: to[1] } : value === "_none_" ? null : { wish: value };
      return;
    }
    this.hooks.wrote(name, value);
  }

  getLastError() {
    return String(this.error ?? this.library.lmsGetLastError());
  }

  getErrorString(code) {
    return this.library.lmsGetErrorString(code);
  }

  getDiagnostic(code) {
    return this.library.lmsGetDiagnostic(this.error && !code ? this.error : code);
  }
}
