// The embedding doctor: looks at what the browser allows in this frame, and says what to change, with the line to paste.
const told = JSON.parse(document.querySelector('meta[name="alta-doctor"]').content);
const report = document.getElementById("report");
const SIGNS = { good: "✓", doubtful: "!", bad: "✗" };
const WAIT = 2500;
const SANDBOX =
  'sandbox="allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"';
const inside = parent !== window;

function say(name, state, sentence, line = "") {
  const entry = document.createElement("li");
  const add = (tag, text) => entry.append(Object.assign(document.createElement(tag), { textContent: text }));
  entry.className = state;
  entry.dataset.check = name;
  add("h2", `${SIGNS[state]} ${name}`);
  add("p", sentence);
  if (line) add("pre", line);
  report.append(entry);
}

function ancestors() {
  if (location.ancestorOrigins) return [...location.ancestorOrigins];
  return inside && document.referrer ? [new URL(document.referrer).origin] : [];
}

function framing() {
  if (!inside) {
    const line = `<alta-onboarding doctor launch-token="…"></alta-onboarding>`;
    return say("Framing", "doubtful", "This page is not in a frame. Open it within the page that is to embed Alta:", line);
  }
  if (told.token === "launch_unknown") return say("Framing", "doubtful", "Who may frame Alta is known by a token only.");
  const strange = ancestors().filter((origin) => !told.origins.includes(origin));
  if (!strange.length) return say("Framing", "good", "Every page around this one is registered.");
  const lines = strange.map((origin) => `.venv/bin/flask --app wsgi integrations origin NAME ${origin}`).join("\n");
  const sentence = "Not registered, so that the onboarding is refused in it. Register every page around the frame, here or in the console:";
  say("Framing", "bad", sentence, lines);
}

function token() {
  const create = `POST ${told.alta}/v1/sessions`;
  const unknown = "No session has this token. It is the whole launch_token of what your server was answered by:";
  if (told.token === "launch_unknown") return say("Launch token", "bad", unknown, create);
  const words = {
    launch_used: "It was used before: each opens a session once.",
    launch_expired: "It is older than ten minutes.",
    session_cancelled: "Its session was cancelled.",
    session_expired: "Its session has expired, or was erased.",
  };
  if (told.token === "good") return say("Launch token", "good", "It is good, and was not used up by this page.");
  say("Launch token", "bad", `${words[told.token]} Have your server make a fresh one:`, `POST ${told.alta}/v1/sessions/{id}/launch`);
}

async function cookies() {
  const { kept } = await fetch(told.cookie)
    .then((answer) => answer.json())
    .catch(() => ({ kept: false }));
  if (kept) return say("Cookies", "good", "The session's cookie is kept, apart for your site.");
  const sentence = "This browser keeps no cookie of ours here. The onboarding goes on with a token in its path; there is nothing to change.";
  say("Cookies", "doubtful", sentence);
}

// The form of a dialog is sent without leaving the page, and is not where the frame may send none.
function mayPost() {
  const dialog = document.body.appendChild(document.createElement("dialog"));
  const form = dialog.appendChild(Object.assign(document.createElement("form"), { method: "dialog" }));
  dialog.show();
  form.requestSubmit();
  const sent = !dialog.open;
  dialog.remove();
  return sent;
}

async function path() {
  if (!mayPost()) {
    return say("Path fallback", "bad", "The frame is sandboxed and may not send forms. Give its iframe:", SANDBOX);
  }
  const { works } = await fetch(told.path, { method: "POST" })
    .then((answer) => answer.json())
    .catch(() => ({ works: false }));
  if (works) return say("Path fallback", "good", "Answers can be sent without any cookie.");
  say("Path fallback", "bad", "The frame is sandboxed and has no origin, so that it cannot send answers. Give its iframe:", SANDBOX);
}

async function camera() {
  const policy = document.permissionsPolicy ?? document.featurePolicy;
  const lines = `<iframe allow="camera" …>\nPermissions-Policy: camera=(self "${told.alta}")`;
  if (!navigator.mediaDevices) {
    return say("Camera", "bad", "There is no camera without HTTPS. Serve both pages over it.", `https://…`);
  }
  if (policy && !policy.allowsFeature("camera")) {
    return say("Camera", "bad", "The page around does not let this frame use the camera. Its iframe and its header need:", lines);
  }
  const { state } = await navigator.permissions?.query({ name: "camera" }).catch(() => ({ state: "prompt" })) ?? {};
  if (state === "denied") {
    const sentence = "The person, or the browser, has refused the camera for your site. It is asked again once that is taken back.";
    return say("Camera", "doubtful", sentence, "Beside the page's address: site settings, Camera: Ask");
  }
  say("Camera", "good", "The frame may ask for the camera.");
}

function message() {
  return new Promise((done) => {
    const timer = setTimeout(() => done(false), WAIT);
    addEventListener("message", ({ source, data }) => {
      if (source !== parent || Object(data).type !== "alta:pong") return;
      clearTimeout(timer);
      done(true);
    });
    if (inside) parent.postMessage({ type: "alta:ping" }, "*");
  });
}

async function around() {
  const heard = await message();
  const script = `<script type="module" src="${told.alta}/embed.js"></script>`;
  const policy = `Content-Security-Policy: script-src ${told.alta}; frame-src ${told.alta}`;
  if (heard) {
    say("postMessage", "good", "The element on the page around answers.");
    return say("Content-Security-Policy", "good", "The page's policy lets in the script and this frame.");
  }
  const silent =
    "Nothing answers on the page around: the element's script is not there, or was refused. An iframe of your own goes without; the element needs:";
  say("postMessage", "bad", silent, script);
  say("Content-Security-Policy", "doubtful", "This frame was let in. If the page has a policy, it needs in it, beside what it has:", policy);
}

token();
framing();
await cookies();
await path();
await camera();
await around();
report.dataset.done = "";
if (inside) {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  parent.postMessage({ type: "alta:ready" }, "*");
  parent.postMessage({ type: "alta:resize", height, full: false }, "*");
}
