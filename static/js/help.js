// Help beside the screen: its page opens in a panel, a sheet on a phone. Links between help pages
// stay in the panel. Without this, each of them is a plain page.

const panel = document.getElementById("help");

if (panel) {
  const body = document.getElementById("help-body");
  const beside = matchMedia("(min-width: 72rem)");

  function load(address) {
    if (!panel.open) beside.matches ? panel.show() : panel.showModal();
    body.focus();
    htmx.ajax("GET", address, { target: "#help-body" });
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest?.('[data-helps], #help a[href^="/help"]:not([data-page])');
    if (!link || !window.htmx) return;
    event.preventDefault();
    if (panel.open && link.matches("[data-helps]")) panel.close();
    else load(link.getAttribute("href"));
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target !== body) return;
    body.scrollTop = 0;
    body.focus({ preventScroll: true });
  });
  // A panel beside the page is not modal, so the browser leaves Escape to us.
  document.addEventListener("keydown", ({ key }) => {
    const active = document.activeElement;
    const isOurs = panel.contains(active) || active === document.body;
    if (key === "Escape" && panel.open && isOurs) panel.close();
  });
  panel.addEventListener("click", (event) => {
    if (event.target === panel && !beside.matches) panel.close();
  });
  document.addEventListener("portal:help", ({ detail }) => load(detail));
}
