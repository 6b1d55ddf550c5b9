// The page within a frame: tells the page around what happens, and does what that asks. Nothing personal passes here.
const words = JSON.parse(document.querySelector('meta[name="alta-frame"]').content);
const events = words.events ?? [words.event].filter(Boolean);
const inside = parent !== window;
const html = document.documentElement;
let host = null;
let sized = false;
let waiting = null;
let over = 0;
let end = Infinity;
let dressed = Promise.resolve();
// Before the server's own end: what is sent on its last second would be lost on the way.
const AHEAD = 5000;
// A theme that is wanted together with a language is there before that opens the page anew.
const TOGETHER = 50;

// Only pages of registered origins are told anything, each by its exact origin.
const around = () => {
  if (host) return [host];
  const nearest = location.ancestorOrigins?.[0];
  return nearest ? words.origins.filter((origin) => origin === nearest) : words.origins;
};
const tell = (message) => inside && around().forEach((origin) => parent.postMessage(message, origin));
const secret = () => document.querySelector("[name=csrf_token]")?.value ?? "";
const ask = (address, entries) =>
  fetch(address, {
    method: "POST",
    keepalive: true,
    headers: { "X-Requested-With": "alta" },
    body: new URLSearchParams({ csrf_token: secret(), ...entries }),
  });

// How high the page is, and whether the camera wants the whole window.
function measure() {
  const full = Boolean(document.querySelector("dialog[open]"));
  tell({ type: "alta:resize", height: Math.ceil(document.body.getBoundingClientRect().height), full });
}

// The time of the frame: once it is over, nothing is sent until a fresh token came.
function arm(seconds) {
  clearTimeout(over);
  const left = Math.max(0, seconds * 1000 - AHEAD);
  end = Date.now() + left;
  over = setTimeout(watch, left);
}

// Timers stand still while a computer sleeps: its clock says what the time is.
function watch() {
  if (!waiting && Date.now() >= end) expire();
}

function expire() {
  waiting = document.createElement("div");
  waiting.className = "notice";
  waiting.setAttribute("role", "alert");
  waiting.append(Object.assign(document.createElement("p"), { textContent: words.over }));
  document.getElementById("main")?.prepend(waiting);
  tell({ type: "alta:expired", code: "frame_expired", renew: true });
}

addEventListener("visibilitychange", watch);
addEventListener("pageshow", watch);
// A photo was refused because of it.
addEventListener("expired", () => waiting ?? expire());
addEventListener(
  "submit",
  (event) => {
    const isNews = !waiting;
    watch();
    if (!waiting) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.scrollIntoView({ block: "nearest" });
    if (!isNews) tell({ type: "alta:expired", code: "frame_expired", renew: true });
  },
  true,
);

async function renew(token) {
  const answer = await ask(words.renew, { token }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (!answer?.ok) return tell({ type: "alta:error", code: told?.code ?? told?.error ?? "load_failed" });
  // A page that only says that the time is over gives way to the one that was wanted.
  if (document.getElementById("renewal")) return location.replace(location.href);
  waiting?.remove();
  waiting = null;
  arm(told.expires);
  tell({ type: "alta:ready" });
  // Photos that could not be sent meanwhile are waiting for just that.
  dispatchEvent(new Event("online"));
}

async function look(theme) {
  const answer = await ask(words.theme, { theme: JSON.stringify(theme) }).catch(() => null);
  if (!answer?.ok) return tell({ type: "alta:error", code: "theme_refused" });
  const old = document.getElementById("theme");
  const fresh = old.cloneNode();
  fresh.href = `${words.theme}.css?${Date.now()}`;
  // The old colours stay until the new ones are there.
  fresh.onload = () => old.remove();
  old.after(fresh);
}

function speak(locale) {
  const wanted = String(locale).replace("-", "_").toLowerCase();
  const buttons = [...document.querySelectorAll("button[name=language]")];
  const button = buttons.find(({ value }) => value.toLowerCase() === wanted || value.split("_")[0] === wanted);
  // The page's own button keeps what was typed.
  if (!button) tell({ type: "alta:error", code: "locale_unknown" });
  else if (!button.hasAttribute("aria-current")) button.click();
}

// What was typed is kept as if it had been saved for later; what is wrong in it is asked when the person comes back.
async function close() {
  const form = document.getElementById("step-form");
  if (form && document.querySelector("button[name=save]")) {
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    body.append("save", "1");
    // Sent to its end, even where the page around does not wait for it.
    const options = { method: "POST", body, redirect: "manual", keepalive: true };
    await fetch(form.action, options).catch(() => null);
  }
  tell({ type: "alta:closed" });
}

const COMMANDS = {
  "alta:hello": () => {
    sized = true;
    html.classList.add("sized");
    measure();
    tell({ type: "alta:title", title: words.title });
  },
  "alta:token": ({ token }) => renew(String(token)),
  "alta:setLocale": ({ locale }) => setTimeout(() => dressed.then(() => speak(locale)), TOGETHER),
  "alta:setTheme": ({ theme }) => {
    dressed = dressed.then(() => look(theme));
  },
  "alta:close": close,
};

addEventListener("message", ({ source, origin, data }) => {
  if (!inside || source !== parent || !words.origins.includes(origin)) return;
  host = origin;
  COMMANDS[Object(data).type]?.(data);
});

// In a sandbox without an origin nothing can be fetched: the page follows the tab by opening itself anew.
const FOLLOWS = 5000;
const boxed = self.origin === "null";
if (boxed && document.querySelector("[data-poll]")) setTimeout(() => location.reload(), FOLLOWS);
addEventListener("click", ({ target }) => {
  const leaving = target.closest?.("[data-leaves]");
  if (leaving) setTimeout(() => location.replace(leaving.dataset.leaves), 500);
});

if (inside) {
  new ResizeObserver(measure).observe(document.body);
  new MutationObserver(measure).observe(document.body, { subtree: true, attributeFilter: ["open"] });
}
const isOver = events.some(({ type }) => type === "alta:error" || type === "alta:expired");
if (!isOver && words.expires !== undefined) arm(words.expires);
tell({ type: "alta:ready" });
events.forEach(tell);
if (inside && !sized) measure();
