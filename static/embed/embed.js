// <alta-onboarding launch-token="…">: Alta's onboarding in your page. See docs/embedding.md.
const SLOW = 20000;
const SILENT = 5000;
const CLOSING = 3000;
const WORDS = {
  es: ["Verificación de identidad", "El formulario no se pudo cargar. Recargá la página o probá más tarde."],
  pt: ["Verificação de identidade", "O formulário não pôde ser carregado. Recarregue a página ou tente mais tarde."],
  en: ["Identity verification", "The form could not be loaded. Reload the page, or try again later."],
};
const STYLE = `
:host { display: block; position: relative; min-block-size: 30rem; }
:host([hidden]), iframe[hidden] { display: none; }
iframe { display: block; box-sizing: border-box; inline-size: 100%; block-size: 30rem; margin: 0; padding: 0; border: 0; }
iframe.full { position: fixed; inset: 0; z-index: 2147483647; inline-size: 100vw; block-size: 100vh !important; block-size: 100dvh !important; max-block-size: none; }
.wait { position: absolute; inset: 0 0 auto; display: grid; gap: 1rem; max-inline-size: 38rem; margin: auto; padding: 1.5rem; pointer-events: none; }
.wait i { block-size: 1.1rem; border-radius: .5rem; background: #8884; animation: breathe 1.2s ease-in-out infinite alternate; }
.wait i:nth-child(odd) { inline-size: 55%; }
.wait i:nth-child(4n) { block-size: 3rem; }
@keyframes breathe { to { opacity: .4; } }
pre { white-space: pre-wrap; }
@media (prefers-reduced-motion: reduce) { .wait i { animation: none; } }
@media (max-width: 30rem) { :host, iframe { min-block-size: 100vh; min-block-size: 100dvh; } }
`;
let sheet;

function dress(root) {
  try {
    if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Browsers of before 2023 cannot do this; the way that they have is refused by strict policies.
    root.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
  }
}

// A server that renders pages may import this; it has no elements.
export class AltaOnboarding extends (globalThis.HTMLElement ?? Object) {
  static host = new URL(import.meta.url).origin;
  static observedAttributes = ["launch-token"];
  #box = null;
  #frame = null;
  #timer = 0;
  #closing = 0;
  #renews = false;
  #told = new Set();
  #wanted = {};
  #size = "";
  #fresh = false;
  #gone = false;
  #overflow = "";

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    dress(root);
    this.#box = document.createElement("div");
    root.append(this.#box);
  }

  get host() {
    return this.getAttribute("host") ? new URL(this.getAttribute("host"), location.href).origin : AltaOnboarding.host;
  }

  get launchToken() {
    return this.getAttribute("launch-token");
  }

  // A new token opens a session; of one that has expired, it lets the person go on where they are.
  set launchToken(token) {
    if (token) this.setAttribute("launch-token", token);
    else this.removeAttribute("launch-token");
  }

