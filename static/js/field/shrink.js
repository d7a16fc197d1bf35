// Photos are made small before they are kept; drawing them anew also leaves EXIF and position behind.

const LONGEST = 2048;
const QUALITY = 0.8;
const THUMB = 288;

/** {bytes, thumb, width, height} of a picture; rejects when this browser cannot read it. */
export async function shrink(blob, longest = LONGEST, quality = QUALITY) {
  const picture = await createImageBitmap(blob);
  try {
    return await encode(picture, longest, quality);
  } finally {
    picture.close();
  }
}

/** Once more, for a server that finds it too large. */
export const smaller = (bytes) => shrink(new Blob([bytes]), 1600, 0.7);

/** The same of anything that can be drawn. */
export async function encode(picture, longest = LONGEST, quality = QUALITY) {
  const whole = draw(picture, longest);
  const [bytes, thumb] = [await jpeg(whole, quality), await jpeg(draw(whole, THUMB), 0.7)];
  return { bytes, thumb, width: whole.width, height: whole.height };
}

function draw(picture, longest) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function jpeg(canvas, quality) {
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", quality); });
  if (!blob) throw new Error("The picture is too large to be drawn");
  return blob.arrayBuffer();
}
