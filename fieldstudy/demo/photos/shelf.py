"""A wall of shelves with knitwear and things for the home, and the end of a table."""

from fieldstudy.demo.photos import things
from fieldstudy.demo.photos.canvas import (
    CREAM,
    DARK_WOOD,
    OAT,
    PAPER,
    SAGE,
    SAND,
    THEMES,
    WOOD,
    Canvas,
    Colour,
    box,
    darker,
    disc,
    lighter,
    mix,
)

COLUMNS, ROWS = 5, 3
LEFT, TOP, CELL_W, CELL_H = 70, 74, 212, 200


def paint(canvas: Canvas) -> None:
    rng = canvas.rng
    theme = rng.choice(THEMES)
    wall = rng.choice((SAND, (226, 220, 206), mix(SAGE, PAPER, 0.6)))
    wood = rng.choice((WOOD, lighter(WOOD, 0.25), darker(WOOD, 0.2)))
    canvas.rect(0, 0, 1200, 900, wall)
    _carcass(canvas, wood)
    untidy = rng.sample(range(COLUMNS * ROWS), rng.choice((0, 0, 1, 3)))
    for n in range(COLUMNS * ROWS):
        x, y = LEFT + n % COLUMNS * CELL_W, TOP + n // COLUMNS * CELL_H
        _fill(canvas, x, y, theme, n in untidy)
    _table(canvas, theme, darker(wood, 0.1))
    spot = rng.choice((300, 520, 760))
    canvas.light(disc(spot, 110, 190), 0.26, 120)
    canvas.light(disc(spot + 330, 120, 150), 0.22, 120)


def _carcass(canvas: Canvas, wood: Colour) -> None:
    width, height = COLUMNS * CELL_W, ROWS * CELL_H
    canvas.shadow(box(LEFT + width + 4, TOP, 22, height + 14), 0.4, 12)
    canvas.shadow(box(LEFT, TOP + height + 6, width + 20, 20), 0.4, 12)
    canvas.rect(LEFT - 14, TOP - 14, width + 28, height + 28, wood)
    for row in range(ROWS):
        y = TOP + row * CELL_H + 7
        for column in range(COLUMNS):
            x = LEFT + column * CELL_W + 7
            canvas.rect(x, y, CELL_W - 14, CELL_H - 14, darker(wood, 0.42))
            side = [(x, y), (x + 16, y + 14), (x + 16, y + CELL_H - 14), (x, y + CELL_H - 14)]
            canvas.shape(side, darker(wood, 0.52))
            canvas.rect(x, y + CELL_H - 26, CELL_W - 14, 12, darker(wood, 0.2))
            canvas.shadow(box(x + 8, y, CELL_W - 30, 22), 0.45, 7)


def _fill(canvas: Canvas, x: float, y: float, theme: tuple[Colour, ...], is_untidy: bool) -> None:
    rng, floor = canvas.rng, y + CELL_H - 20
    kind = rng.choices(("pile", "piles", "cups", "basket", "vase"), weights=(5, 4, 2, 1.2, 1))[0]
    if is_untidy:
        _spilled(canvas, x, floor, theme)
    elif kind == "pile":
        things.folded(canvas, x + 30, floor, 152, _shades(canvas, theme, rng.randint(3, 5)), 31)
    elif kind == "piles":
        for left in (20, 111):
            things.folded(canvas, x + left, floor, 80, _shades(canvas, theme, rng.randint(3, 5)), 28)
    elif kind == "cups":
        for n in range(3):
            things.mug(canvas, x + 24 + n * 58, floor, 46, rng.choice((PAPER, *theme)))
    elif kind == "basket":
        _basket(canvas, x, floor, theme)
    else:
        things.vase(canvas, x + 40, floor, 74, rng.choice(theme))
        things.folded(canvas, x + 104, floor, 84, _shades(canvas, theme, 2), 28)
    things.card(canvas, x + CELL_W / 2 - 21, y + CELL_H + 4, 42, 15, lines=1)


def _shades(canvas: Canvas, theme: tuple[Colour, ...], count: int) -> tuple[Colour, ...]:
    """A pile goes from dark to light, as shops fold it."""
    colour = canvas.rng.choice((*theme, OAT, CREAM))
    return tuple(mix(darker(colour, 0.12), lighter(colour, 0.35), n / max(1, count - 1)) for n in range(count))


def _spilled(canvas: Canvas, x: float, floor: float, theme: tuple[Colour, ...]) -> None:
    """Opened and not folded again: one sleeve hangs over the edge."""
    things.folded(canvas, x + 26, floor, 120, (theme[1], theme[0]), 30)
    colour = canvas.rng.choice(theme)
    canvas.rect(x + 138, floor - 84, 30, 128, darker(colour, 0.06), round_=14)
    canvas.rect(x + 138, floor + 24, 30, 24, darker(colour, 0.22), round_=8)
    things.dropped(canvas, x + 20, floor - 58, 116, colour)


def _basket(canvas: Canvas, x: float, floor: float, theme: tuple[Colour, ...]) -> None:
    for n, left in enumerate((38, 82, 124)):
        things.yarn(canvas, x + left, floor - 46 + 4 * (n % 2), 50, theme[n])
    canvas.shape(
        [(x + 26, floor - 66), (x + 186, floor - 66), (x + 172, floor), (x + 40, floor)], lighter(DARK_WOOD, 0.3)
    )
    for n in range(4):
        y = floor - 56 + n * 15
        canvas.line([(x + 28 + n * 3, y), (x + 184 - n * 3, y)], DARK_WOOD, 2)


def _table(canvas: Canvas, theme: tuple[Colour, ...], wood: Colour) -> None:
    y = 772
    places = [60, 300, 560, 800, 1010]
    empty = canvas.rng.choice(places[1:4])
    piles = canvas.rng.sample([x for x in places if x != empty], 3)
    for x in piles:
        things.folded(canvas, x, y + 4, 176, _shades(canvas, theme, canvas.rng.randint(2, 3)), 38)
    things.card(canvas, empty + 40, y + 4, 92, 58, lines=3)
    things.planks(canvas, y, 44, lighter(wood, 0.18))
    canvas.rect(0, y + 44, 1200, 90, darker(wood, 0.42))
    canvas.rect(0, y + 40, 1200, 6, darker(wood, 0.2))
