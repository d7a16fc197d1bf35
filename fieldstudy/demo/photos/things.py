"""What the shop sells and is furnished with, drawn at a place and a size."""

from fieldstudy.demo.photos.canvas import (
    BRASS,
    DARK_WOOD,
    INK,
    PAPER,
    WARM,
    WOOD,
    Canvas,
    Colour,
    Point,
    box,
    darker,
    disc,
    lighter,
)

SWEATER: tuple[Point, ...] = (
    (-0.14, 0.0),
    (-0.34, 0.07),
    (-0.42, 0.2),
    (-0.5, 0.8),
    (-0.37, 0.83),
    (-0.285, 0.42),
    (-0.28, 1.0),
    (0.28, 1.0),
    (0.285, 0.42),
    (0.37, 0.83),
    (0.5, 0.8),
    (0.42, 0.2),
    (0.34, 0.07),
    (0.14, 0.0),
)
"""Outline in widths from the middle and heights from the collar."""
CUFF: tuple[Point, ...] = ((0.487, 0.72), (0.5, 0.8), (0.37, 0.83), (0.353, 0.75))


def sweater(canvas: Canvas, x: float, y: float, w: float, h: float, colour: Colour, second: Colour) -> None:
    """Hanging, seen from the front, with the collar's middle at x, y."""
    shade = darker(colour, 0.16)
    canvas.shape([(x + px * w, y + py * h) for px, py in SWEATER], colour)
    for side in (-1, 1):
        canvas.line([(x + side * 0.3 * w, y + 0.16 * h), (x + side * 0.285 * w, y + 0.5 * h)], shade, 2.5)
        canvas.shape([(x + side * px * w, y + py * h) for px, py in CUFF], shade)
    _pattern(canvas, x, y, w, h, second)
    canvas.rect(x - 0.28 * w, y + 0.93 * h, 0.56 * w, 0.07 * h, shade)
    for n in range(1, 14):
        rib = x - 0.28 * w + n * 0.04 * w
        canvas.line([(rib, y + 0.94 * h), (rib, y + h)], darker(colour, 0.3), 1)
    canvas.oval(x - 0.15 * w, y - 0.045 * h, 0.3 * w, 0.1 * h, shade)
    canvas.oval(x - 0.115 * w, y - 0.04 * h, 0.23 * w, 0.065 * h, darker(colour, 0.5))


def thrown(canvas: Canvas, x: float, y: float, w: float, colour: Colour) -> None:
    """A sweater lying on the floor, its collar at x, y, seen as one sees a floor."""

    def at(px: float, py: float) -> Point:
        return x + px * w + py * w * 0.42, y + py * w * 0.34 - px * w * 0.06

    canvas.shadow([at(px, py + 0.06) for px, py in SWEATER], 0.5, 7)
    canvas.shape([at(*point) for point in SWEATER], colour)
    for side in (-1, 1):
        canvas.line([at(side * 0.3, 0.16), at(side * 0.285, 0.5)], darker(colour, 0.2), 3)
        canvas.shape([at(side * px, py) for px, py in CUFF], darker(colour, 0.18))
    canvas.shape([at(-0.28, 0.92), at(0.28, 0.92), at(0.28, 1.0), at(-0.28, 1.0)], darker(colour, 0.18))
    canvas.shape([at(-0.14, 0.0), at(0.0, 0.08), at(0.14, 0.0), at(0.0, -0.03)], darker(colour, 0.4))
    canvas.line([at(-0.2, 0.62), at(0.02, 0.5), at(0.2, 0.56)], darker(colour, 0.18), 3)
    canvas.line([at(-0.1, 0.86), at(0.1, 0.74)], darker(colour, 0.14), 2.5)


