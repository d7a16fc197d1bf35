"""The till: a counter, the notice about returns, and the backs of those who wait."""

from fieldstudy.demo.photos import things
from fieldstudy.demo.photos.canvas import (
    BRASS,
    CREAM,
    DARK_WOOD,
    INK,
    OAT,
    ORANGE,
    PALE_TEAL,
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

COATS: tuple[Colour, ...] = (INK, SLATE, darker(OAT, 0.25), darker(TEAL, 0.2), darker(ORANGE, 0.25), (122, 116, 108))
HAIR: tuple[Colour, ...] = ((58, 44, 36), (92, 66, 46), (150, 142, 134), (38, 34, 34), (140, 100, 62))


def paint(canvas: Canvas) -> None:
    rng = canvas.rng
    theme = rng.choice(THEMES)
    _wall(canvas, rng.choice((darker(SAND, 0.05), (206, 222, 216), (230, 214, 196))), theme)
    _notice(canvas, rng.randint(120, 180))
    shade = rng.choice((INK, TEAL, BRASS))
    for place in rng.choice(((640, 950), (520, 760, 1000))):
        things.lamp(canvas, place, 186, 92, shade)
    _counter(canvas, rng.choice((TEAL, darker(TEAL, 0.3), darker(WOOD, 0.3))))
    _on_the_counter(canvas, theme)
    for x, size in _queue(canvas):
        _back(canvas, x, size)


def _wall(canvas: Canvas, wall: Colour, theme: tuple[Colour, ...]) -> None:
    canvas.rect(0, 0, 1200, 900, wall)
    for y in (330, 452):
        canvas.shadow(box(646, y + 14, 490, 12), 0.35, 7)
        canvas.rect(640, y, 500, 14, WOOD)
        canvas.rect(640, y + 14, 500, 4, darker(WOOD, 0.35))
        for n in range(4):
            x = 660 + n * 120 + canvas.rng.uniform(-6, 6)
            _on_the_shelf(canvas, x, y, canvas.rng.choice((*theme, CREAM)))


def _on_the_shelf(canvas: Canvas, x: float, y: float, colour: Colour) -> None:
    if canvas.rng.random() < 0.45:
        things.folded(canvas, x, y, 92, (colour, lighter(colour)), 26)
        return
    canvas.rect(x, y - 62, 88, 62, colour)
    canvas.rect(x - 3, y - 66, 94, 16, darker(colour, 0.14))
    canvas.line([(x + 44, y - 66), (x + 44, y)], BRASS, 3)


def _notice(canvas: Canvas, x: float) -> None:
    canvas.shadow(box(x + 8, 248, 288, 180), 0.4, 9)
    canvas.rect(x, 236, 288, 184, darker(DARK_WOOD, 0.1))
    canvas.rect(x + 8, 244, 272, 168, PAPER)
    canvas.write((x + 144, 288), "Cambi e resi", 32, INK)
    canvas.write((x + 144, 332), "entro 30 giorni", 23, TEAL, face="sans")
    canvas.write((x + 144, 360), "con lo scontrino", 23, TEAL, face="sans")
    canvas.line([(x + 104, 388), (x + 184, 388)], BRASS, 2)


def _counter(canvas: Canvas, front: Colour) -> None:
    things.boards(canvas, 800, darker(WOOD, 0.12), vanish=(600, 500))
    canvas.shadow(box(80, 822, 1040, 26), 0.6, 9)
    canvas.rect(90, 604, 1020, 230, front)
    for n in range(1, 20):
        canvas.line([(90 + n * 51, 612), (90 + n * 51, 834)], darker(front, 0.22), 3)
    canvas.shadow(box(94, 600, 1012, 30), 0.6, 9)
    canvas.rect(66, 580, 1068, 30, lighter(WOOD, 0.12), round_=4)
    canvas.rect(66, 602, 1068, 8, darker(WOOD, 0.25))


def _on_the_counter(canvas: Canvas, theme: tuple[Colour, ...]) -> None:
    till = canvas.rng.choice((500, 580, 680))
    canvas.rect(till + 56, 552, 30, 28, INK)
    canvas.shape([(till, 462), (till + 142, 462), (till + 134, 560), (till + 8, 560)], INK)
    canvas.shape([(till + 9, 470), (till + 133, 470), (till + 127, 552), (till + 15, 552)], SLATE)
    canvas.rect(till + 170, 540, 42, 40, (70, 74, 76), round_=6)
    canvas.rect(till + 176, 546, 30, 14, PALE_TEAL)
    things.folded(canvas, 270, 580, 150, (theme[0], theme[1]), 34)
    canvas.shape([(144, 580), (224, 580), (218, 470), (150, 470)], OAT)
    canvas.arc((164, 440, 40, 60), (180, 360), darker(OAT, 0.35), 4)
    canvas.write((184, 530), "L", 34, TEAL)
    canvas.rect(1010, 516, 46, 64, lighter(DARK_WOOD, 0.35), round_=5)
    for n in range(8):
        canvas.line([(1007, 522 + n * 7), (1059, 526 + n * 7)], PAPER, 3)
    canvas.light(disc(640, 470, 240), 0.14, 120)


def _queue(canvas: Canvas) -> list[tuple[float, float]]:
    """Place and size of those who wait: nobody, or people at the edges of the picture; the last are nearest."""
    places = ((170.0, 1.0), (370.0, 0.86), (1060.0, 1.06))
    chosen = canvas.rng.sample(places, canvas.rng.choice((0, 1, 2, 2, 3)))
    return sorted(chosen, key=lambda place: place[1])


def _back(canvas: Canvas, x: float, size: float) -> None:
    """A coat, a collar and hair: nobody in particular."""
    coat = canvas.rng.choice(COATS)
    top = 900 - 470 * size

    def at(px: float, py: float) -> Point:
        return x + px * size, top + py * size

    canvas.shadow([at(-110, 210), at(150, 210), at(166, 480), at(-126, 480)], 0.4, 16)
    outline = [(-40, 112), (-84, 136), (-112, 176), (-126, 260), (-134, 480)]
    canvas.shape([at(*point) for point in outline] + [at(-px, py) for px, py in reversed(outline)], coat)
    for side in (-1, 1):
        canvas.line([at(side * 88, 240), at(side * 97, 480)], darker(coat, 0.2), 4)
    canvas.line([at(0, 190), at(0, 480)], darker(coat, 0.14), 2.5)
    _hair(canvas, at(0, 0), size)
    left, y = at(-56, 104)
    collar = canvas.rng.choice((lighter(coat, 0.16), ORANGE, OAT, PALE_TEAL))
    canvas.rect(left, y, 112 * size, 40 * size, collar, round_=18 * size)
    canvas.arc((left - 6, y - 30 * size, 124 * size, 58 * size), (40, 140), darker(collar, 0.2), 2.5)


def _hair(canvas: Canvas, crown: Point, size: float) -> None:
    hair = canvas.rng.choice(HAIR)
    kind = canvas.rng.choice(("short", "bob", "bun"))
    x, y = crown
    if kind == "bun":
        canvas.oval(x - 27 * size, y - 34 * size, 54 * size, 52 * size, darker(hair, 0.12))
    canvas.oval(x - 47 * size, y, 94 * size, 118 * size, hair)
    if kind == "bob":
        canvas.rect(x - 55 * size, y + 30 * size, 110 * size, 92 * size, hair, round_=34 * size)
    for share in (0.4, 0.72):
        width = 94 * share * size
        canvas.arc((x - width / 2, y + 8 * size, width, 124 * size), (205, 335), lighter(hair, 0.12), 2)
