"""The room of shoppers and observers: assignments, the form of a visit, its photos and jottings."""

from fieldstudy.web.field.views import blueprint

__all__ = ["blueprint"]
