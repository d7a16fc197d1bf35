"""Photos in the inbox, as phones send them and visits take them in."""

import io
from hashlib import sha256

from PIL import Image

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Medium, Visit
from fieldstudy.models.columns import new_id
from fieldstudy.services import jobs, media, unit
from tests import factories as make


def send(visit: Visit, data: bytes, question: str = "window") -> Medium:
    """The file, its row and the job that makes a photo of it."""
    user = make.user(Role.SHOPPER, visit.study.client)
    medium = Medium(user_id=user.id, id=new_id(), sha256=sha256(data).hexdigest(), size_bytes=len(data))
    medium.received_at = medium.taken_at = make.NOON
    medium.visit_id, medium.question = visit.id, question
    path = media.path_of(user.id, medium.id)
    path.parent.parent.mkdir(mode=0o700, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(data)
    with unit.work():
        db.session.add(medium)
        jobs.add("picture", {"user": str(user.id), "medium": str(medium.id)}, visit.client_id)
    return medium


def large_picture() -> bytes:
    """As large as a PNG may be: it takes long enough to make anew for a worker to be killed meanwhile."""
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((4800, 5000)).convert("RGBA").save(stream, "PNG", compress_level=1)
    return stream.getvalue()
