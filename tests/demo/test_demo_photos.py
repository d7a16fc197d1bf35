import io

import pytest
from PIL import Image

from fieldstudy.demo import photos
from fieldstudy.demo.story import PHOTO_SUBJECTS


@pytest.mark.parametrize("subject", sorted(photos.SCENES))
def test_draw_gives_a_jpeg_of_the_promised_size(subject):
    picture = Image.open(io.BytesIO(photos.draw(subject, 1)))
    assert (picture.format, picture.size) == ("JPEG", (1200, 900))


@pytest.mark.parametrize("subject", sorted(photos.SCENES))
def test_another_seed_draws_another_picture(subject):
    assert len({photos.draw(subject, seed) for seed in range(4)}) == 4


def test_draw_repeats_itself():
    assert photos.draw("window", 7) == photos.draw("window", 7)


def test_every_subject_can_be_drawn():
    assert set(PHOTO_SUBJECTS.values()) == set(photos.SCENES)