  connectedCallback() {
    addEventListener("message", this);
    if (this.hasOwnProperty("launchToken")) {
      // It was set before this script had arrived.
      const token = this.launchToken;
      delete this.launchToken;
      this.launchToken = token;
    }
    if (!this.#frame) this.#open();
  }

  disconnectedCallback() {
    removeEventListener("message", this);
    this.#empty();
  }

  // With moveBefore() the frame stays as it is.
  connectedMoveCallback() {}

  attributeChangedCallback(_name, before, token) {
    if (!this.isConnected || !token || token === before) return;
    if (this.#renews) this.#send("token", { token });
    else this.#open();
  }

  setLocale(locale) {
    this.#want("setLocale", { locale });
  }

  setTheme(theme) {
    this.#want("setTheme", { theme });
  }

  // Keeps what was typed, then takes the frame away.
  close() {
    this.#send("close");
    clearTimeout(this.#closing);
    this.#closing = setTimeout(() => this.#closed(), this.#told.has("alta:ready") ? CLOSING : 0);
  }

  #words() {
    const language = (this.getAttribute("locale") || this.closest("[lang]")?.lang || navigator.language).slice(0, 2);
    return WORDS[language] ?? WORDS.en;
  }

  #empty() {
    clearTimeout(this.#timer);
    clearTimeout(this.#closing);
    this.#full(false);
    this.#frame = null;
    this.#renews = false;
    this.#told.clear();
    this.#size = "";
    this.#box.replaceChildren();
  }

  #open() {
    const token = this.launchToken;
    if (!token) return;
    this.#empty();
    if (this.#gone) this.hidden = this.#gone = false;
    const frame = document.createElement("iframe");
    const path = this.hasAttribute("doctor") ? "doctor" : "launch";
    frame.allow = "camera";
    // Tells its pages from their first moment that they need no bars to scroll.
    frame.name = "alta-sized";
    frame.loading = "lazy";
    frame.title = this.title || this.#words()[0];
    frame.src = `${this.host}/embed/${path}?token=${encodeURIComponent(token)}`;
    const wait = document.createElement("div");
    wait.className = "wait";
    wait.setAttribute("aria-hidden", "true");
    for (let row = 0; row < 8; row += 1) wait.append(document.createElement("i"));
    // Refused by a policy or gone offline, a frame says nothing: what is silent for long has failed.
    const watch = (milliseconds) => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#fail(), milliseconds);
    };
    const seen = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting && this.#frame === frame) return;
      seen.disconnect();
      if (this.#frame === frame && !this.#told.has("alta:ready")) watch(SLOW);
    });
    seen.observe(this);
    frame.onload = () => {
      this.#fresh = true;
      this.#send("hello");
      // Each page answers that, but for the doctor's, which speaks once.
      if (path === "launch" || !this.#told.has("alta:ready")) watch(SILENT);
    };
    this.#frame = frame;
    this.#box.append(frame, wait);
  }

  // The frame stays: it may be late only, or the person goes back in it.
  #fail() {
    const sentence = document.createElement("p");
    sentence.setAttribute("role", "alert");
    sentence.textContent = this.#words()[1];
    this.#heard();
    this.#frame.hidden = !this.#told.has("alta:ready");
    this.#frame.style.blockSize = "";
    this.#size = "";
    this.#box.prepend(sentence);
    if (this.hasAttribute("doctor")) {
      const line = document.createElement("pre");
      line.textContent = `Is Alta at ${this.host}? If this page has a policy, it needs, beside what it has:

Content-Security-Policy: script-src ${this.host}; frame-src ${this.host}`;
      sentence.after(line);
    }
    if (this.getBoundingClientRect().top < 0) this.scrollIntoView();
    this.#tell("alta:error", { code: "load_failed" });
  }

  #heard() {
    clearTimeout(this.#timer);
    this.#frame.hidden = false;
    for (const each of this.#box.querySelectorAll(".wait, p, pre")) each.remove();
  }

  #send(type, detail) {
    this.#frame?.contentWindow?.postMessage({ type: `alta:${type}`, ...detail }, this.host);
  }

  // What is wanted before there is a page that can do it is done then; the language last, as it opens the page anew.
  #want(type, detail) {
    if (this.#told.has("alta:ready")) this.#send(type, detail);
    else this.#wanted[type] = detail;
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  #closed() {
    this.#empty();
    this.hidden = this.#gone = true;
    this.#tell("alta:closed", {});
  }

  // While the camera is open, the frame has the whole window, whatever is around it.
  #full(is) {
    const frame = this.#frame;
    if (!frame || frame.classList.contains("full") === is) return;
    const { style } = document.documentElement;
    if (is) this.#overflow = style.overflow;
    style.overflow = is ? "hidden" : this.#overflow;
    frame.classList.toggle("full", is);
    if (!frame.showPopover) return;
    frame.popover = is ? "manual" : null;
    if (is) frame.showPopover();
  }

  handleEvent({ source, origin, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || origin !== this.host) return;
    const { type, ...detail } = Object(data);
    if (typeof type !== "string" || !type.startsWith("alta:")) return;
    if (type === "alta:ping") return this.#send("pong");
    this.#heard();
    if (type === "alta:title") {
      if (!this.title) this.#frame.title = detail.title;
      return;
    }
    if (type === "alta:resize" && !this.#resize(detail)) return;
    if (type === "alta:ready") this.#renews = false;
    if (type === "alta:expired") this.#renews = detail.renew === true;
    if (type === "alta:closed") return this.#closed();
    // What is asked again can be sent again.
    if (type === "alta:step") this.#told.delete("alta:submitted");
    // These are said by each page of the frame, and told once.
    if (type === "alta:ready" || type === "alta:submitted") {
      if (this.#told.has(type)) return;
      this.#told.add(type);
    }
    this.#tell(type, detail);
    if (type !== "alta:ready") return;
    const { setTheme, setLocale } = this.#wanted;
    this.#wanted = {};
    if (setTheme) this.#send("setTheme", setTheme);
    if (setLocale) this.#send("setLocale", setLocale);
  }

  // Whether anything changed.
  #resize({ height, full }) {
    const size = `${height} ${full}`;
    this.#full(full === true);
    if (height > 0) {
      this.#frame.style.blockSize = `${Math.ceil(height)}px`;
      // A new page begins at its top: who pressed a button far below it is taken there.
      if (this.#fresh && this.#told.has("alta:ready") && this.getBoundingClientRect().top < 0) this.scrollIntoView();
      this.#fresh = false;
    }
    if (size === this.#size) return false;
    this.#size = size;
    return true;
  }
}

if (globalThis.customElements && !customElements.get("alta-onboarding")) {
  customElements.define("alta-onboarding", AltaOnboarding);
}
