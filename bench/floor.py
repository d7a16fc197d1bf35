"""The floor: the least that Flask, SQLite and a browser form can do."""

import sqlite3
from pathlib import Path

from flask import Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue

PAGE = """<!doctype html><html lang="en"><title>Form</title><form method="post">
{% for name in names %}<fieldset><legend>Question {{ name }}</legend>
<label><input type="radio" name="{{ name }}" value="yes"> Yes</label>
<label><input type="radio" name="{{ name }}" value="no"> No</label></fieldset>{% endfor %}
<button>Send</button></form>"""


def create(path: Path, questions: int) -> Flask:
    """One form of plain radio buttons; its answers in one table, one commit, flushed to disk like ours."""
    app = Flask(__name__)
    names = [f"q{number}" for number in range(questions)]
    with _connect(path) as connection:
        connection.execute("CREATE TABLE answers (visit INTEGER, name TEXT, value TEXT)")

    @app.get("/form")
    def form() -> str:
        with _connect(path) as connection:
            connection.execute("SELECT count(*) FROM answers WHERE visit = 0").fetchone()
        return render_template_string(PAGE, names=names)

    @app.post("/form")
    def submit() -> ResponseReturnValue:
        rows = [(1, name, request.form.get(name, "")) for name in names]
        with _connect(path) as connection:
            connection.executemany("INSERT INTO answers VALUES (?, ?, ?)", rows)
        return redirect("/form")

    return app


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection
