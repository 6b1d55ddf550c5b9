// Sends each photo as soon as it is chosen and swaps in the card that the server answers with.
const form = document.getElementById("step-form");
const board = form.querySelector("[data-photos]");
const words = board.dataset;
const news = document.getElementById("photo-news");
const WAITS = [1000, 3000, 9000];
const sending = new Map();
let waiting = null;

document.documentElement.classList.add("live");

const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function post(card, file, job) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    for (const name of ["csrf_token", "application"]) body.append(name, form.elements[name].value);
    body.append("file", file);
    request.open("POST", card.dataset.upload);
    request.setRequestHeader("X-Requested-With", "alta");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) job.bar.value = event.loaded / event.total;
    };
    request.onload = request.onerror = request.ontimeout = () => done(request);
    request.onabort = () => done(null);
    request.timeout = 180000;
    job.request = request;
    request.send(body);
  });
}

function cardIn(request) {
  if (request.status !== 200 && request.status !== 422) return null;
  return new DOMParser().parseFromString(request.responseText, "text/html").querySelector(".shot");
}

function sentenceIn(request) {
  try {
    return JSON.parse(request.responseText).error || words.failed;
  } catch {
    return words.failed;
  }
}

function show(card, file) {
  const picture = make("img", { alt: "", src: URL.createObjectURL(file) });
  // Some formats cannot be shown here although the server reads them: the drawing stays then.
  picture.onload = () => URL.revokeObjectURL(picture.src);
  picture.onerror = () => picture.remove();
  card.querySelector(".frame").append(picture);
  return picture;
}

function begin(card, file) {
  sending.get(card.id)?.request?.abort();
  card.querySelectorAll(".upload, .error").forEach((element) => element.remove());
  card.classList.remove("bad");
  const bar = make("progress", { max: 1, value: 0 });
  bar.setAttribute("aria-label", words.sending);
  const note = make("p", { className: "quiet upload", textContent: words.sending });
  note.append(bar);
  card.append(note);
  card.classList.add("sending");
  news.textContent = words.sending;
  return { bar, note, picture: show(card, file), request: null };
}

function swap(card, fresh) {
  const held = card.contains(document.activeElement);
  card.replaceWith(fresh);
  const input = fresh.querySelector("input[type=file]");
  if (held) input.focus();
  const fault = fresh.querySelector(".error");
  news.textContent = fault ? fault.textContent : words.saved;
  if (!fault) forget(input.id);
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

function giveUp(card, file, job, sentence) {
  job.picture.remove();
  const retry = make("button", { type: "button", className: "button plain", textContent: words.retry });
  retry.onclick = () => send(card, file);
  const fault = make("p", { className: "error", textContent: sentence });
  job.note.replaceChildren(fault, retry);
  card.classList.remove("sending");
  card.classList.add("bad");
  news.textContent = sentence;
}

async function send(card, file) {
  const job = begin(card, file);
  sending.set(card.id, job);
  let request;
  for (const wait of [...WAITS, 0]) {
    request = await post(card, file, job);
    if (!request || (request.status && request.status < 500) || !wait) break;
    await pause(wait);
    if (sending.get(card.id) !== job) return;
  }
  if (!request || sending.get(card.id) !== job) return;
  sending.delete(card.id);
  const fresh = cardIn(request);
  if (fresh) swap(card, fresh);
  else giveUp(card, file, job, sentenceIn(request));
  if (!fresh || fresh.matches(".bad")) waiting = null;
  if (waiting && !sending.size) form.requestSubmit(waiting);
}

const take = (input) => input.files.length && send(input.closest(".shot"), input.files[0]);
form.addEventListener("change", (event) => event.target.type === "file" && take(event.target));
// What was chosen before this script had arrived, on a slow line or before a reload, is on its way too.
form.querySelectorAll("input[type=file]").forEach(take);

// Leaving the page waits for what is still on its way.
form.addEventListener("submit", (event) => {
  if (!sending.size) return;
  event.preventDefault();
  waiting = event.submitter;
  news.textContent = words.wait;
});
