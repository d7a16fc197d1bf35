"""A fitting room: curtain, mirror, stool, hooks."""

from fieldstudy.demo.photos import things
from fieldstudy.demo.photos.canvas import (
    BRASS,
    CREAM,
    DARK_WOOD,
    MOSS,
    OAT,
    PALE_ORANGE,
    PALE_TEAL,
    PAPER,
    RUST,
    SAND,
    SLATE,
    TEAL,
    THEMES,
    WARM,
    WOOD,
    Canvas,
    Colour,
    box,
    darker,
    disc,
    lighter,
    mix,
)

FLOOR = 730
COLD: Colour = (226, 240, 246)


def paint(canvas: Canvas) -> None:
    rng = canvas.rng
    theme = rng.choice(THEMES)
    wall = rng.choice((SAND, mix(PALE_TEAL, SAND, 0.5), mix(PALE_ORANGE, SAND, 0.4)))
    curtain = rng.choice((TEAL, RUST, MOSS, SLATE, darker(OAT, 0.08)))
    _room(canvas, wall)
    _mirror(canvas, wall, curtain)
    _hooks(canvas, theme)
    x = rng.choice((420.0, 872.0))
    canvas.shadow(box(x - 80, 770, 168, 18), 0.5, 12)
    things.stool(canvas, x, 640, 784)
    _cushion(canvas, x, theme[1])
    if rng.random() < 0.45:
        things.thrown(canvas, rng.choice((540.0, 640.0)), 770, 210, rng.choice((theme[3], CREAM)))
    _curtain(canvas, curtain)
    canvas.light(disc(660, 110, 240), 0.32, 150, WARM if rng.random() < 0.7 else COLD)


def _room(canvas: Canvas, wall: Colour) -> None:
    canvas.rect(0, 0, 1200, 900, wall)
    canvas.shape([(0, 0), (250, 0), (250, FLOOR - 60), (0, FLOOR)], darker(wall, 0.14))
    things.boards(canvas, FLOOR - 60, lighter(WOOD, 0.1), vanish=(620, 200))
    canvas.rect(250, FLOOR - 82, 740, 22, lighter(wall, 0.5))
    canvas.shadow(box(930, -40, 60, FLOOR - 20), 0.16, 26)
    canvas.shape([(990, 0), (1200, 0), (1200, 900), (1180, 900), (990, FLOOR - 60)], darker(wall, 0.1))
    canvas.shape([(990, FLOOR - 82), (1200, 888), (1200, 900), (1180, 900), (990, FLOOR - 60)], lighter(wall, 0.3))


def _mirror(canvas: Canvas, wall: Colour, curtain: Colour) -> None:
    x, y, w, h = 520, 96, 244, 520
    canvas.shadow(box(x + w - 10, y + 14, 30, h + 4), 0.45, 11)
    canvas.shadow(box(x + 12, y + h - 10, w, 28), 0.45, 11)
    canvas.rect(x, y, w, h, DARK_WOOD, round_=6)
    canvas.rect(x + 13, y + 13, w - 26, h - 26, mix(wall, (214, 226, 228), 0.55))
    canvas.rect(x + 13, y + h - 92, w - 26, 79, mix(WOOD, PAPER, 0.35))
    for n in range(9):
        shade = (lighter(curtain, 0.36), lighter(curtain, 0.28), lighter(curtain, 0.18))[n % 3]
        canvas.rect(x + 13 + n * 10, y + 13, 10, h - 84, shade)
    for left, width in ((130, 60), (206, 12)):
        sheen = [(x + left, y + 13), (x + left + width, y + 13), (x + left + width - 100, y + h - 13)]
        canvas.shape([*sheen, (x + left - 100, y + h - 13)], PAPER, alpha=52)


def _hooks(canvas: Canvas, theme: tuple[Colour, ...]) -> None:
    canvas.rect(808, 196, 160, 22, DARK_WOOD, round_=6)
    for x in (838, 888, 938):
        canvas.oval(x - 6, 204, 12, 12, BRASS)
        canvas.arc((x - 8, 208, 16, 24), (0, 180), BRASS, 4)
    x = canvas.rng.choice((888, 938))
    canvas.line([(x, 226), (x, 240), (x - 62, 276)], lighter(DARK_WOOD, 0.2), 5)
    canvas.line([(x, 240), (x + 62, 276)], lighter(DARK_WOOD, 0.2), 5)
    canvas.shadow(box(x - 62, 272, 136, 206), 0.3, 14)
    things.sweater(canvas, x, 250, 196, 226, theme[0], theme[2])


def _cushion(canvas: Canvas, x: float, colour: Colour) -> None:
    canvas.rect(x - 74, 606, 148, 36, darker(colour, 0.1), round_=17)
    canvas.rect(x - 74, 606, 148, 28, colour, round_=14)
    canvas.line([(x - 60, 626), (x + 60, 626)], darker(colour, 0.2), 2)


def _curtain(canvas: Canvas, colour: Colour) -> None:
    canvas.rect(0, 42, 1200, 12, BRASS)
    canvas.rect(0, 52, 1200, 3, darker(BRASS, 0.3))
    width, folds = canvas.rng.randint(250, 330), 21
    canvas.shadow([(width - 40, 60), (width + 22, 60), (width + 56, 830), (width - 20, 830)], 0.5, 18)
    tones = (lighter(colour, 0.16), lighter(colour, 0.06), darker(colour, 0.1), darker(colour, 0.3))
    for n in range(folds):
        left, right = n * width / folds, (n + 1) * width / folds
        hem = 826 + 5 * (n % 4)
        canvas.shape([(left, 60), (right + 1, 60), (right * 1.12 + 1, hem), (left * 1.12, hem)], tones[n % 4])
    for n in range(0, folds, 2):
        canvas.oval(n * width / folds - 2, 39, 17, 25, darker(BRASS, 0.2))
