"""The coordinator's room: clients, studies, waves, stores, checklists, people, assignments, releases."""

from fieldstudy.web.studio.views import blueprint

__all__ = ["blueprint"]
