"""A receipt on the table, with what came in the bag. Its figures are too small to read."""

from collections.abc import Callable

from fieldstudy.demo.photos import things
from fieldstudy.demo.photos.canvas import (
    INK,
    OAT,
    ORANGE,
    PAPER,
    SAND,
    SLATE,
    TEAL,
    THEMES,
    WOOD,
    Canvas,
    Colour,
    Point,
    box,
    darker,
    disc,
    lighter,
)

Bar = Callable[..., None]

TABLES: tuple[Colour, ...] = (WOOD, lighter(WOOD, 0.3), darker(WOOD, 0.25), darker(SAND, 0.08), SLATE)
GREY: Colour = (132, 136, 135)


def paint(canvas: Canvas) -> None:
    rng = canvas.rng
    theme = rng.choice(THEMES)
    _table(canvas, rng.choice(TABLES))
    _bag(canvas)
    _knit(canvas, theme[0])
    _strip(canvas, rng.uniform(-0.035, 0.035))
    things.yarn(canvas, rng.randint(840, 960), rng.randint(690, 800), 124, theme[1])
    canvas.light(disc(rng.randint(200, 800), 120, 320), 0.24, 170)


def _table(canvas: Canvas, colour: Colour) -> None:
    canvas.rect(0, 0, 1200, 900, colour)
    for y in range(0, 900, 180):
        things.planks(canvas, y, 178, colour)
        canvas.rect(0, y + 177, 1200, 3, darker(colour, 0.3))


def _bag(canvas: Canvas) -> None:
    canvas.shadow([(346, 112), (394, 112), (384, 640), (330, 640)], 0.55, 12)
    canvas.shadow([(-20, 596), (376, 612), (372, 640), (-20, 626)], 0.55, 12)
    canvas.arc((86, 12, 150, 170), (180, 360), darker(OAT, 0.4), 8)
    canvas.shape([(-20, 82), (356, 96), (340, 620), (-20, 606)], OAT)
    canvas.shape([(356, 96), (384, 122), (366, 610), (340, 620)], darker(OAT, 0.22))
    canvas.line([(-20, 160), (353, 174)], darker(OAT, 0.12), 2)
    canvas.oval(86, 290, 150, 150, TEAL)
    canvas.write((161, 362), "L", 88, PAPER)


def _knit(canvas: Canvas, colour: Colour) -> None:
    """The corner of what was bought, stitch by stitch."""
    canvas.shadow(box(870, 380, 350, 34), 0.55, 12)
    canvas.rect(856, -40, 380, 440, colour, round_=26)
    for column in range(12):
        for row in range(14):
            x, y = 868 + column * 30, -4 + row * 24
            canvas.line([(x, y), (x + 13, y + 17), (x + 26, y)], darker(colour, 0.13), 4)
    canvas.rect(856, 344, 380, 56, darker(colour, 0.12), round_=22)
    for n in range(24):
        canvas.line([(868 + n * 15, 350), (868 + n * 15, 394)], darker(colour, 0.26), 4)


def _strip(canvas: Canvas, lean: float) -> None:
    """The receipt itself, leaning a little; it is drawn in its own upright coordinates, from its upper middle."""

    def at(x: float, y: float) -> Point:
        return 600 + x + (y - 450) * -lean, y + x * lean

    def bar(x: float, y: float, w: float, h: float, colour: Colour = INK) -> None:
        canvas.shape([at(x, y), at(x + w, y), at(x + w, y + h), at(x, y + h)], colour)

    canvas.shadow([at(150, 80), at(183, 80), at(185, 866), at(150, 866)], 0.6, 10)
    canvas.shadow([at(-150, 836), at(180, 836), at(180, 870), at(-150, 870)], 0.6, 10)
    teeth = [at(168 - n * 14, 850 + 9 * (n % 2)) for n in range(25)]
    canvas.shape([at(-168, 60), at(168, 60), *teeth, at(-168, 850)], PAPER)
    canvas.shape([at(-168, 60), at(168, 60), at(168, 84), at(-168, 72)], (234, 231, 223))
    canvas.write(at(0, 136), "BOTTEGA LUME", 27, INK, gap=4)
    for n, width in enumerate((190, 150, 120)):
        bar(-width / 2, 172 + n * 20, width, 7, GREY)
    _items(canvas, bar)
    canvas.write(at(0, 796), "Grazie", 30, TEAL)


def _items(canvas: Canvas, bar: Bar) -> None:
    rng, y = canvas.rng, 268.0
    bar(-140, y - 16, 280, 2)
    for _ in range(rng.randint(1, 3)):
        bar(-140, y, rng.uniform(110, 170), 10)
        bar(94, y, 46, 10)
        bar(-140, y + 20, rng.uniform(60, 100), 7, GREY)
        y += 58
    bar(-140, y, 280, 2)
    bar(-140, y + 22, 96, 17)
    bar(68, y + 22, 72, 17)
    for n in range(3):
        bar(-140, y + 66 + n * 22, rng.uniform(90, 150), 7, GREY)
        bar(98, y + 66 + n * 22, 42, 7, GREY)
    _stripes(canvas, bar, max(y + 160, 624))


def _stripes(canvas: Canvas, bar: Bar, y: float) -> None:
    x = -110.0
    while x < 106:
        width = canvas.rng.choice((3, 3, 5, 8))
        bar(x, y, width, 74)
        x += width + canvas.rng.choice((3, 4, 6))
    bar(-60, y + 90, 120, 7, ORANGE if canvas.rng.random() < 0.3 else GREY)
