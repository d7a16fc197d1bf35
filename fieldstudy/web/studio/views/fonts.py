"""The typefaces of the office pages, straight from the packages that the PDF embeds them from."""

from importlib.resources import files

from flask import abort, send_file
from flask.typing import ResponseReturnValue

from fieldstudy.web import guards
from fieldstudy.web.studio.views.room import blueprint

ONE_YEAR_SECONDS = 31_536_000
PACKAGES = {
    "SourceSerifPro-Regular": "font_source_serif_pro",
    "SourceSerifPro-It": "font_source_serif_pro",
    "SourceSerifPro-Semibold": "font_source_serif_pro",
    "SourceSansPro-Regular": "font_source_sans_pro",
    "SourceSansPro-It": "font_source_sans_pro",
    "SourceSansPro-Semibold": "font_source_sans_pro",
}
BY_NAME = {f"{name}.otf": files(package) / "files" / f"{name}.otf" for name, package in PACKAGES.items()}


@blueprint.get("/fonts/<name>", endpoint="static")
@guards.public
def font(name: str) -> ResponseReturnValue:
    """Named `static`, so that it may be cached also for somebody who is signed in."""
    if name not in BY_NAME:
        abort(404)
    response = send_file(str(BY_NAME[name]), mimetype="font/otf", max_age=ONE_YEAR_SECONDS)
    response.cache_control.public = True
    return response
