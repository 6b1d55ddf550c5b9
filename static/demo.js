// The demo's host page: does what docs/embedding.md tells a team to do, and writes down every event.
const KINDS = ["ready", "step", "submitted", "closed", "error", "expired"];
const KNOWN = {
  AR: {
    personal: { first_name: "Juana", last_name: "Fernández", birthday: "1990-08-10", nationality: "Argentina" },
    identity: { document_type: "cuil", document_number: "20-12345678-6" },
    phone: { number: "+5491123456789" },
  },
  BR: {
    personal: { first_name: "João", last_name: "Souza", birthday: "1990-08-10", nationality: "Brasileiro" },
    identity: { document_type: "cpf", document_number: "529.982.247-25" },
    phone: { number: "+5521971697123" },
  },
};
const main = document.getElementById("main");
const place = document.getElementById("place");
const log = document.getElementById("log");
const session = document.getElementById("session");
const theme = document.getElementById("theme");
let id = main.dataset.session;
const element = () => place.querySelector("alta-onboarding");

function note(type, detail) {
  const line = document.createElement("li");
  line.textContent = `${type} ${JSON.stringify(detail)}`;
  log.append(line);
  line.scrollIntoView({ block: "nearest" });
}

async function post(address, entries) {
  const body = new URLSearchParams({ csrf_token: session.elements.csrf_token.value, ...entries });
  const answer = await fetch(address, { method: "POST", body, headers: { "X-Requested-With": "alta" } });
  const told = await answer.json();
  if (!answer.ok) note("refused", told);
  return answer.ok ? told : null;
}

function show(launched, doctor = false) {
  id = launched.id;
  const fresh = document.createElement("alta-onboarding");
  fresh.toggleAttribute("doctor", doctor);
  fresh.setAttribute("launch-token", launched.launch_token);
  for (const kind of KINDS) fresh.addEventListener(`alta:${kind}`, ({ type, detail }) => note(type, detail));
  // A person whose time is over goes on where they are.
  fresh.addEventListener("alta:expired", renew);
  place.replaceChildren(fresh);
  place.scrollIntoView({ block: "nearest" });
}

async function renew() {
  const launched = id && (await post("/embed/demo/launch", { session: id }));
  if (launched && element()) element().launchToken = launched.launch_token;
  else if (launched) show(launched);
}

function look() {
  const { scheme, font, accent, radius } = Object.fromEntries(new FormData(theme));
  return { scheme, font, accent, radius: Number(radius) };
}

async function begin(doctor = false) {
  const { country, locale, prefill, skip } = Object.fromEntries(new FormData(session));
  const body = { country, locale, theme: look(), return_url: location.origin + location.pathname };
  if (prefill || skip) body.prefill = prefill ? KNOWN[country] : { phone: KNOWN[country].phone };
  if (skip) body.skip = ["phone"];
  const launched = await post(session.action, { body: JSON.stringify(body) });
  if (launched) show(launched, doctor);
}

session.addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});
theme.addEventListener("submit", (event) => {
  event.preventDefault();
  element()?.setTheme(look());
});
for (const button of theme.querySelectorAll("[data-locale]")) {
  button.onclick = () => element()?.setLocale(button.dataset.locale);
}
document.getElementById("renew").onclick = renew;
document.getElementById("close").onclick = () => element()?.close();
document.getElementById("doctor").onclick = () => begin(true);
// A person who came back, from the return URL or by a bookmark, goes on.
if (id) renew();
