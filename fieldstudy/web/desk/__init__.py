"""The reviewer's desk."""

from fieldstudy.web.desk.views import blueprint

__all__ = ["blueprint"]
