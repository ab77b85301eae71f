"""SOSI files: their object types as layers."""

from __future__ import annotations

import gc
from typing import Any

from geo.intake.reader.output import ROWS, Limit, OverLimitError, write


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """List a SOSI file's object types, or read one."""
    from geo.intake.sosi import read  # noqa: PLC0415  # with shapely, which no other format needs
    from geo.intake.sosi.faults import TooManyError  # noqa: PLC0415

    given = (request["path"], request["shown"], request["vertices"])
    gc.disable()  # it would look through a million small objects again and again, all in use
    try:
        if request["task"] == "list":
            return {"layers": read.list_types(*given), "broken": [], "notes": []}
        table, told = read.read_type(*given, request["layer"], request["columns"])
    except TooManyError as error:
        raise OverLimitError(Limit(error.what)) from error
    finally:
        gc.enable()
    at = table.num_columns - 1
    write(table.to_batches(max_chunksize=ROWS), table.schema, at, request)
    return {"spelled": None, "declared": None} | told | {"geometry": at, "driver": "SOSI"}
