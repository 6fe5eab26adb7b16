// A toast leaves after its seconds; a hand or a focus on it stops the clock.

const toasts = document.getElementById("toasts");

function start(toast) {
  const close = toast.querySelector(".toast__close");
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => leave(toast));
  }
  let timer;
  const run = () => {
    clearTimeout(timer);
    timer = setTimeout(() => leave(toast), Number(toast.dataset.seconds || 10) * 1000);
  };
  const stop = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("pointerleave", () => toast.contains(document.activeElement) || run());
  toast.addEventListener("focusout", run);
  run();
}

// One message at a time: a pile of them would cover the list they speak of.
function replace(toast) {
  for (const other of toasts.querySelectorAll(".toast")) if (other !== toast) other.remove();
  start(toast);
}

function leave(toast) {
  toast.dataset.leaving = "";
  setTimeout(() => toast.remove(), 200);
}

if (toasts) {
  toasts.querySelectorAll(".toast").forEach(start);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node.matches?.(".toast")) replace(node);
    }
  }).observe(toasts, { childList: true });
}
