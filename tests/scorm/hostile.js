// A package that wants what is not its own. Each probe answers what it got hold of; nothing is good.
// It is told nothing: like any package it guesses the portal's name.
window.hostile = async function (portal) {
  const CANARY = "canary-of-the-portal";
  const found = {};
  const soon = (ms) => new Promise((done) => setTimeout(done, ms));
  const within = (promise, ms = 1500) => Promise.race([promise, soon(ms).then(() => "")]);
  const leaks = (text) => (String(text).includes(CANARY) || String(text).includes("Erin") ? "read it" : "");
  async function body(answer) {
    if (answer.type === "opaque" || answer.type === "opaqueredirect") return "";
    return `an answer of type ${answer.type}: ${(await answer.text()).slice(0, 40)}`;
  }
  const made = (tag, more) => document.body.appendChild(Object.assign(document.createElement(tag), more));
  function loads(tag, more) {
    return within(new Promise((done) => {
      const thing = made(tag, more);
      thing.onload = () => done("it loaded");
      thing.onerror = () => done("");
    }));
  }
  function framed(frame) {
    // A frame that was refused shows the browser's own page, which is nobody's.
    return within(new Promise((done) => {
      frame.onload = () => {
        try { done(leaks(frame.contentDocument?.body.textContent)); } catch { done(""); }
      };
      document.body.append(frame);
    }));
  }
  const reads = (name, get) => [name, async () => { const got = get(); return got == null || got === "" ? "" : `got ${String(got).slice(0, 40)}`; }];

  const probes = [
    // -- the windows around it
    reads("the portal's document", () => top.document.title),
    reads("the portal's address", () => top.location.href),
    reads("the portal's name", () => top.name),
    reads("the portal's storage", () => top.localStorage.length + 1),
    reads("the portal's scripts", () => top.htmx),
    reads("the wrapper's parent", () => parent.parent.document),
    reads("the portal's history", () => top.history.length),
    reads("the portal's cookies by its window", () => top.document.cookie),
    reads("the portal's own frames by name", () => top.frames.run.parent.document),
    reads("whoever opened it", () => opener),
    ["the portal's document, after saying they are kin", async () => {
      try { document.domain = "foo.localhost"; } catch { /* gone from browsers, which is well */ }
      return top.document.title;
    }],
    ["a function put into the portal", async () => { top.owned = 1; return "put"; }],
    ["a listener in the portal", async () => { top.addEventListener("click", () => {}); return "put"; }],
    // -- leading the portal away
    ["the portal led away by its location", async () => { top.location = "https://evil.example/"; await soon(300); return ""; }],
    ["the portal led away by replace", async () => { top.location.replace("https://evil.example/"); await soon(300); return ""; }],
    ["the portal led away by a window's name", async () => { window.open("https://evil.example/", "_top"); await soon(300); return ""; }],
    ["the portal led away by a link", async () => { made("a", { href: "https://evil.example/", target: "_top" }).click(); await soon(300); return ""; }],
    ["the portal led away by a form", async () => { made("form", { action: "https://evil.example/", target: "_top" }).submit(); await soon(300); return ""; }],
    // -- what the browser keeps
    reads("cookies", () => document.cookie),
    ["a cookie under the portal's name", async () => {
      document.cookie = "__Host-portal=evil; path=/; domain=foo.localhost; secure";
      return document.cookie.includes("__Host-portal") ? "set" : "";
    }],
    ["the portal's local storage", async () => leaks(JSON.stringify({ ...localStorage }))],
    ["the portal's session storage", async () => leaks(JSON.stringify({ ...sessionStorage }))],
    ["the portal's databases", async () => leaks(JSON.stringify(await within(indexedDB.databases())))],
    ["the portal's caches", async () => leaks(JSON.stringify(await within(caches.keys())))],
    ["what the portal says to its tabs", async () => {
      const channel = new BroadcastChannel("portal");
      return within(new Promise((done) => { channel.onmessage = (event) => done(leaks(event.data)); }), 300);
    }],
    ["access to storage by asking", async () => {
      await within(document.requestStorageAccess());
      return leaks(document.cookie + JSON.stringify({ ...localStorage }));
    }],
    // -- the portal's pages with Erin's credentials
    ["a page by fetch", async () => body(await fetch(`${portal}/me`, { credentials: "include" }))],
    ["a page by fetch without asking", async () => body(await fetch(`${portal}/me`, { credentials: "include", mode: "no-cors" }))],
    ["a page by fetch of another method", async () => body(await fetch(`${portal}/me`, { credentials: "include", method: "PUT" }))],
    ["a page by XMLHttpRequest", () => within(new Promise((done) => {
      const asked = new XMLHttpRequest();
      asked.open("GET", `${portal}/me`);
      asked.withCredentials = true;
      asked.onload = () => done(`got ${asked.responseText.slice(0, 40)}`);
      asked.onerror = () => done("");
      asked.send();
    }))],
    ["a page from a worker", () => within(new Promise((done) => {
      const work = `fetch(${JSON.stringify(portal)} + "/me", { credentials: "include" }).then((a) => a.text()).then(postMessage, () => postMessage(""))`;
      const worker = new Worker(URL.createObjectURL(new Blob([work])));
      worker.onmessage = ({ data }) => done(data);
    }))],
    ["a page as a script", () => loads("script", { src: `${portal}/me` })],
    ["a page as a module", async () => { await import(`${portal}/me`); return "imported"; }],
    ["a page as a style", () => loads("link", { rel: "stylesheet", href: `${portal}/me` })],
    ["a page as an image", () => loads("img", { src: `${portal}/me` })],
    ["the portal's script", () => loads("script", { src: `${portal}/assets/0000000000000000/app.js` })],
    ["the portal in a frame", () => framed(Object.assign(document.createElement("iframe"), { src: `${portal}/me` }))],
    ["the portal in a frame of a frame", () => framed(Object.assign(document.createElement("iframe"), { srcdoc: `<iframe src="${portal}/me"></iframe>` }))],
    ["the portal as an object", () => framed(Object.assign(document.createElement("object"), { data: `${portal}/me` }))],
    ["the portal in a window of its own", async () => {
      const other = window.open(`${portal}/me`, "stolen");
      await soon(900);
      try { return leaks(other.document.body.textContent); } finally { other?.close(); }
    }],
    ["the portal by a socket", () => within(new Promise((done) => {
      const socket = new WebSocket(`${portal.replace("http", "ws")}/me`);
      socket.onopen = () => done("opened");
      socket.onerror = () => done("");
    }))],
    ["the portal by events", () => within(new Promise((done) => {
      const events = new EventSource(`${portal}/me`, { withCredentials: true });
      events.onopen = () => done("opened");
      events.onerror = () => { events.close(); done(""); };
    }))],
    // -- doing something in Erin's name: the test looks whether anything was done
    ["signing out by fetch", async () => { await fetch(`${portal}/sign-out`, { method: "POST", credentials: "include", mode: "no-cors" }); return ""; }],
    ["signing out by a beacon", async () => { navigator.sendBeacon(`${portal}/sign-out`, ""); return ""; }],
    ["signing out by a form", async () => {
      made("iframe", { name: "sink" });
      const form = made("form", { action: `${portal}/sign-out`, method: "post", target: "sink" });
      form.submit();
      await soon(400);
      return "";
    }],
    ["a form to the portal in a new window", async () => {
      made("form", { action: `${portal}/sign-out`, method: "post", target: "_blank" }).submit();
      await soon(400);
      return "";
    }],
    // -- its own host
    ["a service worker", async () => { await within(navigator.serviceWorker.register("worker.js")); return (await navigator.serviceWorker.getRegistrations()).length ? "registered" : ""; }],
    ["the portal's pages on this host", async () => {
      const answers = await Promise.all(["/", "/sign-in", "/learning", "/me", "/healthz"].map((path) => fetch(path)));
      return answers.every((answer) => answer.status === 404) ? "" : answers.map((one) => one.status).join();
    }],
    ["somebody else's run", async () => { const answer = await fetch(`/run/${"A".repeat(22)}/`); return answer.status === 404 ? "" : `${answer.status}`; }],
    ["files beside the package", async () => {
      const base = location.pathname.replace(/\/f\/.*/, "");
      const paths = ["/f/../../../etc/passwd", "/f/%2e%2e/%2e%2e/portal.db", "/f/..%2f..%2fportal.db", "/f//etc/passwd", "/f/imsmanifest.xml%00.html"];
      const answers = await Promise.all(paths.map((path) => fetch(base + path)));
      return answers.every((answer) => answer.status >= 400) ? "" : answers.map((one) => one.status).join();
    }],
    ["forged commits", async () => {
      const base = location.pathname.replace(/\/f\/.*/, "");
      const forged = [
        "", "null", "[]", "{", "{}", '{"session":1}', '{"session":1,"sequence":-1,"elements":{}}',
        '{"session":99,"sequence":1,"item":"index","elements":{"cmi.core.lesson_status":"passed"}}',
        '{"session":1,"sequence":2,"item":"other","elements":{"cmi.core.lesson_status":"passed"}}',
      ];
      const answers = [];
      for (const body of forged) answers.push((await fetch(`${base}/commit`, { method: "POST", body })).status);
      return answers.every((status) => status >= 400 && status < 500) ? "" : answers.join();
    }],
    // -- its API
    ["names of every object by the API", async () => {
      for (const name of ["__proto__.polluted", "cmi.__proto__.polluted", "cmi.constructor.prototype.polluted", "constructor", "cmi.core.__proto__", "toString"]) {
        sco.call("SetValue", name, "1");
        sco.call("GetValue", name);
      }
      return {}.polluted || Object.prototype.polluted ? "polluted" : "";
    }],
    ["containers by the API", async () => {
      for (const name of ["cmi", "cmi.core", "cmi.objectives", "cmi.objectives.0", "cmi.interactions"]) sco.call("SetValue", name, "x");
      return sco.call("GetValue", "cmi.core.student_id") ? "" : "the API broke";
    }],
    ["thousands of messages to the portal", async () => {
      for (let n = 0; n < 5_000; n += 1) {
        top.postMessage({ type: "run.ended" }, "*");
        top.postMessage({ type: "run.state", saving: "<img src=x onerror=alert(1)>", item: "x", contents: "x".repeat(100) }, "*");
        top.postMessage(JSON.parse('{"__proto__": {"type": "run.over"}, "words": "gone"}'), "*");
      }
      return "";
    }],
    ["messages in the wrapper's name", async () => { for (let n = 0; n < 500; n += 1) parent.postMessage({ type: "run.wish", wish: "abandonAll" }, "*"); return ""; }],
    // -- the machine
    ["where Erin is", () => within(new Promise((done) => navigator.geolocation.getCurrentPosition(() => done("got it"), () => done(""))))],
    ["the camera", async () => { await within(navigator.mediaDevices.getUserMedia({ video: true })); return ""; }],
    ["the clipboard", async () => leaks(await within(navigator.clipboard.readText()))],
    ["passwords", async () => ((await within(navigator.credentials.get({ password: true }))) ? "got one" : "")],
    ["notices", async () => ((await within(Notification.requestPermission())) === "granted" ? "granted" : "")],
  ];
  for (const [name, probe] of probes) {
    let got = "";
    // What is refused throws, or never answers.
    try { got = await within(probe(), 3000); } catch { got = ""; }
    found[name] = got || "";
  }
  return found;
};
