// Follows the photos of an application on the other device: the words about it and the cards, every three seconds.
const ROUND = 3000;
const form = document.getElementById("step-form");
const board = form.querySelector("[data-photos]");
const news = document.getElementById("handoff-news");
const here = () => document.querySelector("[data-follow]");

// With this script nobody needs to ask.
const still = () => document.querySelectorAll("#handoff .still").forEach((each) => each.remove());

// What tells one state of a card from another: its picture, whether it is well, and what is said about it.
const shown = (card) => {
  const picture = card.querySelector(".frame img:not(.preview)")?.getAttribute("src");
  return [picture, card.className, card.querySelector(".hint")?.textContent].join();
};

function swapCards(fresh) {
  for (const card of fresh.querySelectorAll(".shot")) {
    const old = document.getElementById(card.id);
    // What is on its way from here is not disturbed: it is the newer one.
    if (!old || old.matches(".sending") || old.querySelector(".upload") || shown(old) === shown(card)) continue;
    const held = old.contains(document.activeElement);
    old.replaceWith(card);
    if (held) card.querySelector("input[type=file]").focus();
    board.dispatchEvent(new CustomEvent("photo", { detail: { id: card.id, card } }));
  }
}

function swapWords(place, fresh) {
  if (!fresh) return location.reload();
  const held = place.contains(document.activeElement);
  place.replaceWith(fresh);
  still();
  if (held) fresh.focus({ preventScroll: true });
  const text = [...fresh.querySelectorAll("h2, h2 + p")].map((each) => each.textContent.trim()).join(". ");
  if (news.textContent !== text) news.textContent = text;
}

// The phone gave all that this page wants: it goes on as if Continue had been pressed, unless a question is open. Asked
// only when something has arrived: who is about to answer the last question is not carried off.
function goOn() {
  if (!document.querySelector("#handoff[data-ready]") || document.querySelector(".summary")) return;
  const cards = [...form.querySelectorAll(".shot")].filter((card) => card.offsetParent);
  const groups = [...form.querySelectorAll("[role=radiogroup]")];
  if (document.querySelector("dialog[open]") || groups.some((group) => !group.querySelector(":checked"))) return;
  if (cards.every((card) => card.matches(".has:not(.bad, .doubtful, .sending)"))) form.requestSubmit();
}

async function look() {
  const place = here();
  if (document.hidden) return;
  const headers = { "X-Requested-With": "alta" };
  const answer = await fetch(`${place.dataset.follow}?seen=${place.dataset.seen}`, { headers });
  // Sent, away for too long, disconnected: the page itself says so.
  if (answer.redirected || (answer.status >= 400 && answer.status < 500)) return location.reload();
  if (answer.status !== 200) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  swapCards(fresh);
  swapWords(place, fresh.getElementById(place.id));
  goOn();
}

async function follow() {
  await look().catch(() => null); // Without network, the next round may find it again.
  if (here()) setTimeout(follow, ROUND);
}

still();
// The page came back from one of the block's buttons, to the place where they are.
if (location.hash === "#handoff") {
  history.replaceState(null, "", location.pathname + location.search);
  const block = document.getElementById("handoff");
  block?.scrollIntoView({ block: "center" });
  block?.focus({ preventScroll: true });
}
if (here()) {
  setTimeout(follow, ROUND);
  // What this page wants may have come while the page before was open.
  setTimeout(goOn, ROUND);
}
