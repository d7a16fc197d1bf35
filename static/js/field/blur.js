// One photo, large: a finger or the keys make faces and names unreadable. What is stored instead has it burnt in.

import { described } from "./photos.js";
import { encode } from "./shrink.js";

const GRAINS = 26;
const BRUSH = 16;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Returns a function that opens a photo; `changed` is told its question afterwards. */
export function makeLook(dialog, draft, changed) {
  const canvas = dialog.querySelector("canvas");
  const aim = dialog.querySelector(".aim");
  const undo = dialog.querySelector("[data-look=undo]");
  const pen = canvas.getContext("2d");
  let photo = null;
  let picture = null;
  let strokes = [];
  let at = [0, 0];

  const radius = () => Math.max(canvas.width, canvas.height) / BRUSH;
  const paint = () => {
    pen.drawImage(picture, 0, 0);
    if (strokes.length) smear(pen, picture, strokes.flat(), radius());
    undo.disabled = !strokes.length;
  };
  const point = ({ offsetX, offsetY }) => [(offsetX * canvas.width) / canvas.clientWidth, (offsetY * canvas.height) / canvas.clientHeight];

  async function look(chosen) {
    photo = chosen;
    const bytes = await draft.db.get("bytes", photo.id);
    picture = await createImageBitmap(new Blob([bytes]));
    [canvas.width, canvas.height, strokes, aim.hidden] = [picture.width, picture.height, [], true];
    at = [picture.width / 2, picture.height / 2];
    paint();
    dialog.showModal();
  }

  async function finish(act) {
    if (act === "remove") await draft.setPhoto(photo, { removed: true });
    else if (strokes.length) await store();
    dialog.close();
    draft.change(photo.question);
    changed(photo.question);
  }

  async function store() {
    const made = await encode(canvas);
    await draft.keepPhoto(await described(made, photo), made.bytes, photo);
    draft.visit.pocket = draft.visit.pocket.map((id) => (id === photo.id ? draft.photos.at(-1).id : id));
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    strokes.push([point(event)]);
    aim.hidden = true;
    paint();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    strokes.at(-1).push(point(event));
    paint();
  });
  canvas.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move && event.key !== " ") return;
    event.preventDefault();
    if (move) at = [within(at[0] + move[0] * radius(), canvas.width), within(at[1] + move[1] * radius(), canvas.height)];
    else strokes.push([at]);
    aim.hidden = false;
    aim.style.width = `${(200 * radius()) / canvas.width}%`;
    aim.style.left = `${(100 * at[0]) / canvas.width}%`;
    aim.style.top = `${(100 * at[1]) / canvas.height}%`;
    paint();
  });
  dialog.addEventListener("click", ({ target }) => {
    const act = target.closest("[data-look]")?.dataset.look;
    if (act === "undo") {
      strokes.pop();
      paint();
    } else if (act) finish(act);
  });
  dialog.addEventListener("close", () => picture?.close());
  return look;
}

const within = (value, limit) => Math.min(Math.max(value, 0), limit);

/** Coarse grains of the picture, wherever the brush was. */
function smear(pen, picture, points, radius) {
  const { width, height } = pen.canvas;
  const grain = Math.max(width, height) / GRAINS;
  const coarse = document.createElement("canvas");
  coarse.width = Math.ceil(width / grain);
  coarse.height = Math.ceil(height / grain);
  const small = coarse.getContext("2d");
  small.imageSmoothingQuality = "high";
  small.drawImage(picture, 0, 0, coarse.width, coarse.height);
  pen.save();
  pen.beginPath();
  for (const [x, y] of points) {
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 2 * Math.PI);
  }
  pen.clip();
  pen.imageSmoothingEnabled = false;
  pen.drawImage(coarse, 0, 0, width, height);
  pen.restore();
}
