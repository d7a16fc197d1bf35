"""Pictures that the made-up visitors might have taken: drawn, without faces, each seed a little different."""

from collections.abc import Callable, Mapping

from fieldstudy.demo.chance import seeded
from fieldstudy.demo.photos import counter, fitting_room, receipt, shelf, window
from fieldstudy.demo.photos.canvas import Canvas

SCENES: Mapping[str, Callable[[Canvas], None]] = {
    "window": window.paint,
    "shelf": shelf.paint,
    "counter": counter.paint,
    "fitting_room": fitting_room.paint,
    "receipt": receipt.paint,
}


def draw(subject: str, seed: int) -> bytes:
    """A JPEG of 1200 × 900 pixels."""
    canvas = Canvas(seeded(subject, seed))
    SCENES[subject](canvas)
    return canvas.to_jpeg()
