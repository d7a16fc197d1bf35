"""Is the file a valid XLSForm for other form tools, too?"""

from fieldstudy.exchange.problems import refused


def check(content: bytes) -> None:
    from pyxform.errors import PyXFormError  # noqa: PLC0415 takes a second, and only an import of a checklist needs it
    from pyxform.xls2xform import convert  # noqa: PLC0415 as above

    try:
        convert(content, file_type=".xlsx", validate=False)
    except PyXFormError as error:
        raise refused("not_an_xlsform", message=error) from error
    except MemoryError:
        raise
    except Exception as error:
        # Odd files make it fail in ways of its own; they are no XLSForm either.
        raise refused("not_an_xlsform", message=f"{type(error).__name__}: {error}") from error
