"""
Everything that a page needs, imported in one place and by one thread.

Every page imports this before all else. Sessions are threads: on a fresh server two first visits
that import different ends of one circle of modules (branca's and folium's are such) wait for each
other for ever, and Python ends it with an error. Here the second waits for the first, and after
that there is nothing left to import.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Final

import geo
import layers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

# Programs of their own: a page is none of them, and to import them costs others time or more.
_NOT_PAGES: Final = (
    "geo.cli",
    "geo.intake.reader",
    "geo.ledger.migrations",
    "layers.build",
    "layers.publish",
    "layers.serve",
    __name__,
)
# What libraries import only when it is used for the first time.
_LATE: Final = (
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.PpmImagePlugin",
    "httpcore",
    "openpyxl",
    "pandas.core.arrays.arrow._arrow_utils",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.csvs",
    "pandas.io.formats.string",
    "pandas.io.formats.style",
    "pandera.accessors.pandas_accessor",
    "pandera.api.geopandas.container",
    "pandera.api.geopandas.model",
    "pandera.backends.pandas.builtin_checks",
    "pandera.backends.pandas.builtin_hypotheses",
    "pandera.backends.pandas.register",
    "pandera.backends.register_checks",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "pyarrow.vendored.version",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
    "streamlit.components.v1.component_arrow",
    "streamlit.components.v2.manifest_scanner",
    "streamlit.emojis",
    "streamlit.material_icon_names",
    "streamlit.runtime.scriptrunner.magic_funcs",
)


def _names(package: ModuleType) -> Iterator[str]:
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if found.name in _NOT_PAGES or found.name.endswith("__main__"):
            continue
        yield found.name
        if found.ispkg:
            yield from _names(importlib.import_module(found.name))


for name in (*_LATE, *_names(geo), *_names(layers)):
    importlib.import_module(name)
