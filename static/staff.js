// The console's keys: an element with data-key is pressed, or entered, by that key; j and k also walk a list's rows.
const one = (selector) => document.querySelector(selector);
const help = one("#keys");
const opener = one("[data-keys]");
if (opener && help) {
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
}

const isTyping = (target) =>
  target.isContentEditable ||
  (target.matches?.("input, select, textarea") && !target.matches("[type=checkbox], [type=radio], [type=submit]"));

// What a hidden or disabled element would do, its key does not do either.
const pressable = (key) =>
  [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(
    (element) => !element.disabled && element.getClientRects().length > 0,
  );

function walk(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const here = rows.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
  rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus();
  return rows.length > 0;
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (one("dialog[open]")) return;
  if (event.key === "?" && help) {
    help.showModal();
  } else {
    const element = pressable(event.key);
    if (element && isTyping(element)) {
      element.focus();
      element.select?.();
    } else if (element) {
      element.click();
    } else if (!(event.key === "j" && walk(1)) && !(event.key === "k" && walk(-1))) {
      return;
    }
  }
  event.preventDefault();
});
