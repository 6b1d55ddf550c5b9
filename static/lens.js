// The camera's stream: opened for a video, released when nobody looks, and the picture that it shows now.
const FAULTS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
};
let stream = null;
let turn = 0;

const stop = (each) => each?.getTracks().forEach((track) => track.stop());

export function release(video) {
  turn += 1;
  stop(stream);
  stream = video.srcObject = null;
}

// "live", or what is in the way: "denied", "none", "busy", "unsupported"; null when it was released meanwhile.
export async function open(video, facing, onLost) {
  release(video);
  const mine = turn;
  if (!navigator.mediaDevices?.getUserMedia) return "unsupported";
  try {
    const wanted = { facingMode: facing, width: { ideal: 2560 }, height: { ideal: 1920 } };
    const given = await navigator.mediaDevices.getUserMedia({ video: wanted });
    if (mine !== turn) {
      stop(given);
      return null;
    }
    stream = given;
    for (const track of given.getTracks()) track.onended = onLost;
    video.srcObject = given;
    await video.play();
    return mine === turn ? "live" : null;
  } catch (error) {
    return mine === turn ? (FAULTS[error.name] ?? "busy") : null;
  }
}

// Draws what lies in `region` and `around` it (as a share of its height), unmirrored, in the camera's own pixels.
export function capture(video, canvas, region, around) {
  const shown = video.getBoundingClientRect();
  const wanted = region.getBoundingClientRect();
  const scale = Math.max(shown.width / video.videoWidth, shown.height / video.videoHeight);
  const extent = (length, of) => Math.min(of, Math.round((length + 2 * around * wanted.height) / scale));
  // The video is centred where it is shown; what is wanted stays inside it.
  const start = (offset, size, of) => Math.max(0, Math.min(of - size, offset / scale + (of - size) / 2));
  canvas.width = extent(wanted.width, video.videoWidth);
  canvas.height = extent(wanted.height, video.videoHeight);
  const right = wanted.left + wanted.width / 2 - shown.left - shown.width / 2;
  const down = wanted.top + wanted.height / 2 - shown.top - shown.height / 2;
  const left = start(right, canvas.width, video.videoWidth);
  const top = start(down, canvas.height, video.videoHeight);
  canvas.getContext("2d").drawImage(video, left, top, canvas.width, canvas.height, 0, 0, canvas.width, canvas.height);
}
