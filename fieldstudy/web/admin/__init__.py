"""The administrator's room: people, clients, jobs, settings and health of the whole installation."""

from fieldstudy.web.admin.views import blueprint

__all__ = ["blueprint"]
