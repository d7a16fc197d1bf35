// One photo, large: a finger or the keys make faces and names unreadable. What is stored instead has it burnt in.

import { described } from "./photos.js";
import { encode } from "./shrink.js";

const GRAINS = 26;
/** How often the brush's radius goes into the longer side. */
const BRUSHES = { small: 64, medium: 32, large: 16 };
const ZOOMS = [1, 2, 4];
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Returns a function that opens a photo; `changed` is told its question afterwards. */
export function makeLook(dialog, draft, changed) {
  const canvas = dialog.querySelector("canvas");
  const aim = dialog.querySelector(".aim");
  const undo = dialog.querySelector("[data-look=undo]");
  const pen = canvas.getContext("2d");
  const lens = makeLens(dialog, canvas);
  let photo = null;
  let picture = null;
  let strokes = [];
  let at = [0, 0];
  let isBusy = false;

  const brush = () => Math.max(canvas.width, canvas.height) / BRUSHES[dialog.querySelector("[name=brush]:checked").value];
  const paint = () => {
    pen.drawImage(picture, 0, 0);
    if (strokes.length) smear(pen, picture, strokes.flat());
    undo.disabled = !strokes.length;
  };
  const spot = ([x, y]) => ({ x, y, radius: brush() });
  const point = ({ offsetX, offsetY }) => spot([(offsetX * canvas.width) / canvas.clientWidth, (offsetY * canvas.height) / canvas.clientHeight]);

  async function look(chosen) {
    photo = chosen;
    const bytes = await draft.db.get("bytes", photo.id);
    picture = await createImageBitmap(new Blob([bytes]));
    [canvas.width, canvas.height, strokes, aim.hidden] = [picture.width, picture.height, [], true];
    at = [picture.width / 2, picture.height / 2];
    paint();
    dialog.showModal();
    lens.reset();
  }

  async function finish(act) {
    if (isBusy) return;
    isBusy = true;
    if (act === "remove") await draft.setPhoto(photo, { removed: true });
    else if (strokes.length) await store();
    isBusy = false;
    dialog.close();
    draft.change(photo.question);
    changed(photo.question);
  }

  /** Another content is another photo; in the pocket it stays where the first one was. */
  async function store() {
    const made = await encode(canvas);
    const blurred = await described(made, photo);
    draft.visit.pocket = draft.visit.pocket.map((id) => (id === photo.id ? blurred.id : id));
    await draft.keepPhoto(blurred, made.bytes, photo);
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    if (lens.isMoving()) return;
    strokes.push([point(event)]);
    aim.hidden = true;
    paint();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    if (lens.isMoving()) return lens.drag(event);
    strokes.at(-1).push(...between(strokes.at(-1).at(-1), point(event)));
    paint();
  });
  canvas.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move && event.key !== " ") return;
    event.preventDefault();
    const step = brush();
    if (move) at = [within(at[0] + move[0] * step, canvas.width), within(at[1] + move[1] * step, canvas.height)];
    else strokes.push([spot(at)]);
    aim.hidden = false;
    aim.style.width = `${(200 * step) / canvas.width}%`;
    aim.style.left = `${(100 * at[0]) / canvas.width}%`;
    aim.style.top = `${(100 * at[1]) / canvas.height}%`;
    aim.scrollIntoView({ block: "nearest", inline: "nearest" });
    paint();
  });
  dialog.addEventListener("click", ({ target }) => {
    const act = target.closest("[data-look]")?.dataset.look;
    if (act === "undo") {
      strokes.pop();
      paint();
    } else if (["remove", "done"].includes(act)) finish(act);
  });
  dialog.addEventListener("close", () => picture?.close());
  return look;
}

/** Brings the photo closer, and moves it under the finger where it is larger than the screen. */
function makeLens(dialog, canvas) {
  const stage = dialog.querySelector(".stage");
  const [closer, move] = ["closer", "move"].map((act) => dialog.querySelector(`[data-look=${act}]`));
  let zoom = 1;

  /** What is in the middle stays there. */
  function show() {
    const middle = [(stage.scrollLeft + stage.clientWidth / 2) / stage.scrollWidth, (stage.scrollTop + stage.clientHeight / 2) / stage.scrollHeight];
    const fit = Math.min(1, stage.clientWidth / canvas.width, stage.clientHeight / canvas.height);
    canvas.style.width = `${Math.floor(canvas.width * fit * zoom)}px`;
    stage.scrollTo(middle[0] * stage.scrollWidth - stage.clientWidth / 2, middle[1] * stage.scrollHeight - stage.clientHeight / 2);
    closer.textContent = zoom === ZOOMS.at(-1) ? closer.dataset.whole : closer.dataset.closer;
    move.hidden = zoom === 1;
    if (move.hidden) setMoving(false);
  }

  const isMoving = () => move.getAttribute("aria-pressed") === "true";
  const setMoving = (isOn) => {
    move.setAttribute("aria-pressed", String(isOn));
    canvas.classList.toggle("moving", isOn);
  };
  const set = (next) => { zoom = next; show(); };

  closer.addEventListener("click", () => set(ZOOMS[(ZOOMS.indexOf(zoom) + 1) % ZOOMS.length]));
  move.addEventListener("click", () => setMoving(!isMoving()));
  addEventListener("resize", () => dialog.open && show());
  return {
    isMoving,
    reset: () => set(1),
    /** A finger scrolls by itself; a mouse needs help. */
    drag: ({ pointerType, movementX, movementY }) => pointerType === "mouse" && stage.scrollBy(-movementX, -movementY),
  };
}

const within = (value, limit) => Math.min(Math.max(value, 0), limit);

/** The spots on the way, so that a quick finger leaves no gap. */
function between(from, to) {
  const steps = Math.ceil((2 * Math.hypot(to.x - from.x, to.y - from.y)) / to.radius);
  const on = (part) => ({ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part, radius: to.radius });
  return Array.from({ length: steps }, (_, index) => on((index + 1) / steps));
}

/** Coarse grains of the picture, wherever the brush was. */
function smear(pen, picture, spots) {
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
  for (const { x, y, radius } of spots) {
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 2 * Math.PI);
  }
  pen.clip();
  pen.imageSmoothingEnabled = false;
  pen.drawImage(coarse, 0, 0, width, height);
  pen.restore();
}
