// The camera in the page: one photo after another is framed, taken, looked at and sent, and mended at once.
import { capture, open, release } from "./lens.js";
import { mark, marked } from "./mark.js";
import { faultIn, give, isPoor } from "./photos.js";

const form = document.getElementById("step-form");
const board = form.querySelector("[data-photos]");
const dialog = document.getElementById("camera");
const words = dialog.dataset;
const part = (name) => dialog.querySelector(`[data-part=${name}]`);
const [video, canvas, guide, stage, bar] = ["video", "canvas", "guide", "stage", "bar"].map(part);
// A card's surroundings let its edges be found; of a face all that is seen counts.
const AROUND = 0.12;
let slot = "";
let state = "";
let again = null;
// Where the focus goes when the camera closes; else to the button that opened it.
let goal = null;

const cardOf = (name) => document.getElementById(`card-${name}`);
const slotOf = (card) => card.id.slice("card-".length);
const inputOf = (card) => card.querySelector("input[type=file]");
const cards = () => [...board.querySelectorAll(".shot")].filter((card) => card.offsetParent);
const isFace = () => cardOf(slot).matches(".face");
const facing = () => (isFace() ? "user" : "environment");
const isDone = (card) => card.matches(".has:not(.sending)") && !isPoor(card);

function nextOpen(card) {
  const all = cards();
  const after = all.indexOf(card) + 1;
  return [...all.slice(after), ...all.slice(0, after - 1)].find((each) => !isDone(each) && !each.matches(".sending"));
}

// Shows what belongs to the state, and puts the focus on what comes next in it.
function enter(next, sentence = words[next]) {
  state = next;
  for (const each of dialog.querySelectorAll("[data-when]")) each.hidden = !each.dataset.when.split(" ").includes(next);
  part("handoff").hidden = !document.getElementById("handoff")?.offsetParent;
  part("say").textContent = sentence;
  const main = [...dialog.querySelectorAll("[data-main]")].find((each) => each.offsetParent);
  (main ?? part("title")).focus();
}

function lose() {
  release(video);
  if (state === "live") enter("busy");
}

// What to do now; after another photo only what is new about this one.
function instruction(isNext) {
  const card = cardOf(slot);
  if (isNext) return words.next.replace("{what}", part("title").textContent);
  return card.querySelector(".hint")?.textContent ?? words[isFace() ? "face" : "card"];
}

async function look(isNext = false) {
  if (!video.srcObject) {
    enter("starting");
    const found = await open(video, facing(), lose);
    if (found !== "live") return found && enter(found);
  }
  enter("live", instruction(isNext));
}

function present(card) {
  slot = slotOf(card);
  mark(slot);
  const all = cards();
  part("title").textContent = card.querySelector("h2").textContent;
  part("count").textContent = words.count.replace("{number}", all.indexOf(card) + 1).replace("{total}", all.length);
  part("count").hidden = all.length < 2;
  for (const each of dialog.querySelectorAll("[data-pose]")) each.hidden = each.dataset.pose !== slot;
  stage.classList.toggle("face", isFace());
  if (!dialog.open) dialog.showModal();
}

function press() {
  capture(video, canvas, isFace() ? stage : guide, isFace() ? 0 : AROUND);
  enter("taken");
}

function use() {
  enter("sending");
  const card = cardOf(slot);
  const send = (blob) => give(card, new File([blob], "photo.jpg", { type: blob.type }));
  canvas.toBlob(send, "image/jpeg", 0.95);
}

function close(target = null) {
  goal = target;
  dialog.close();
}

function goOn() {
  const next = nextOpen(cardOf(slot));
  if (!next) return close(form.querySelector(".actions .button:not(.plain)"));
  present(next);
  look(true);
}

// The server's answer: on to the next photo, or what there is to mend, with the picture it is about.
function judge(card) {
  const fault = faultIn(card);
  if (!fault) return goOn();
  const isRefused = card.matches(".bad");
  part("result").replaceChildren(card.querySelector(".frame").cloneNode(true));
  enter("poor", fault.textContent.trim());
  part("result").hidden = isRefused;
  canvas.hidden = !isRefused;
  part("keep").hidden = !card.querySelector("[name=keep]");
  part("leave").hidden = isPoor(card);
}

function keep() {
  enter("sending");
  cardOf(slot).querySelector("[name=keep]").click();
}

function choose(capture) {
  const input = inputOf(cardOf(slot));
  close(input);
  if (capture) input.setAttribute("capture", facing());
  input.click();
}

const ACTIONS = {
  press,
  use,
  keep,
  leave: goOn,
  look: () => look(),
  resend: () => again(),
  app: () => choose(true),
  file: () => choose(false),
  handoff: () => close(document.getElementById("handoff")),
  close: () => close(),
};

dialog.addEventListener("click", (event) => {
  const action = event.target.closest("[data-do]")?.dataset.do;
  if (action) ACTIONS[action]();
});
dialog.addEventListener("close", () => {
  release(video);
  if (goal?.type !== "file") mark("");
  (goal ?? cardOf(slot).querySelector(".shoot")).focus();
  goal = null;
});

board.addEventListener("photo", ({ detail }) => {
  if (!dialog.open || detail.id !== `card-${slot}` || !["sending", "lost"].includes(state)) return;
  if (detail.card) judge(detail.card);
  else if (detail.again) {
    again = detail.again;
    enter("lost", detail.sentence);
  } else if (detail.sentence) part("say").textContent = detail.sentence;
  else {
    if (state === "lost") enter("sending");
    bar.value = detail.share;
  }
});

// Nobody is filmed unseen: hidden, the page lets the camera go; shown again, it takes it up where it was.
const wake = () => {
  if (dialog.open && (state === "live" || state === "starting")) look();
};
addEventListener("pagehide", () => release(video));
addEventListener("pageshow", (event) => event.persisted && wake());

// While a file is chosen, perhaps with the phone's own camera, the mark stands for it.
const settle = () => {
  if (!dialog.open) mark("");
  for (const input of board.querySelectorAll("[capture]")) input.removeAttribute("capture");
};
form.addEventListener("click", (event) => event.target.type === "file" && mark(event.target.name));
for (const name of ["change", "cancel"]) form.addEventListener(name, settle, true);
addEventListener("focus", settle);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return release(video);
  settle();
  wake();
});

// Each card, also one that was swapped in, leads to the camera first and to a file second.
function equip(card) {
  if (card.querySelector(".shoot")) return;
  const button = document.getElementById("shoot").content.firstElementChild.cloneNode(true);
  const label = card.querySelector(".choose");
  const title = card.querySelector("h2");
  button.classList.toggle("plain", isDone(card));
  button.append(words[card.matches(".has") ? "another" : "take"]);
  button.id = `${slotOf(card)}-shoot`;
  button.setAttribute("aria-labelledby", `${button.id} ${title.id}`);
  button.onclick = () => {
    present(card);
    look();
  };
  label.className = "link choose";
  label.textContent = words.file;
  label.before(button);
}

function restore(name) {
  const left = cardOf(name);
  mark("");
  if (!left?.offsetParent) return;
  present((isDone(left) && nextOpen(left)) || left);
  enter("restored");
}

if (dialog.showModal) {
  const equipAll = () => board.querySelectorAll(".shot").forEach(equip);
  new MutationObserver(equipAll).observe(board, { childList: true });
  equipAll();
  const name = marked();
  if (name) restore(name);
}
