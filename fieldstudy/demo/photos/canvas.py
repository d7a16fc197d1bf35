"""A sheet of 1200 × 900 to draw on, twice as fine inside so that edges come out smooth."""

import io
from collections.abc import Sequence
from functools import lru_cache
from random import Random

import font_source_sans_pro
import font_source_serif_pro
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 1200, 900
FINENESS = 2
COARSENESS = 6
JPEG_QUALITY = 86

Colour = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

INK: Colour = (29, 42, 48)
TEAL: Colour = (10, 99, 94)
PALE_TEAL: Colour = (207, 230, 227)
ORANGE: Colour = (168, 65, 15)
PALE_ORANGE: Colour = (247, 224, 210)
PAPER: Colour = (251, 249, 244)
SAND: Colour = (236, 228, 211)
STONE: Colour = (190, 182, 168)
WOOD: Colour = (196, 158, 114)
DARK_WOOD: Colour = (132, 96, 66)
BRASS: Colour = (190, 150, 86)
WARM: Colour = (255, 236, 196)

CREAM: Colour = (240, 230, 210)
OAT: Colour = (216, 198, 168)
MOSS: Colour = (98, 118, 88)
SAGE: Colour = (156, 174, 148)
RUST: Colour = (180, 92, 54)
OCHRE: Colour = (206, 156, 78)
SLATE: Colour = (84, 106, 116)
ROSE: Colour = (208, 164, 148)

THEMES: tuple[tuple[Colour, ...], ...] = (
    (MOSS, SAGE, CREAM, TEAL),
    (RUST, OCHRE, CREAM, ROSE),
    (SLATE, PALE_TEAL, CREAM, TEAL),
    (OAT, CREAM, RUST, DARK_WOOD),
    (TEAL, OCHRE, CREAM, SAGE),
)


def mix(colour: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def darker(colour: Colour, share: float = 0.2) -> Colour:
    return mix(colour, (22, 24, 26), share)


def lighter(colour: Colour, share: float = 0.25) -> Colour:
    return mix(colour, (255, 252, 244), share)


class Canvas:
    """Coordinates are pixels of the finished picture; a colour may be see-through, with `alpha` from 0 to 255."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.image = Image.new("RGB", (WIDTH * FINENESS, HEIGHT * FINENESS), PAPER)
        self.solid = ImageDraw.Draw(self.image)
        self.glaze = ImageDraw.Draw(self.image, "RGBA")
        self.lights: list[tuple[Image.Image, Colour]] = []

    def rect(self, x: float, y: float, w: float, h: float, colour: Colour, round_: float = 0, alpha: int = 255) -> None:
        pen, fill = self._pen(colour, alpha)
        pen.rounded_rectangle(_fine((x, y, x + w, y + h)), round_ * FINENESS, fill=fill)

    def oval(self, x: float, y: float, w: float, h: float, colour: Colour, alpha: int = 255) -> None:
        pen, fill = self._pen(colour, alpha)
        pen.ellipse(_fine((x, y, x + w, y + h)), fill=fill)

    def shape(self, points: Sequence[Point], colour: Colour, alpha: int = 255) -> None:
        pen, fill = self._pen(colour, alpha)
        pen.polygon([_pixel(point) for point in points], fill=fill)

    def line(self, points: Sequence[Point], colour: Colour, width: float = 2) -> None:
        pixels = [_pixel(point) for point in points]
        self.solid.line(pixels, fill=colour, width=round(width * FINENESS), joint="curve")

    def arc(self, box: Box, ends: tuple[float, float], colour: Colour, width: float) -> None:
        """`box` is x, y, width and height of the whole oval; `ends` are degrees, clockwise from three o'clock."""
        x, y, w, h = box
        self.solid.arc(_fine((x, y, x + w, y + h)), *ends, fill=colour, width=round(width * FINENESS))

    def write(self, at: Point, text: str, size: float, colour: Colour, face: str = "serif", gap: float = 0) -> None:
        """Centred; `gap` is extra space between letters."""
        font = _font(face, round(size * FINENESS))
        widths = [font.getlength(letter) / FINENESS + gap for letter in text]
        left = at[0] - (sum(widths) - gap) / 2
        for letter, width in zip(text, widths, strict=True):
            self.solid.text(_pixel((left, at[1])), letter, font=font, fill=colour, anchor="lm")
            left += width

    def shadow(self, spot: Sequence[Point], strength: float, blur: float, colour: Colour = INK) -> None:
        """A soft shadow on what is drawn so far."""
        xs, ys = [x for x, _ in spot], [y for _, y in spot]
        margin = blur * 2.6
        left, top = max(0, int(min(xs) - margin)), max(0, int(min(ys) - margin))
        right, bottom = min(WIDTH, int(max(xs) + margin)), min(HEIGHT, int(max(ys) + margin))
        mask = _soft([(x - left, y - top) for x, y in spot], (right - left, bottom - top), strength, blur)
        size = ((right - left) * FINENESS, (bottom - top) * FINENESS)
        place = (left * FINENESS, top * FINENESS, left * FINENESS + size[0], top * FINENESS + size[1])
        _lay(self.image, colour, place, mask.resize(size, Image.Resampling.BILINEAR))

    def light(self, spot: Sequence[Point], strength: float, blur: float, colour: Colour = WARM) -> None:
        """Soft light over the finished picture; lights of one colour fall together."""
        mask = _soft(spot, (WIDTH, HEIGHT), strength, blur)
        if self.lights and self.lights[-1][1] == colour:
            mask = ImageChops.add(self.lights.pop()[0], mask)
        self.lights.append((mask, colour))

    def to_jpeg(self) -> bytes:
        picture = self.image.reduce(FINENESS)
        for mask, colour in self.lights:
            _lay(picture, colour, (0, 0, WIDTH, HEIGHT), mask.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR))
        _lay(picture, INK, (0, 0, WIDTH, HEIGHT), _vignette())
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=JPEG_QUALITY)
        return file.getvalue()

    def _pen(self, colour: Colour, alpha: int) -> tuple[ImageDraw.ImageDraw, tuple[int, ...]]:
        return (self.solid, colour) if alpha == 255 else (self.glaze, (*colour, alpha))


