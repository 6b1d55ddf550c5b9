// The preview follows what is chosen, before anything is saved.
const form = document.getElementById("look-form");
const frame = document.getElementById("preview");
const use = document.getElementById("use");
const judgement = document.getElementById("judgement");
const SHOWN = ["scheme", "accent", "radius", "font", "product"];
let timer = 0;
let newest;

async function show() {
  const query = new URLSearchParams(SHOWN.map((name) => [name, form.elements[name].value]));
  const mine = (newest = Symbol());
  const answer = await fetch(`${frame.dataset.address}?${query}`).catch(() => ({ ok: false }));
  if (!answer.ok || answer.redirected) return;
  const sample = await answer.text();
  if (mine === newest) frame.srcdoc = sample;
}

// The sample page says how well its colours can be read.
function hear() {
  const said = frame.contentDocument?.querySelector("meta[name=judgement]");
  if (!said) return;
  judgement.textContent = said.content;
  use.value = said.dataset.nearest;
  use.hidden = !use.value;
}

form.addEventListener("input", ({ target }) => {
  if (!SHOWN.includes(target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(show, 200);
});
use.addEventListener("click", (event) => {
  event.preventDefault();
  form.elements.accent.value = use.value;
  show();
});
frame.addEventListener("load", hear);
document.getElementById("preview-button").hidden = true;
