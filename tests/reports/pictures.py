"""Draws photographs that are no photographs: soft gradients with a few shapes."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter


def jpeg(seed: int, size: tuple[int, int] = (800, 600)) -> bytes:
    return _encoded(_drawn(seed, size), 70)


def jpeg_of_bytes(seed: int, limit: int) -> bytes:
    """A grainy picture of 800 px, padded to just under this many bytes."""
    body = _encoded(_drawn(seed, (800, 600)), 70)
    room = limit - len(body) - 4
    comment = bytes((seed * 31 + i * 7919) % 251 for i in range(min(room, 65_000)))
    return body[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + body[2:]


def _drawn(seed: int, size: tuple[int, int]) -> Image.Image:
    width, height = size
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    for i in range(60):
        x, y = (seed * 97 + i * 131) % width, (seed * 53 + i * 89) % height
        shade = (120 + (i * 37 + seed * 11) % 120, 140 + (i * 17) % 90, 130 + (i * 23) % 100)
        draw.rectangle((x, y, x + 40 + i, y + 90), fill=shade, outline=(60, 60, 60))
    noise = Image.effect_noise(size, 18).convert("RGB")
    return Image.blend(image.filter(ImageFilter.GaussianBlur(0.6)), noise, 0.12)


def _encoded(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