def _lay(image: Image.Image, colour: Colour, place: tuple[int, int, int, int], mask: Image.Image) -> None:
    """Pasting a sheet of one colour takes half the time of pasting the colour itself."""
    image.paste(Image.new("RGB", mask.size, colour), place, mask)


def _soft(spot: Sequence[Point], size: tuple[int, int], strength: float, blur: float) -> Image.Image:
    """A blurred mask, drawn coarse: nobody sees pixels in what has no edges."""
    coarse = (max(1, size[0] // COARSENESS), max(1, size[1] // COARSENESS))
    mask = Image.new("L", coarse, 0)
    pixels = [(x * coarse[0] / size[0], y * coarse[1] / size[1]) for x, y in spot]
    ImageDraw.Draw(mask).polygon(pixels, fill=round(255 * strength))
    return mask.filter(ImageFilter.GaussianBlur(blur / COARSENESS))


def box(x: float, y: float, w: float, h: float) -> list[Point]:
    """An oblong spot for `Canvas.shadow` and `Canvas.light`."""
    return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]


def disc(x: float, y: float, radius: float, sides: int = 16) -> list[Point]:
    """A round spot."""
    turn = [complex(0, 1) ** (4 * n / sides) for n in range(sides)]
    return [(x + radius * t.real, y + radius * t.imag) for t in turn]


def _fine(box: Box) -> tuple[float, ...]:
    return tuple(round(edge * FINENESS) for edge in box)


def _pixel(point: Point) -> tuple[float, float]:
    return point[0] * FINENESS, point[1] * FINENESS


@lru_cache(maxsize=32)
def _font(face: str, pixels: int) -> ImageFont.FreeTypeFont:
    faces = {
        "serif": font_source_serif_pro.font_files_ttf["SourceSerifProSemibold"],
        "sans": font_source_sans_pro.font_files_ttf["SourceSansPro"],
    }
    return ImageFont.truetype(faces[face], pixels)


@lru_cache(maxsize=1)
def _vignette() -> Image.Image:
    """A little less light towards the corners, as a telephone's camera gives."""
    gradient = Image.radial_gradient("L").resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
    return gradient.point([max(0, round((level - 120) * 0.26)) for level in range(256)])
