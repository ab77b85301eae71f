"""Documents that were saved and come back, perhaps from strange hands: read strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from pydantic import ConfigDict, ValidationError

from geo.errors import ParameterError
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")

# Nothing unknown, nothing guessed (no text for a number), no endless numbers. Set on a document, it
# holds for the dataclasses inside it too.
STRICT: Final = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

MAX_CHARACTERS: Final = 10_000_000  # far above any scenario of people's making


def read(reader: TypeAdapter[T], text: str, code: str) -> T:
    """
    Read a JSON document.

    Raises
    ------
    ParameterError
        With `code` and `where` (the field that is wrong, else «JSON»), if `text` is no such
        document; others as the document's own checks.
    """
    where = "JSON"
    if len(text) <= MAX_CHARACTERS:
        try:
            return reader.validate_json(text)
        except ValidationError as wrong:
            found = wrong.errors(include_url=False, include_input=False, include_context=False)
            where = quote(".".join(map(str, found[0]["loc"]))) or where
        except UnicodeEncodeError:
            pass  # half a character, in a text that never was a file
    raise ParameterError(code, where=where)
