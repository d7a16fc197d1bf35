import io
import zlib
from collections.abc import Callable
from hashlib import sha256, shake_128
from typing import Any

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

from fieldstudy.exchange import picture_decoder, pictures
from fieldstudy.exchange.pictures import Picture, PictureIsRefused

RED, BLUE = (220, 20, 20), (20, 20, 220)


def drawn(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Red on the left half, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image.convert(mode)


def saved(image: Image.Image, format_: str = "JPEG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format_, **options)
    return stream.getvalue()


def cleaned(data: bytes) -> Picture:
    return picture_decoder.decode(pictures.received(io.BytesIO(data)))


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def key(data: bytes) -> str:
    with pytest.raises(PictureIsRefused) as caught:
        cleaned(data)
    return caught.value.key


def located() -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Make] = "PhoneMaker"
    exif[Base.Artist] = "Somebody"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (45.0, 27.0, 51.0)
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef] = "N"
    return exif


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), shake_128(b"noise").digest(width * height * 3))


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_pictures_of_phones_are_read(format_: str) -> None:
    picture = cleaned(saved(drawn(), format_))
    assert (opened(picture.clean).format, picture.width, picture.height) == ("JPEG", 60, 40)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_where_and_with_what_a_picture_was_taken_is_gone(format_: str) -> None:
    data = saved(drawn(), format_, exif=located().tobytes())
    assert opened(data).getexif().get_ifd(IFD.GPSInfo)
    picture = cleaned(data)
    for kept in (picture.clean, picture.small):
        assert dict(opened(kept).getexif()) == {}
        assert b"PhoneMaker" not in kept
        assert b"Exif" not in kept


def test_comments_xmp_and_colour_profiles_are_gone() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(drawn(), comment=b"a secret", xmp=b"<x:xmpmeta>secret</x:xmpmeta>", icc_profile=profile, dpi=(72, 72))
    kept = opened(cleaned(data).clean)
    assert kept.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"secret" not in cleaned(data).clean


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x03\x04 an archive", b"%PDF-1.7"])
def test_what_hides_behind_a_picture_does_not_survive(tail: bytes) -> None:
    picture = cleaned(saved(drawn()) + tail)
    assert tail not in picture.clean + picture.small


def test_texts_in_a_png_do_not_survive() -> None:
    info = PngInfo()
    info.add_text("Comment", "<script>")
    assert b"script" not in cleaned(saved(drawn(), "PNG", pnginfo=info)).clean


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_a_picture_taken_sideways_is_turned(format_: str) -> None:
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    kept = opened(cleaned(saved(drawn(), format_, exif=exif)).clean)
    assert kept.size == (40, 60)
    assert _is_like(kept.getpixel((20, 10)), RED)


def _is_like(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 30 for one, other in zip(pixel, colour, strict=True))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_metadata_is_no_reason_to_refuse_a_photograph() -> None:
    data = saved(drawn(), exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 30)
    assert cleaned(data).width == 60


def test_large_pictures_are_made_smaller() -> None:
    picture = cleaned(saved(drawn(3_000, 1_500)))
    assert (picture.width, picture.height) == (2_048, 1_024)
    assert opened(picture.clean).size == (2_048, 1_024)


def test_small_pictures_keep_their_size() -> None:
    assert opened(cleaned(saved(drawn(300, 200))).small).size == (300, 200)


@pytest.mark.parametrize("image", [noise(1_500, 1_200), drawn(1_500, 1_200)], ids=["noise", "drawn"])
def test_the_small_copy_is_small(image: Image.Image) -> None:
    small = cleaned(saved(image)).small
    assert len(small) <= 80 * 1024
    assert max(opened(small).size) <= 800


def test_a_picture_is_known_by_the_hash_of_what_was_received() -> None:
    data = saved(drawn())
    assert cleaned(data).received_sha256 == sha256(data).hexdigest()


def test_what_shines_through_becomes_white() -> None:
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert opened(cleaned(saved(image, "PNG")).clean).getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L JPEG", "CMYK JPEG", "P PNG", "LA PNG", "1 PNG", "RGBA WEBP"])
def test_every_mode_of_pixels_is_understood(mode: str) -> None:
    pixels, format_ = mode.split()
    assert cleaned(saved(drawn(mode=pixels), format_)).width == 60


