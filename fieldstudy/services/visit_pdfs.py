"""One visit as a PDF: ordered by whoever may read it, drawn by a worker, gone in an hour."""

from collections.abc import Mapping
from uuid import UUID

from fieldstudy.models import Job, Visit
from fieldstudy.queries.visit_pdfs import VISIT_PDF
from fieldstudy.services import temporary_files


def order(visit: Visit, payload: Mapping[str, str], actor: UUID) -> Job:
    return temporary_files.order(VISIT_PDF, visit, payload, actor)