def _pattern(canvas: Canvas, x: float, y: float, w: float, h: float, colour: Colour) -> None:
    kind = canvas.rng.choice(("stripes", "yoke", "cables", "plain"))
    if kind == "stripes":
        for n in range(4):
            canvas.rect(x - 0.281 * w, y + (0.44 + n * 0.12) * h, 0.562 * w, 0.05 * h, colour)
    if kind == "yoke":
        for row, count in enumerate((7, 9, 11)):
            for n in range(count):
                px = x + (n - (count - 1) / 2) * 0.052 * w
                canvas.oval(px - 0.016 * w, y + (0.13 + row * 0.06) * h, 0.032 * w, 0.032 * h, colour)
    if kind == "cables":
        for px in (-0.14, 0, 0.14):
            for n in range(11):
                top = y + (0.14 + n * 0.07) * h
                lean = 0.03 * w * (1 if n % 2 else -1)
                canvas.line([(x + px * w - lean, top), (x + px * w + lean, top + 0.07 * h)], colour, 3)


def folded(canvas: Canvas, x: float, y: float, w: float, colours: tuple[Colour, ...], height: float = 30) -> None:
    """A pile of folded knitwear that stands on y, from x to x + w."""
    for n, colour in enumerate(colours):
        left = x + canvas.rng.uniform(-4, 4)
        top = y - (n + 1) * height
        canvas.rect(left, top + 2, w, height - 2, darker(colour, 0.14), round_=height * 0.42)
        canvas.rect(left, top + 2, w, height * 0.62, colour, round_=height * 0.32)
        canvas.line(
            [(left + w * 0.06, top + height * 0.64), (left + w * 0.96, top + height * 0.64)], darker(colour, 0.3), 1.5
        )
        canvas.line(
            [(left + w * 0.1, top + height * 0.3), (left + w * 0.9, top + height * 0.3)], lighter(colour, 0.2), 1
        )


