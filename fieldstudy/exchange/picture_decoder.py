"""Pictures judged by content, turned upright, made anew without anything but the pixels: in the child alone."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import pillow_heif
from PIL import Image, ImageFile, ImageOps, ImageStat, UnidentifiedImageError

from fieldstudy.exchange import picture_data
from fieldstudy.exchange.pictures import JPEG_PIXEL_LIMIT, PIXEL_LIMIT, SIDE_LIMIT, Picture, PictureIsRefused

JPEG = b"\xff\xd8\xff"
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
SIDE = 2_048
QUALITY = 85
COLOUR_SQUARES = (16, 16)
COLOUR_SPREAD = 8
"""Of 255 in each of red, green and blue."""
SMALL_SIDES = (800, 640, 480, 320)
SMALL_QUALITIES = (80, 70, 60, 50, 40)
SMALL_BYTES_LIMIT = 80 * 1024

pillow_heif.register_heif_opener()
# Pillow only warns from 89 million pixels on; nothing of that size is ever decoded here.
warnings.simplefilter("error", Image.DecompressionBombWarning)


def decode(received: bytes) -> Picture:
    """Raises PictureIsRefused."""
    with _damage_refused():
        pixels = _pixels(received)
        return Picture(
            clean=_jpeg(pixels, QUALITY),
            small=_small(pixels),
            width=pixels.width,
            height=pixels.height,
            received_sha256=sha256(received).hexdigest(),
            is_one_colour=_is_one_colour(pixels),
        )


@contextmanager
def _damage_refused() -> Iterator[None]:
    """Decoders fail on damaged files with whatever error comes first."""
    try:
        yield
    except (PictureIsRefused, MemoryError):
        raise
    except UnidentifiedImageError as error:
        raise PictureIsRefused("not_a_picture") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureIsRefused("too_many_pixels") from error
    except Exception as error:
        raise PictureIsRefused("damaged") from error


def _pixels(received: bytes) -> Image.Image:
    """The upright picture on white, at most 2048 px a side, in an image that never had any metadata."""
    # WeasyPrint, once loaded, tells Pillow for the whole process to accept half a file.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if received.startswith(JPEG):
        received = picture_data.endless_jpeg(received)
    with Image.open(io.BytesIO(received), formats=FORMATS) as image:
        _check_size(image)
        # Phones put a second, hidden picture behind a JPEG (then called MPO): its first picture is the photograph.
        if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
            raise PictureIsRefused("animated")
        if not _is_filled(received, image):
            raise PictureIsRefused("damaged")
        # A JPEG decodes at a half or a quarter of its size right away, where that is still enough.
        image.draft("RGB", (SIDE, SIDE))
        plain = _eight_bits(image)
        plain.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        return _on_white(_upright(plain))


def _check_size(image: Image.Image) -> None:
    """From the header, before anything is decoded. A JPEG decodes at a fraction of its size, the others whole."""
    limit = JPEG_PIXEL_LIMIT if image.format in ("JPEG", "MPO") else PIXEL_LIMIT
    if image.width * image.height > limit:
        raise PictureIsRefused("too_many_pixels")
    if max(image.size) > SIDE_LIMIT:
        raise PictureIsRefused("side_too_long")


def _is_filled(received: bytes, image: Image.Image) -> bool:
    """As far as the decoder does not see to it."""
    if received.startswith(JPEG):
        return picture_data.jpeg_may_be_filled(received)
    return image.format != "PNG" or picture_data.png_is_filled(received)


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        return image.convert("F").point(lambda value: value / 256).convert("L")
    if image.mode in ("RGB", "RGBA", "L"):
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        # Broken metadata, which is thrown away in any case, is no reason to refuse a photograph.
        return image


def _on_white(image: Image.Image) -> Image.Image:
    pixels = Image.new("RGB", image.size, "white")
    mask = image.getchannel("A") if image.mode == "RGBA" else None
    pixels.paste(image.convert("RGB"), mask=mask)
    return pixels


def _is_one_colour(pixels: Image.Image) -> bool:
    """Averaged over squares, the noise of a sensor evens out and an edge does not."""
    averages = pixels.resize(COLOUR_SQUARES, Image.Resampling.BOX)
    return all(high - low <= COLOUR_SPREAD for low, high in ImageStat.Stat(averages).extrema)


def _jpeg(pixels: Image.Image, quality: int) -> bytes:
    stream = io.BytesIO()
    pixels.save(stream, "JPEG", quality=quality, optimize=True)
    return stream.getvalue()


def _small(pixels: Image.Image) -> bytes:
    small = b""
    for side in SMALL_SIDES:
        scaled = pixels.copy()
        scaled.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in SMALL_QUALITIES:
            small = _jpeg(scaled, quality)
            if len(small) <= SMALL_BYTES_LIMIT:
                return small
    return small
