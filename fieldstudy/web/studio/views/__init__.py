"""The pages, by what they are about."""

from fieldstudy.web.studio.views import (
    assignments,
    brand,
    checklists,
    fonts,
    invitations,
    papers,
    people,
    person,
    previews,
    references,
    release_jobs,
    releases,
    roles,
    stores,
    studies,
    visits,
    waves,
)
from fieldstudy.web.studio.views.room import blueprint

__all__ = [
    "assignments",
    "blueprint",
    "brand",
    "checklists",
    "fonts",
    "invitations",
    "papers",
    "people",
    "person",
    "previews",
    "references",
    "release_jobs",
    "releases",
    "roles",
    "stores",
    "studies",
    "visits",
    "waves",
]
