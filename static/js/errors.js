// What htmx cannot show in its place is said in one sentence at the edge.

const SENTENCES = {
  401: "You are signed out. Load the page again to sign in; what you typed is still here.",
  403: "This one is not yours to do.",
  404: "That is no longer here. Load the page again to see what changed.",
  409: "Somebody was faster. Load the page again to see the newest version.",
  413: "That file is too large.",
  429: "That was a lot at once. Please wait a minute and try again.",
};
const BROKEN = "That did not work, and it is our mistake. Nothing you typed is lost; try again in a minute.";
const OFFLINE = "No connection. Nothing you typed is lost; try again when you are back online.";

function say(text) {
  const toasts = document.getElementById("toasts");
  const toast = document.getElementById("error-toast").content.firstElementChild.cloneNode(true);
  toast.querySelector(".toast__text").textContent = text;
  toast.dataset.seconds = "20";
  // The same sentence twice tells nobody anything new.
  for (const old of toasts.querySelectorAll(".toast--error")) old.remove();
  toasts.append(toast);
}

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const { status } = ctx.response;
  if (status < 400 || ctx.hx.redirect || ctx.hx.refresh) return;
  const wholePage = /^\s*<!doctype/i.test(ctx.text);
  const shown = (status === 422 || status === 409) && !wholePage;
  if (shown) return;
  // A whole error page never belongs inside a row.
  if (wholePage) ctx.swap = "none";
  if (!ctx.hx.trigger) say(SENTENCES[status] || (status >= 500 ? BROKEN : SENTENCES[404]));
});

document.addEventListener("htmx:error", (event) => {
  if (!event.detail.ctx?.response) say(navigator.onLine ? BROKEN : OFFLINE);
});
