// What every page gains from scripts; nothing here is needed to finish an application.
const one = (selector, root = document) => root.querySelector(selector);

// Coming back to a page that answered a post, the browser would ask whether to send the form again: it opens it anew.
history.replaceState(history.state, "");

// The error summary takes the focus, and its links lead to the field with its label in sight.
const faults = one(".summary[autofocus]");
// After the browser's own autofocus, which not every browser has for such an element.
if (faults) requestAnimationFrame(() => document.activeElement === faults || faults.focus());
addEventListener("click", (event) => {
  const link = event.target.closest?.('.summary a[href^="#"]');
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.closest(".field, .shot") ?? field).scrollIntoView();
  field.focus({ preventScroll: true });
});

// A second click on the way out is dropped. Coming back (also from the back/forward cache) opens the form again.
let leaving = null;
const stay = () => {
  leaving?.removeAttribute("aria-busy");
  leaving = null;
};
addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (leaving) return event.preventDefault();
  leaving = event.submitter ?? event.target;
  leaving.setAttribute("aria-busy", "true");
  setTimeout(stay, 15000);
});
addEventListener("pageshow", stay);

// An open menu closes on Escape and on a click elsewhere.
const close = (event) => {
  const menu = one(".menu[open]");
  if (!menu || (event.type === "click" && menu.contains(event.target))) return;
  if (event.type === "keydown" && event.key !== "Escape") return;
  menu.open = false;
  if (event.type === "keydown") one("summary", menu).focus();
};
addEventListener("click", close);
addEventListener("keydown", close);

const copy = navigator.clipboard && one("[data-copied]");
if (copy) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(copy.getAttribute("aria-controls")).value);
    one("[role=status]").textContent = copy.dataset.copied;
  });
}

// A page that waits for news fetches itself and takes the new words, ever more seldom while there are none. One that
// says what it has (`data-seen`) is answered with nothing (204) until there is more.
const first = Number(one("[data-poll]")?.dataset.poll || 5000);

function take(place, fresh) {
  const held = place.contains(document.activeElement) && document.activeElement.getAttribute("href");
  place.innerHTML = fresh.innerHTML;
  if (held) one(`[href="${CSS.escape(held)}"]`, place)?.focus({ preventScroll: true });
}

const poll = async (wait) => {
  const place = one("[data-poll]");
  // A sandboxed frame without an origin may fetch nothing: it opens itself anew (frame.js).
  if (!place || self.origin === "null") return;
  const { seen } = place.dataset;
  let next = Math.min(wait * 1.2, 30000);
  try {
    const headers = { "X-Looks-By-Itself": "1", ...(seen && { "X-Seen": seen }) };
    const answer = document.hidden || (await fetch(location.href, { headers }));
    // It is over, or one's session is: the page itself says so.
    if (seen && (answer.redirected || (answer.status >= 400 && answer.status < 500))) return location.reload();
    if (answer.status === 200 && !answer.redirected) {
      const fresh = one("[data-news]", new DOMParser().parseFromString(await answer.text(), "text/html"));
      // What was waited for is there: its page takes the place of this one.
      if (!fresh) return location.reload();
      if (fresh.innerHTML !== place.innerHTML) {
        take(place, fresh);
        next = first;
      }
      if (seen) place.dataset.seen = fresh.dataset.seen;
      if (!("poll" in fresh.dataset)) delete place.dataset.poll;
    }
  } catch {
    // Offline: the next round may find the network again.
  }
  setTimeout(poll, next, next);
};
if (one("[data-poll]")) setTimeout(poll, first, first);
