"""Signing in, invitations, language."""

from fieldstudy.web.account.views import blueprint

__all__ = ["blueprint"]
