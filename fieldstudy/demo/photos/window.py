"""The shop window from across the street."""

from fieldstudy.demo.photos import things
from fieldstudy.demo.photos.canvas import (
    BRASS,
    DARK_WOOD,
    INK,
    PAPER,
    STONE,
    TEAL,
    THEMES,
    WOOD,
    Canvas,
    Colour,
    box,
    darker,
    lighter,
    mix,
)

GLASS = (110.0, 232.0, 680.0, 520.0)
DOOR = (838.0, 232.0, 236.0, 584.0)
PANES = [223.0, 450.0, 677.0]
LAMPS = ((223, 677), (450,), (336, 564), (223, 450, 677))
CARDS = (136, 190, 268, 362, 416, 494, 590, 644, 726)
WALLS: tuple[Colour, ...] = ((226, 207, 176), (216, 190, 158), (232, 222, 206), (206, 196, 184))
BACKS: tuple[Colour, ...] = ((238, 220, 188), (232, 214, 190), (222, 214, 196))


def paint(canvas: Canvas) -> None:
    rng = canvas.rng
    theme = rng.choice(THEMES)
    frame = rng.choice((TEAL, darker(TEAL, 0.35), INK, darker(DARK_WOOD, 0.3)))
    _street(canvas, rng.choice(WALLS))
    canvas.shadow(box(1090, 230, 34, 600), 0.4, 12)
    canvas.rect(76, 196, 1032, 632, frame)
    _inside(canvas)
    left, middle, right = rng.sample(PANES, 3)
    _mannequin(canvas, left, theme)
    _loom(canvas, middle, theme)
    _stool(canvas, right, theme)
    for x in rng.sample(CARDS, 4):
        things.card(canvas, x, 736, 34, 22)
    for x in rng.choice(LAMPS):
        things.lamp(canvas, x, rng.randint(306, 326), 74, frame, ceiling=232)
    _glass(canvas, frame)
    _door(canvas, frame)
    _fascia(canvas, frame)


def _street(canvas: Canvas, wall: Colour) -> None:
    canvas.rect(0, 0, 1200, 900, wall)
    for _ in range(26):
        x, y = canvas.rng.uniform(0, 1200), canvas.rng.uniform(0, 780)
        w, h = canvas.rng.uniform(60, 200), canvas.rng.uniform(8, 34)
        canvas.oval(x - 60, y - 14, w, h, lighter(wall, 0.06))
    canvas.rect(0, 700, 1200, 130, mix(wall, STONE, 0.7))
    canvas.line([(0, 700), (1200, 700)], darker(wall, 0.25), 3)
    canvas.rect(0, 828, 1200, 72, (150, 146, 140))
    for n in range(-2, 12):
        canvas.line([(n * 130 + 30, 828), (n * 150 - 80, 900)], (128, 124, 118), 2)
    canvas.line([(0, 866), (1200, 866)], (128, 124, 118), 2)
    canvas.shadow(box(60, 826, 1090, 18), 0.5, 12)


def _inside(canvas: Canvas) -> None:
    x, y, w, h = GLASS
    back = canvas.rng.choice(BACKS)
    canvas.rect(x, y, w, h, back)
    for n in range(1, 9):
        canvas.line([(x + n * w / 9, y), (x + n * w / 9, y + h - 70)], darker(back, 0.07), 2)
    canvas.shadow(box(x - 60, y - 60, w + 120, 96), 0.45, 36, darker(back, 0.6))
    canvas.rect(x, y + h - 76, w, 76, WOOD)
    canvas.rect(x, y + h - 16, w, 16, darker(WOOD, 0.25))


def _mannequin(canvas: Canvas, x: float, theme: tuple[Colour, ...]) -> None:
    canvas.oval(x - 70, 694, 140, 24, darker(WOOD, 0.35))
    canvas.rect(x - 5, 600, 10, 104, DARK_WOOD)
    canvas.rect(x - 19, 366, 38, 46, lighter(DARK_WOOD, 0.35), round_=14)
    canvas.oval(x - 16, 358, 32, 20, lighter(DARK_WOOD, 0.5))
    things.sweater(canvas, x, 396, 206, 236, theme[0], theme[2])


