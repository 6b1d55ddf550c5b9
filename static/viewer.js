// Photos of a case, large: zoomed, turned, moved, one after the other. Without scripts their links lead to a page of them.
const links = [...document.querySelectorAll("[data-view]")];
const viewer = document.querySelector("#viewer");
const picture = document.createElement("img");
const name = viewer?.querySelector("#viewer-name");
const stage = viewer?.querySelector(".stage");
const LARGEST = 8;
let shown = 0;
let state = { scale: 1, turn: 0, x: 0, y: 0 };

function draw() {
  const { scale, turn, x, y } = state;
  picture.style.transform = `translate(${x}px, ${y}px) rotate(${turn}deg) scale(${scale})`;
}

function change(changes) {
  state = { ...state, ...changes };
  state.scale = Math.max(1, Math.min(LARGEST, state.scale));
  if (state.scale === 1) state = { ...state, x: 0, y: 0 };
  draw();
}

function show(index) {
  shown = (index + links.length) % links.length;
  const link = links[shown];
  picture.src = link.dataset.picture;
  picture.alt = name.textContent = link.dataset.view;
  change({ scale: 1, turn: 0, x: 0, y: 0 });
}

const DEEDS = {
  in: () => change({ scale: state.scale * 1.5 }),
  out: () => change({ scale: state.scale / 1.5 }),
  left: () => change({ turn: state.turn - 90 }),
  right: () => change({ turn: state.turn + 90 }),
  before: () => show(shown - 1),
  after: () => show(shown + 1),
};
// With Shift, arrows move what is larger than the screen.
const MOVES = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STRIDE = 80;
const KEYS = { "+": "in", "=": "in", "-": "out", "[": "left", "]": "right", ArrowLeft: "before", ArrowRight: "after" };

if (viewer) {
  for (const [index, link] of links.entries()) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(index);
      viewer.showModal();
    });
  }
  viewer.addEventListener("click", (event) => DEEDS[event.target.closest("[data-deed]")?.dataset.deed]?.());
  viewer.addEventListener("keydown", (event) => {
    const [deed, move] = [KEYS[event.key], event.shiftKey && MOVES[event.key]];
    if (!(deed || move) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (move) {
      event.preventDefault();
      return change({ x: state.x + move[0] * STRIDE, y: state.y + move[1] * STRIDE });
    }
    event.preventDefault();
    DEEDS[deed]();
  });
  viewer.addEventListener("close", () => {
    picture.removeAttribute("src");
    links[shown].focus();
  });
  stage.append(picture);
  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      change({ scale: state.scale * (event.deltaY < 0 ? 1.15 : 1 / 1.15) });
    },
    { passive: false },
  );
  stage.addEventListener("pointermove", (event) => {
    if (event.buttons && state.scale > 1) change({ x: state.x + event.movementX, y: state.y + event.movementY });
  });
  stage.addEventListener("dblclick", () => change({ scale: state.scale > 1 ? 1 : 2.5 }));
  picture.draggable = false;
}
