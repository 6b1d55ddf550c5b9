// Hands photos to the worker that makes them small, one after another; what nobody can decode goes up as it is.
import { shrunk } from "./shrinker.js";

const PATIENCE = 20000;
let worker = null;
let last = Promise.resolve();

function dismiss() {
  worker.terminate();
  worker = null;
}

function inWorker(file) {
  worker ??= new Worker(new URL("shrinker.js", import.meta.url), { type: "module" });
  return new Promise((done, fail) => {
    const late = setTimeout(() => {
      dismiss();
      done(file);
    }, PATIENCE);
    const end = (settle) => (event) => {
      clearTimeout(late);
      settle(event.data);
    };
    const failed = () => {
      dismiss();
      fail();
    };
    worker.onmessage = end((small) => (small ? done(small) : fail()));
    worker.onerror = worker.onmessageerror = end(failed);
    worker.postMessage(file);
  });
}

async function attempt(file) {
  const ways = typeof OffscreenCanvas === "undefined" ? [shrunk] : [inWorker, shrunk];
  for (const way of ways) {
    try {
      return await way(file);
    } catch {
      // The next way may know more formats, or need less of the browser.
    }
  }
  return file;
}

// One at a time: each holds all pixels of a photo.
export function shrink(file) {
  last = last.then(() => attempt(file));
  return last;
}
