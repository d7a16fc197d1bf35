"""Bare extension objects; app.py binds them."""

from typing import TYPE_CHECKING, Any

from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_compress import Compress
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData, event
from sqlalchemy.orm import DeclarativeBase, InstanceState


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


if TYPE_CHECKING:

    class Model(Base):
        """What `db.Model` is, in terms that a type checker understands."""

        __abstract__ = True


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
if not TYPE_CHECKING:
    Model = db.Model


@event.listens_for(Model, "load", propagate=True, raw=True)
@event.listens_for(Model, "init", propagate=True, raw=True)
def _give_dict(state: InstanceState[Any], *_: object) -> None:
    """While a row is still held. Python 3.11 may collect garbage when it makes an object's dict, SQLAlchemy changes the
    state of a collected row, and if that state was the one whose dict was being made, its memory is freed twice.
    """
    vars(state)


migrate = Migrate()
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
bootstrap = Bootstrap5()
compress = Compress()
