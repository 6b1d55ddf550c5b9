// Makes a photo small: upright, at most 2400 pixels long, a JPEG of at most 900 KB. Runs as a worker, or without one.
const LONGEST = 2400;
const HEAVIEST = 900_000;
// Below this the letters of a document get fringes: a heavier photo is sent rather.
const QUALITIES = [0.85, 0.75, 0.65, 0.55];
const TYPE = "image/jpeg";
const inPage = typeof document !== "undefined";

function canvasOf(width, height) {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}

function encode(canvas, quality) {
  if (canvas.convertToBlob) return canvas.convertToBlob({ type: TYPE, quality });
  return new Promise((done) => canvas.toBlob(done, TYPE, quality));
}

async function decode(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (error) {
    if (!inPage) throw error;
  }
  // What shows pictures knows formats that the quick way does not, and turns them upright too.
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
  } finally {
    URL.revokeObjectURL(image.src);
  }
  return image;
}

// Some browsers hand out a blank canvas, lest it tell who reads it: then nothing may be drawn and sent.
function isHonest() {
  const brush = canvasOf(1, 1).getContext("2d");
  brush.fillStyle = "#208040";
  brush.fillRect(0, 0, 1, 1);
  const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
  return Math.abs(red - 32) + Math.abs(green - 128) + Math.abs(blue - 64) < 12;
}

// The small photo, or the file itself where it is smaller already; throws what cannot be decoded.
export async function shrunk(file) {
  if (!isHonest()) return file;
  const picture = await decode(file);
  const [width, height] = [picture.naturalWidth ?? picture.width, picture.naturalHeight ?? picture.height];
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const canvas = canvasOf(Math.round(width * scale), Math.round(height * scale));
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close?.();
  let small = null;
  for (const quality of QUALITIES) {
    small = await encode(canvas, quality);
    if (!small || small.size <= HEAVIEST) break;
  }
  const kept = !small || (scale === 1 && file.type === TYPE && file.size <= small.size);
  return kept ? file : small;
}

if (!inPage) onmessage = async ({ data }) => postMessage(await shrunk(data).catch(() => null));
