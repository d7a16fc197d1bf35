"""PDFs of one visit: for whom they are, and the jobs that draw them."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from fieldstudy.extensions import db
from fieldstudy.models import Job, Visit
from fieldstudy.queries import temporary_files

VISIT_PDF = "visit_pdf"


class Audience(StrEnum):
    """FIELDWORKER: all that they sent, and no points. OFFICE: with points, and without what stays with the agency."""

    FIELDWORKER = "fieldworker"
    OFFICE = "office"


def payload(visit: Visit, audience: Audience, language: str, ingredients: str) -> dict[str, str]:
    """`ingredients` is a hash of all that the PDF shows: what shows anything else is another one."""
    return {"visit": str(visit.id), "audience": audience, "language": language, "ingredients": ingredients}


def find_job(visit: Visit, payload: Mapping[str, str]) -> Job | None:
    return temporary_files.find_latest(VISIT_PDF, visit.client_id, payload)


def get_visit(visit_id: UUID) -> Visit:
    """Raises NoResultFound."""
    return db.session.scalars(select(Visit).where(Visit.id == visit_id)).one()
