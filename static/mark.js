// Remembers, beyond the page's life, which photo was being taken: a phone may close the page to open its own camera.
const NAME = "alta-camera";

export function mark(slot) {
  try {
    if (slot) sessionStorage.setItem(NAME, slot);
    else sessionStorage.removeItem(NAME);
  } catch {
    // Without storage, a page that was closed cannot be told from one that was left.
  }
}

export function marked() {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null;
  }
}
