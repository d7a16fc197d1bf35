"""Signed in without the password page, which has tests of its own."""

from datetime import timedelta

from flask import Flask, has_app_context

from fieldstudy.core.sessions import SessionLimits
from fieldstudy.extensions import db
from fieldstudy.models import User
from fieldstudy.services import sessions
from fieldstudy.services.sessions import Device

LIMITS = SessionLimits(idle=timedelta(days=30), absolute=timedelta(days=90))


def token_of(app: Flask, user: User, limits: SessionLimits = LIMITS) -> str:
    """The value of the cookie `session`. A test that was reading stops before: it could not write afterwards."""
    if has_app_context():
        db.session.commit()
    with app.app_context():
        return sessions.sign_in(user, Device("Chrome", "Android"), limits)