def test_sixteen_bits_become_eight() -> None:
    image = Image.new("I;16", (20, 20), 0x8000)
    pixel = opened(cleaned(saved(image, "PNG")).clean).getpixel((10, 10))
    assert _is_like(pixel, (128, 128, 128))


def test_the_hidden_second_picture_of_a_phone_is_left_out() -> None:
    data = saved(drawn(), "MPO", save_all=True, append_images=[drawn(30, 20)])
    assert opened(data).n_frames == 2
    assert cleaned(data).width == 60


def _animated(format_: str) -> bytes:
    return saved(drawn(), format_, save_all=True, append_images=[drawn().rotate(180)])


def _heif_of_two() -> bytes:
    file = pillow_heif.from_pillow(drawn())
    file.add_from_pillow(drawn())
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("make", [lambda: _animated("PNG"), lambda: _animated("WEBP"), _heif_of_two])
def test_several_pictures_in_one_are_refused(make: Callable[[], bytes]) -> None:
    assert key(make()) == "animated"


@pytest.mark.parametrize(
    "data",
    [
        b"hello",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        b"<html><body>",
        b"%PDF-1.7",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        saved(drawn(), "GIF"),
        saved(drawn(), "TIFF"),
        saved(drawn(), "BMP"),
        saved(drawn(), "ICO"),
    ],
    ids=["text", "svg", "html", "pdf", "eps", "gif", "tiff", "bmp", "ico"],
)
def test_what_is_no_photograph_is_refused(data: bytes) -> None:
    assert key(data) == "not_a_picture"


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_half_a_picture_is_refused(format_: str) -> None:
    data = saved(noise(200, 200), format_)
    assert key(data[: len(data) // 2]) in ("damaged", "not_a_picture")


def test_an_empty_file_is_told_as_one() -> None:
    assert key(b"") == "empty"


def test_more_than_15_mb_are_refused_unread() -> None:
    stream = io.BytesIO(b"\xff\xd8\xff" + bytes(40 * 1024 * 1024))
    with pytest.raises(PictureIsRefused, match="too_large"):
        pictures.clean(stream)
    assert stream.tell() == 15 * 1024 * 1024 + 1


@pytest.mark.parametrize("side", [7_100, 10_000, 60_000])
def test_too_many_pixels_are_refused_before_they_are_decoded(side: int) -> None:
    """A PNG whose header promises side × side pixels."""
    data = saved(drawn(1, 1), "PNG")
    header = b"IHDR" + side.to_bytes(4, "big") * 2 + data[24:29]
    crc = zlib.crc32(header).to_bytes(4, "big")
    assert key(data[:12] + header + crc + data[33:]) == "too_many_pixels"


SOURCES = [saved(noise(40, 30), format_) for format_ in ("JPEG", "PNG", "WEBP", "HEIF")]


@given(st.sampled_from(SOURCES), st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), min_size=1))
@settings(max_examples=150, deadline=None)
def test_a_damaged_picture_is_read_or_refused(source: bytes, changes: list[tuple[int, int]]) -> None:
    data = bytearray(source)
    for place, value in changes:
        data[place % len(data)] = value
    try:
        kept = opened(cleaned(bytes(data)).clean)
    except PictureIsRefused:
        return
    assert max(kept.size) <= 2_048


def grained(image: Image.Image) -> Image.Image:
    """A dark room's grain: each value up to 20 of 255 away from the truth."""
    return Image.blend(image, noise(*image.size), 20 / 255)


def shaded(darkest: int, brightest: int) -> Image.Image:
    """From top to bottom."""
    return Image.linear_gradient("L").point(lambda value: darkest + value * (brightest - darkest) // 255)


@pytest.mark.parametrize(
    ("image", "is_one_colour"),
    [
        (Image.new("RGB", (640, 480), "black"), True),
        (Image.new("RGB", (1, 1), "white"), True),
        (grained(Image.new("RGB", (640, 480), (12, 12, 14))), True),
        (shaded(120, 126), True),
        (shaded(120, 150), False),
        (drawn(640, 480), False),
        (grained(drawn(640, 480)), False),
        (noise(48, 48), False),
    ],
    ids=["black", "a pixel", "grain", "hardly shaded", "shaded", "two", "two in grain", "every pixel another"],
)
def test_a_picture_that_shows_nothing_is_told(image: Image.Image, is_one_colour: bool) -> None:
    assert cleaned(saved(image, "PNG")).is_one_colour == is_one_colour
