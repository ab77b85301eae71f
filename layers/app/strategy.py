"""The pack's strategy.toml: the adopted strategy in our own words, read with its translations."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from layers.app import cache, texts
from layers.app.texts import t

if TYPE_CHECKING:
    from pathlib import Path

    from geo.pack.read import Pack

FILE: Final = "strategy.toml"


@dataclass(frozen=True)
class Strategy:
    """The strategy as the pack tells it; its texts are the municipality's language."""

    directory: Path
    content: dict[str, Any]

    def parts(self, name: str) -> list[dict[str, Any]]:
        """Return the parts of this name (goals, focus_areas, figures, places …), in order."""
        return list(self.content.get(name, []))

    def words(self, key: str, of: dict[str, Any] | None = None) -> str:
        """Return a text of the strategy, or of one `of` its parts, in the session's language."""
        return texts.of_pack((self.content if of is None else of).get(key), self.directory)

    def said(self, key: str, of: dict[str, Any] | None = None) -> str:
        """Return the same, safe to write as markdown."""
        return texts.plain(self.words(key, of))

    def chapter(self, of: dict[str, Any]) -> str:
        """Return the headings of the document under which a part stands; empty where none is."""
        named = of.get("chapter") or []
        headings = named if isinstance(named, list) else [named]
        return " · ".join(texts.of_pack(heading, self.directory) for heading in headings)


def read(pack: Pack) -> Strategy | None:
    """Return the pack's strategy; None where it brings none, or one that is no TOML."""
    path = pack.directory / FILE
    try:
        return Strategy(pack.directory, _parsed(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        # With what stands in the file where it is no TOML, or the file's place.
        reason = "–" if cache.is_public() else texts.plain(str(error))
        st.error(t("strategy.unreadable", file=FILE, reason=reason), icon=":material/error:")
        return None


# By the text itself: a file that changes is another key.
@lru_cache(maxsize=8)
def _parsed(text: str) -> dict[str, Any]:
    return tomllib.loads(text)
