// <alta-onboarding launch-token="…">: Alta's onboarding in your page. See docs/embedding.md.
const SLOW = 20000;
const SILENT = 5000;
const WORDS = {
  es: ["Verificación de identidad", "El formulario no se pudo cargar. Recargá la página o probá más tarde."],
  pt: ["Verificação de identidade", "O formulário não pôde ser carregado. Recarregue a página ou tente mais tarde."],
  en: ["Identity verification", "The form could not be loaded. Reload the page, or try again later."],
};
const STYLE = `
:host { display: block; position: relative; min-block-size: 30rem; }
:host([hidden]) { display: none; }
iframe { display: block; inline-size: 100%; block-size: 30rem; border: 0; color-scheme: auto; }
iframe.full { position: fixed; inset: 0; z-index: 2147483647; inline-size: 100vw; block-size: 100dvh !important; }
.wait { position: absolute; inset: 0 0 auto; display: grid; gap: 1rem; max-inline-size: 38rem; margin: auto; padding: 1.5rem; pointer-events: none; }
.wait i { block-size: 1.1rem; border-radius: .5rem; background: #8884; animation: breathe 1.2s ease-in-out infinite alternate; }
.wait i:nth-child(odd) { inline-size: 55%; }
.wait i:nth-child(4n) { block-size: 3rem; }
@keyframes breathe { to { opacity: .4; } }
pre { white-space: pre-wrap; }
@media (prefers-reduced-motion: reduce) { .wait i { animation: none; } }
@media (max-width: 30rem) { :host, iframe { min-block-size: 100vh; min-block-size: 100dvh; } }
`;
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

export class AltaOnboarding extends HTMLElement {
  static host = new URL(import.meta.url).origin;
  static observedAttributes = ["launch-token"];
  #frame = null;
  #timer = 0;
  #renews = false;
  #told = new Set();
  #fresh = false;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
  }

  get host() {
    return this.getAttribute("host") ? new URL(this.getAttribute("host"), location.href).origin : AltaOnboarding.host;
  }

  get launchToken() {
    return this.getAttribute("launch-token");
  }

  // A new token opens a session; of one that has expired, it lets the person go on where they are.
  set launchToken(token) {
    this.setAttribute("launch-token", token);
  }

  connectedCallback() {
    addEventListener("message", this);
    if (!this.#frame) this.#open();
  }

  disconnectedCallback() {
    removeEventListener("message", this);
    clearTimeout(this.#timer);
    this.#full(false);
    this.#frame = null;
  }

  attributeChangedCallback(_name, before, token) {
    if (!this.isConnected || !token || token === before) return;
    if (this.#renews) this.#send("token", { token });
    else this.#open();
  }

  setLocale(locale) {
    this.#send("setLocale", { locale });
  }

  setTheme(theme) {
    this.#send("setTheme", { theme });
  }

  // Keeps what was typed, then takes the frame away.
  close() {
    this.#send("close");
    this.#timer = setTimeout(() => this.#closed(), 3000);
  }

  #words() {
    const language = (this.getAttribute("locale") || this.closest("[lang]")?.lang || navigator.language).slice(0, 2);
    return WORDS[language] ?? WORDS.en;
  }

  #open() {
    clearTimeout(this.#timer);
    this.#renews = false;
    this.#told.clear();
    const token = this.launchToken;
    if (!token) return;
    const frame = document.createElement("iframe");
    const path = this.hasAttribute("doctor") ? "doctor" : "launch";
    frame.allow = "camera";
    frame.loading = "lazy";
    frame.title = this.title || this.#words()[0];
    frame.src = `${this.host}/embed/${path}?token=${encodeURIComponent(token)}`;
    const wait = document.createElement("div");
    wait.className = "wait";
    wait.setAttribute("aria-hidden", "true");
    for (let row = 0; row < 8; row += 1) wait.append(document.createElement("i"));
    // Refused by a policy or gone offline, a frame says nothing: what is silent for long is given up.
    const watch = (milliseconds) => {
      clearTimeout(this.#timer);
      if (!this.#told.has("alta:ready")) this.#timer = setTimeout(() => this.#fail(), milliseconds);
    };
    const seen = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      seen.disconnect();
      watch(SLOW);
    });
    seen.observe(this);
    frame.onload = () => {
      this.#fresh = true;
      this.#send("hello");
      watch(SILENT);
    };
    this.#frame = frame;
    this.shadowRoot.replaceChildren(frame, wait);
  }

  #fail() {
    const sentence = document.createElement("p");
    sentence.setAttribute("role", "alert");
    sentence.textContent = this.#words()[1];
    this.shadowRoot.replaceChildren(sentence);
    if (this.hasAttribute("doctor")) {
      const line = document.createElement("pre");
      line.textContent = `Is Alta at ${this.host}? If this page has a policy, it needs, beside what it has:

Content-Security-Policy: script-src ${this.host}; frame-src ${this.host}`;
      this.shadowRoot.append(line);
    }
    this.#frame = null;
    this.#tell("alta:error", { code: "load_failed" });
  }

  #send(type, detail) {
    this.#frame?.contentWindow?.postMessage({ type: `alta:${type}`, ...detail }, this.host);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  #closed() {
    clearTimeout(this.#timer);
    this.#full(false);
    this.shadowRoot.replaceChildren();
    this.#frame = null;
    this.hidden = true;
    this.#tell("alta:closed", {});
  }

  // While the camera is open, the frame has the whole window.
  #full(is) {
    if (!this.#frame || this.#frame.classList.contains("full") === is) return;
    this.#frame.classList.toggle("full", is);
    document.documentElement.style.overflow = is ? "hidden" : "";
  }

  handleEvent({ source, origin, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || origin !== this.host) return;
    const { type, ...detail } = Object(data);
    if (typeof type !== "string" || !type.startsWith("alta:")) return;
    if (type === "alta:ping") return this.#send("pong");
    if (type === "alta:resize") this.#resize(detail);
    if (type === "alta:ready") {
      clearTimeout(this.#timer);
      this.#renews = false;
      this.shadowRoot.querySelector(".wait")?.remove();
    }
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
  }

  #resize({ height, full }) {
    this.#full(full === true);
    if (!(height > 0)) return;
    this.#frame.style.blockSize = `${Math.ceil(height)}px`;
    // A new page begins at its top: who pressed a button far below it is taken there.
    if (this.#fresh && this.#told.has("alta:ready") && this.getBoundingClientRect().top < 0) this.scrollIntoView();
    this.#fresh = false;
  }
}

if (!customElements.get("alta-onboarding")) customElements.define("alta-onboarding", AltaOnboarding);