def _loom(canvas: Canvas, x: float, theme: tuple[Colour, ...]) -> None:
    left, top, w, h = x - 92, 420.0, 184.0, 280.0
    for n in range(37):
        at = left + 18 + n * (w - 36) / 36
        canvas.line([(at, top + 12), (at, top + h - 40)], darker(theme[2], 0.1), 1.4)
    for n in range(canvas.rng.randint(9, 15)):
        colour = theme[canvas.rng.choice((0, 1, 1, 3))]
        canvas.rect(left + 15, top + h - 42 - (n + 1) * 10, w - 30, 10.5, colour)
    for edge in (left, left + w - 14):
        canvas.rect(edge, top - 20, 14, h + 30, DARK_WOOD, round_=4)
    for beam in (top - 4, top + h - 44):
        canvas.rect(left - 10, beam, w + 20, 15, lighter(DARK_WOOD, 0.14), round_=6)


def _stool(canvas: Canvas, x: float, theme: tuple[Colour, ...]) -> None:
    things.stool(canvas, x, 588, 706)
    colours = tuple(canvas.rng.choice(theme) for _ in range(canvas.rng.randint(3, 4)))
    things.folded(canvas, x - 66, 588, 132, colours, 32)
    things.yarn(canvas, x + 6, 708, 46, theme[1])
    things.yarn(canvas, x - 38, 710, 36, theme[3])


def _glass(canvas: Canvas, frame: Colour) -> None:
    x, y, w, h = GLASS
    shift = canvas.rng.uniform(-120, 160)
    for start, width in ((150.0, 84.0), (262.0, 26.0), (470.0, 120.0)):
        left = max(x, min(x + w - 190 - width, x + start + shift - 60))
        ends = [(left + 190, y), (left + 190 + width, y), (left + width, y + h), (left, y + h)]
        canvas.shape(ends, PAPER, alpha=30)
    for edge in (x - 8, x + w / 3 - 4, x + w * 2 / 3 - 4, x + w):
        canvas.rect(edge, y - 8, 9, h + 16, lighter(frame, 0.1))
    canvas.rect(x - 12, y + h, w + 24, 14, lighter(frame, 0.16))


def _door(canvas: Canvas, frame: Colour) -> None:
    x, y, w, h = DOOR
    canvas.rect(x, y, w, h, lighter(frame, 0.08))
    canvas.rect(x + 26, y + 26, w - 52, h - 170, (88, 82, 72))
    for n in range(3):
        shelf = y + 146 + n * 100
        canvas.rect(x + 26, shelf, w - 52, 7, (118, 104, 84))
        things.folded(canvas, x + 42 + 62 * (n % 2), shelf, 74, ((124, 116, 102), (138, 128, 110)), 20)
    sheen = [(x + 70, y + 26), (x + 150, y + 26), (x + 80, y + h - 144), (x + 26, y + h - 144), (x + 26, y + 250)]
    canvas.shape(sheen, PAPER, alpha=26)
    canvas.rect(x + 40, y + h - 122, w - 80, 92, lighter(frame, 0.16), round_=3)
    canvas.rect(x + 14, y + 300, 8, 96, BRASS, round_=4)
    things.card(canvas, x + 118, y + 306, 66, 88, lines=5)
    canvas.rect(x - 14, y + h, w + 28, 16, STONE)
    canvas.rect(x - 14, y + h + 12, w + 28, 6, darker(STONE, 0.3))


def _fascia(canvas: Canvas, frame: Colour) -> None:
    canvas.shadow(box(66, 160, 1054, 66), 0.6, 12)
    canvas.rect(60, 84, 1064, 118, darker(frame, 0.12))
    canvas.rect(60, 84, 1064, 8, lighter(frame, 0.22))
    canvas.rect(60, 196, 1064, 8, darker(frame, 0.4))
    canvas.line([(96, 112), (1088, 112)], BRASS, 1.5)
    canvas.line([(96, 176), (1088, 176)], BRASS, 1.5)
    canvas.write((592, 143), "BOTTEGA LUME", 46, (236, 214, 168), gap=13)
