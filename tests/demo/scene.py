"""Where the demo's files lie, and the day on which these tests take place."""

from datetime import date
from pathlib import Path

from fieldstudy import demo

FOLDER = Path(demo.__file__).parent
TODAY = date(2026, 11, 22)
GROUPS = ("begin_group", "end_group")
