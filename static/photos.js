// Sends each photo as soon as it is there, small, and swaps in the card that the server answers with.
import { deliver } from "./sending.js";
import { shrink } from "./shrink.js";

const form = document.getElementById("step-form");
const board = form.querySelector("[data-photos]");
const words = board.dataset;
const news = document.getElementById("photo-news");
const CHANGES = ["keep", "remove"];
// What stands for an answer where a file was moved or changed after it was chosen: trying again would not help.
const UNREADABLE = { status: 400 };
// By card: what is on its way, and what could not be sent but is kept here.
const jobs = new Map();
const lost = new Map();
let waiting = null;

document.documentElement.classList.add("live");

const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
// A card may have been swapped since it was named.
const live = (card) => document.getElementById(card.id);
const inputOf = (card) => card.querySelector("input[type=file]");
export const isPoor = (card) => card.matches(".bad, .doubtful");
export const faultIn = (card) => card.querySelector(".error, .advice");

// Whoever shows photos elsewhere on the page hears how each of them fares.
const tell = (card, detail) => board.dispatchEvent(new CustomEvent("photo", { detail: { id: card.id, ...detail } }));

const warn = (event) => event.preventDefault();
function guardPage() {
  const change = jobs.size + lost.size ? addEventListener : removeEventListener;
  change("beforeunload", warn);
}

function bodyWith(entries) {
  const body = new FormData();
  for (const name of ["csrf_token", "application"]) body.append(name, form.elements[name].value);
  for (const [name, value] of Object.entries(entries)) body.append(name, value);
  return body;
}

function cardIn(request) {
  if (request.status !== 200 && request.status !== 422) return null;
  return new DOMParser().parseFromString(request.responseText, "text/html").querySelector(".shot");
}

function toldBy(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}

const sentenceIn = (request) => (request === UNREADABLE ? words.unreadable : toldBy(request).error || words.failed);

function show(card, file) {
  const picture = make("img", { alt: "", className: "preview", src: URL.createObjectURL(file) });
  // Some formats cannot be shown here although the server reads them: the drawing stays then.
  picture.onload = () => URL.revokeObjectURL(picture.src);
  picture.onerror = () => picture.remove();
  card.querySelector(".frame").append(picture);
}

function tidy(card) {
  card.querySelectorAll(".upload, .error, .advice, .worst, .preview").forEach((each) => each.remove());
  card.classList.remove("bad", "doubtful", "sending");
}

function begin(card, file) {
  tidy(card);
  const sentence = file ? words.sending : words.changing;
  const bar = make("progress", { max: 1 });
  bar.setAttribute("aria-label", sentence);
  const text = make("span", { textContent: sentence });
  const note = make("p", { className: "quiet upload" });
  note.append(text, bar);
  card.append(note);
  card.classList.add("sending");
  news.textContent = sentence;
  if (file) show(card, file);
  tell(card, { share: 0 });
  return {
    note,
    address: card.dataset.upload,
    watch: (share) => {
      bar.value = share;
      tell(card, { share });
    },
    wait: () => {
      bar.removeAttribute("value");
      news.textContent = text.textContent = words.lost;
      tell(card, { sentence: words.lost });
    },
  };
}

function swap(card, fresh) {
  const held = card.contains(document.activeElement);
  live(card).replaceWith(fresh);
  if (held) inputOf(fresh).focus();
  news.textContent = faultIn(fresh)?.textContent.trim() ?? words[fresh.matches(".has") ? "saved" : "removed"];
  if (!isPoor(fresh)) forget(inputOf(fresh).id);
  tell(fresh, { card: fresh });
}

// What the error summary said about this photo is mended.
function forget(id) {
  const entry = document.querySelector(`.summary a[href="#${id}"]`)?.closest("li");
  const rest = entry?.closest("ul");
  entry?.remove();
  if (!rest || rest.children.length) return;
  rest.closest(".summary").remove();
  document.title = document.title.replace(/^[^ ]+: /, "");
}

function giveUp(card, job, sentence, again) {
  const button = make("button", { type: "button", className: "button plain", textContent: words.retry });
  button.onclick = again;
  button.hidden = !again;
  job.note.replaceChildren(make("p", { className: "error", textContent: sentence }), button);
  card.querySelector(".preview")?.remove();
  card.classList.remove("sending");
  card.classList.add("bad");
  news.textContent = sentence;
  tell(card, { sentence, again });
}

// A form sent without scripts, or after them, takes the photo along.
function hold(card, file) {
  try {
    const carrier = new DataTransfer();
    carrier.items.add(file);
    inputOf(card).files = carrier.files;
  } catch {
    // An older browser: the photo is held by its job alone.
  }
}

async function smallOf(card, file, signal) {
  const small = await shrink(file);
  // In memory: a file that changes on its way could not be sent to its end.
  const bytes = small === file ? await file.arrayBuffer() : small;
  const photo = new File([bytes], "photo.jpg", { type: small.type });
  if (!signal.aborted) hold(card, photo);
  return { file: photo };
}

// `what` is a photo's file, or the entries of a post that changes the photo that is there.
async function send(place, what) {
  const card = live(place);
  const before = jobs.get(card.id);
  before?.stop.abort();
  lost.delete(card.id);
  const stop = new AbortController();
  const file = what instanceof Blob ? what : null;
  const job = Object.assign(begin(card, file), { stop, signal: stop.signal });
  job.body = file ? smallOf(card, file, stop.signal).then(bodyWith) : bodyWith(what);
  jobs.set(card.id, job);
  guardPage();
  job.over = deliver(job, before).catch(() => UNREADABLE);
  const request = await job.over;
  if (!request) return;
  jobs.delete(card.id);
  const fresh = cardIn(request);
  const again = () => send(card, what);
  if (request === UNREADABLE) inputOf(card).value = "";
  if (fresh) swap(card, fresh);
  else giveUp(card, job, sentenceIn(request), request !== UNREADABLE && again);
  // A frame whose time is over goes on with a fresh token, and then sends what was lost.
  const isOver = !fresh && toldBy(request).code === "frame_expired";
  if (isOver) dispatchEvent(new Event("expired"));
  if (isOver || !request.status || request.status >= 500) lost.set(card.id, again);
  guardPage();
  goOn(fresh && !isPoor(fresh));
}

function goOn(isFine) {
  if (!isFine) waiting = null;
  if (waiting && !jobs.size) form.requestSubmit(waiting);
}

// Takes the photo for this card as if it had been chosen there.
export function give(card, file) {
  hold(card, file);
  send(card, file);
}

const take = (input) => input.files.length && send(input.closest(".shot"), input.files[0]);
form.addEventListener("change", (event) => event.target.type === "file" && take(event.target));
// What was chosen before this script had arrived, on a slow line or before a reload, is on its way too.
form.querySelectorAll("input[type=file]").forEach(take);

const sendLost = () => [...lost.values()].forEach((again) => again());
addEventListener("online", sendLost);

form.addEventListener("submit", (event) => {
  const { submitter } = event;
  const card = CHANGES.includes(submitter?.name) && submitter.closest(".shot");
  if (card) {
    event.preventDefault();
    send(card, { [submitter.name]: submitter.value });
    return;
  }
  // Leaving the page waits for what is still on its way.
  sendLost();
  if (!jobs.size) return;
  event.preventDefault();
  waiting = submitter;
  news.textContent = words.wait;
});
