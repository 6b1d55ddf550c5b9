// One photo's way to the server: posts, waits for a lost connection, tries again, and knows when to stop.
const WAITS = [1000, 3000, 9000];
const SILENCE = 60000;
// What was cut off half-way may still be at work on the server: what follows must not overtake it.
const SETTLE = 1000;

// Ends early when the network is back, or when nobody waits any more.
function pause(milliseconds, signal) {
  return new Promise((done) => {
    setTimeout(done, milliseconds);
    addEventListener("online", done, { once: true, signal });
    signal.addEventListener("abort", done);
  });
}

function post(job, body) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    let watch = 0;
    let share = 0;
    const listen = () => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), SILENCE);
    };
    request.upload.onprogress = (event) => {
      listen();
      if (!event.lengthComputable) return;
      share = event.loaded / event.total;
      job.watch(share);
    };
    request.onloadend = () => {
      clearTimeout(watch);
      job.cut = !request.status;
      done(request);
    };
    // Nobody can call back what has left: only a photo that is mostly still here is stopped, any other is waited for.
    job.signal.addEventListener("abort", () => share && share < 0.5 && request.abort());
    request.open("POST", job.address);
    request.setRequestHeader("X-Requested-With", "alta");
    listen();
    request.send(body);
  });
}

// The request that was answered, or the last that was not; null once another job has taken this one's place.
export async function deliver(job, before) {
  await before?.over;
  if (before?.cut) await new Promise((done) => setTimeout(done, SETTLE));
  const body = await job.body;
  for (const wait of [...WAITS, 0]) {
    if (job.signal.aborted) return null;
    const request = await post(job, body);
    if (job.signal.aborted) return null;
    if ((request.status && request.status < 500) || !wait) return request;
    job.wait();
    await pause(wait, job.signal);
  }
}
