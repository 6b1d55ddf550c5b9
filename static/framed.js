// Before a framed page is painted: it looks as it will stay, so that nothing in it jumps. What it does is in frame.js.
if (parent !== window) {
  document.documentElement.classList.add("framed");
  // The element's name for a frame whose height it sets: a bar to scroll it would come and go with each page.
  if (window.name === "alta-sized") document.documentElement.classList.add("sizing");
}