def yarn(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """A ball that lies on y."""
    top, middle = y - size, x + size / 2
    canvas.shadow(box(x + size * 0.1, y - size * 0.12, size * 0.95, size * 0.16), 0.45, size * 0.1)
    canvas.oval(x, top, size, size, colour)
    for share in (0.25, 0.55, 0.82):
        flat, narrow = size * share, size * share
        canvas.arc((x, y - size / 2 - flat / 2, size, flat), (185, 355), lighter(colour, 0.28), 2)
        canvas.arc((middle - narrow / 2, top, narrow, size), (-70, 75), darker(colour, 0.2), 2)


def mug(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    canvas.arc(
        (x + size * 0.55, y - size * 0.82, size * 0.55, size * 0.55), (-110, 110), darker(colour, 0.1), size * 0.1
    )
    canvas.rect(x, y - size, size * 0.8, size, colour, round_=size * 0.12)
    canvas.rect(x, y - size, size * 0.8, size * 0.16, darker(colour, 0.18), round_=size * 0.07)
    canvas.rect(x + size * 0.1, y - size * 0.74, size * 0.09, size * 0.56, lighter(colour, 0.35), round_=3)


def dropped(canvas: Canvas, x: float, y: float, w: float, colour: Colour) -> None:
    """A garment that lies in a heap on y, with a sleeve out to the right."""
    h = w * 0.34
    canvas.shadow(box(x, y - h * 0.1, w * 1.25, h * 0.2), 0.45, h * 0.22)
    canvas.rect(x + w * 0.62, y - h * 0.34, w * 0.66, h * 0.32, darker(colour, 0.08), round_=h * 0.15)
    canvas.rect(x + w * 1.16, y - h * 0.34, w * 0.12, h * 0.32, darker(colour, 0.22), round_=h * 0.08)
    canvas.rect(x, y - h * 0.5, w * 0.94, h * 0.5, darker(colour, 0.14), round_=h * 0.24)
    canvas.oval(x + w * 0.06, y - h * 0.92, w * 0.52, h * 0.86, colour)
    canvas.oval(x + w * 0.36, y - h * 0.78, w * 0.5, h * 0.7, lighter(colour, 0.08))
    canvas.arc((x + w * 0.14, y - h * 0.78, w * 0.4, h * 0.9), (200, 300), darker(colour, 0.26), 2.5)
    canvas.arc((x + w * 0.42, y - h * 0.62, w * 0.36, h * 0.7), (190, 310), darker(colour, 0.22), 2.5)
    canvas.arc((x + w * 0.2, y - h * 0.46, w * 0.6, h * 0.6), (200, 330), darker(colour, 0.26), 2)


def vase(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """With three dry stems."""
    for lean in (-0.25, 0.02, 0.3):
        canvas.line([(x + size * 0.3, y - size), (x + size * (0.3 + lean), y - size * 2)], BRASS, 2)
        canvas.oval(x + size * (0.24 + lean), y - size * 2.2, size * 0.13, size * 0.3, BRASS)
    canvas.oval(x, y - size * 0.8, size * 0.6, size * 0.8, colour)
    canvas.rect(x + size * 0.2, y - size * 1.05, size * 0.2, size * 0.4, colour, round_=4)
    canvas.oval(x + size * 0.1, y - size * 0.66, size * 0.1, size * 0.36, lighter(colour, 0.35))


def lamp(canvas: Canvas, x: float, y: float, size: float, colour: Colour, ceiling: float = 0) -> None:
    """Hanging from the ceiling, with its light; y is the lower edge of the shade."""
    canvas.line([(x, ceiling), (x, y - size * 0.5)], INK, 2)
    canvas.oval(x - size * 0.16, y - size * 0.12, size * 0.32, size * 0.3, WARM)
    canvas.shape(
        [
            (x - size * 0.14, y - size * 0.55),
            (x + size * 0.14, y - size * 0.55),
            (x + size * 0.5, y),
            (x - size * 0.5, y),
        ],
        colour,
    )
    canvas.line([(x - size * 0.5, y), (x + size * 0.5, y)], lighter(colour, 0.3), 3)
    canvas.light(disc(x, y + size * 0.75, size * 1.05), 0.42, size * 0.7)


def card(canvas: Canvas, x: float, y: float, w: float, h: float, lines: int = 2) -> None:
    """A small printed card that stands on y; its text is too small to read."""
    canvas.rect(x + 2, y - h + 3, w, h, (146, 132, 110))
    canvas.rect(x, y - h, w, h, PAPER)
    for n in range(lines):
        width = w * (0.7 if n == 0 else 0.5)
        height = max(2.0, h * 0.24 / lines)
        canvas.rect(x + w * 0.15, y - h + h * (0.22 + n * 0.62 / lines), width, height, (84, 94, 98))


def stool(canvas: Canvas, x: float, seat: float, floor: float) -> None:
    for leg in (-58, 50):
        foot = leg * 1.2
        canvas.shape([(x + leg, seat), (x + leg + 10, seat), (x + foot + 10, floor), (x + foot, floor)], DARK_WOOD)
    canvas.rect(x - 76, seat, 152, 17, lighter(DARK_WOOD, 0.2), round_=7)


def boards(canvas: Canvas, y: float, colour: Colour, vanish: Point = (600, 300)) -> None:
    """A floor of boards from y to the lower edge, running towards a vanishing point."""
    canvas.rect(0, y, 1200, 900 - y, colour)
    for n in range(-14, 27):
        bottom = n * 100 + 20
        share = (y - vanish[1]) / (900 - vanish[1])
        top = vanish[0] + (bottom - vanish[0]) * share
        canvas.line([(top, y), (bottom, 900)], darker(colour, 0.16), 2)


def planks(canvas: Canvas, y: float, height: float, colour: Colour = WOOD) -> None:
    """A board seen from the front, across the whole picture, with its grain."""
    canvas.rect(0, y, 1200, height, colour)
    for _ in range(round(height / 9)):
        at = y + canvas.rng.uniform(4, height - 4)
        start = canvas.rng.uniform(-200, 1000)
        canvas.line([(start, at), (start + canvas.rng.uniform(120, 420), at)], darker(colour, 0.12), 1.2)
