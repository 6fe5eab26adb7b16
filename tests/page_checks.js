// What axe does not look at. Every function runs inside the page and answers in words.

function say(element) {
  const id = element.id ? `#${element.id}` : "";
  const label = element.getAttribute("aria-label") || element.innerText || element.name || "";
  const text = label.trim().replace(/\s+/g, " ").slice(0, 40);
  return `<${element.localName}${id}> “${text}”`;
}

function isShown(element) {
  return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}

// An ancestor that scrolls by itself (a wide table's wrapper) may hold what is wider than the page.
function hasOwnScroller(element) {
  for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
    if (["auto", "scroll"].includes(getComputedStyle(up).overflowX)) return true;
  }
  return false;
}

// Text for screen readers alone is clipped to a pixel: nothing anyone sees sticks out.
function isClippedAway(element) {
  for (let up = element; up && up !== document.body; up = up.parentElement) {
    const box = up.getBoundingClientRect();
    if (getComputedStyle(up).overflow !== "visible" && box.width <= 1 && box.height <= 1) return true;
  }
  return false;
}

function sideways() {
  const width = document.documentElement.clientWidth;
  const faults = [];
  for (const element of document.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    const over = Math.round(box.right - width);
    if (over < 1 || !box.width || !box.height || !isShown(element)) continue;
    if (hasOwnScroller(element) || isClippedAway(element)) continue;
    faults.push(`${say(element)} ends ${over} px right of the window`);
  }
  const scrolls = document.scrollingElement.scrollWidth - width;
  if (!faults.length && scrolls > 0) faults.push(`the page scrolls ${scrolls} px sideways`);
  return faults;
}

const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary, " +
  "[role=button], [role=tab], [role=menuitem], [role=switch], [tabindex]:not([tabindex='-1'])";

// A label is part of what one may tap for its box.
function areaOf(element) {
  const boxes = [element, ...(element.labels || [])].map((part) => part.getBoundingClientRect());
  const width = Math.max(...boxes.map((box) => box.width));
  const height = Math.max(...boxes.map((box) => box.height));
  return { width, height };
}

function isInSentence(element) {
  if (getComputedStyle(element).display !== "inline") return false;
  return [...element.parentElement.childNodes].some(
    (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim(),
  );
}

function small() {
  const faults = [];
  for (const element of document.querySelectorAll(TARGETS)) {
    const hasLabel = element.labels?.length;
    if (element.disabled || element.closest("[inert]")) continue;
    if (!hasLabel && (!isShown(element) || isClippedAway(element))) continue;
    if (hasLabel && ![...element.labels].some(isShown)) continue;
    const { width, height } = areaOf(element);
    if (!width || !height || isInSentence(element)) continue;
    if (width < 23.99 || height < 23.99) {
      faults.push(`${say(element)} is ${width.toFixed(1)} × ${height.toFixed(1)} px`);
    }
  }
  return faults;
}

function frame() {
  return new Promise((done) => requestAnimationFrame(() => done()));
}

// Focus may scroll smoothly or slide a skip link in: look once nothing moves any more.
async function whenStill(element) {
  let before = "";
  for (let tries = 0, same = 0; tries < 90 && same < 3; tries += 1) {
    await frame();
    const box = element.getBoundingClientRect();
    const now = `${box.x} ${box.y} ${box.width} ${box.height}`;
    same = now === before ? same + 1 : 0;
    before = now;
  }
}

// The middle of what the window shows of the element, or null where it shows nothing.
function middleOf(element) {
  for (const box of element.getClientRects()) {
    const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    if (right - left >= 1 && bottom - top >= 1) return [(left + right) / 2, (top + bottom) / 2];
  }
  return null;
}

function isHit(element, hit) {
  if (!hit) return false;
  if (element.contains(hit)) return true;
  return [...(element.labels || [])].some((label) => label.contains(hit));
}

async function focused(stop) {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (stop === 0) window.focusStops = new WeakSet();
  const nowhere = !element || element === document.body || element === document.documentElement;
  if (nowhere || window.focusStops.has(element)) return { again: true, fault: null };
  window.focusStops.add(element);
  await whenStill(element);
  // A box drawn by its label is out of sight itself; the label is what one sees focused.
  const seen = isClippedAway(element) && element.labels?.length ? element.labels[0] : element;
  const middle = middleOf(seen);
  if (!middle) return { again: false, fault: `${say(element)} is outside the window when focused` };
  const hit = document.elementFromPoint(...middle);
  if (isHit(seen, hit) || isHit(element, hit)) return { again: false, fault: null };
  const cover = hit ? say(hit) : "nothing";
  return { again: false, fault: `${say(element)} is covered by ${cover} when focused` };
}
