"""What pygeoapi is told: where it listens, and what each collection is, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo import i18n
from geo.formats.write import WGS84
from geo.schema import layers as schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from geo.pack.read import Pack
    from layers.publish.collections import Collection

    Texts = Callable[[str], str]

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/{}"
# Norway's two zones, as municipalities have their data, beside the standard's own.
CRS: Final = (CRS84, _EPSG.format(4326), _EPSG.format(schema.EPSG), _EPSG.format(25833))
STORAGE_CRS: Final = _EPSG.format(schema.EPSG)

PAGE: Final = 1_000  # features, where the client does not say
LARGEST_PAGE: Final = 10_000

_NORWAY: Final = [4.0, 57.5, 31.6, 71.5]  # extent of a collection without features, EPSG:4326
_BASEMAP: Final = {
    "url": "https://cache.kartverket.no/v1/wmts/1.0.0/topo/default/webmercator/{z}/{y}/{x}.png",
    "attribution": "© Kartverket",
}


def configuration(
    pack: Pack,
    shown: Iterable[Collection],
    folder: Path,
    *,
    bind: tuple[str, int],
    url: str,
) -> dict[str, Any]:
    """
    Return pygeoapi's configuration.

    Parameters
    ----------
    pack, shown
        The pack and its collections.
    folder
        Where the collections' files are: `name`.parquet.
    bind, url
        Host and port that the server listens on, and the address that clients know it by.
    """
    about = {"name": pack.name, "built": pack.built or "–", "sha256": pack.sha256}

    def both(msgid: str) -> dict[str, str]:
        return _both(lambda language: i18n.say(msgid, language, **about))

    licences = sorted({one.provenance.licence for one in shown if one.provenance.licence})
    licence = "; ".join(licences) or i18n.say("unknown")
    return {
        "server": {
            "bind": {"host": bind[0], "port": bind[1]},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": False,
            "languages": [*i18n.LANGUAGES],
            "cors": False,
            "pretty_print": False,
            "limits": {"default_items": PAGE, "max_items": LARGEST_PAGE, "on_exceed": "throttle"},
            "map": _BASEMAP,
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": both("publish.title"),
                "description": both("publish.description"),
                "keywords": {"nb": ["næringsareal", pack.name], "en": ["business land", pack.name]},
                "terms_of_service": licence,
                "url": url,
            },
            "license": {"name": licence, "url": url},  # each collection says its own
            "provider": {"name": "Næringsareal", "url": url},
            "contact": {"name": "Næringsareal", "url": url, "email": ""},
        },
        "resources": {one.name: _resource(pack, one, folder) for one in shown},
    }


def _resource(pack: Pack, one: Collection, folder: Path) -> dict[str, Any]:
    address = pack.info(one.name).url
    links = []
    if address and address.startswith(("https://", "http://")):
        links.append({"type": "text/html", "rel": "about", "title": "Kilde", "href": address})
    marks = [name for name in ("illustrative", "synthetic") if getattr(one.provenance, name)]
    return {
        "type": "collection",
        "title": _both(one.title),
        "description": _both(lambda language: one.description(pack, language)),
        "keywords": _both_lists(
            lambda language: [
                i18n.say(f"layer.{one.name}", language),
                *(i18n.say(f"cli.mark_{mark}", language) for mark in marks),
            ]
        ),
        "links": links,
        "extents": {"spatial": {"bbox": _extent(one), "crs": CRS84}},
        "providers": [
            {
                "type": "feature",
                "name": "layers.publish.provider.PackProvider",
                "data": str(folder / f"{one.name}.parquet"),
                "id_field": "fid",
                "crs": [*CRS],
                "storage_crs": STORAGE_CRS,
            }
        ],
    }


def _extent(one: Collection) -> list[float]:
    bounds = one.frame.to_crs(WGS84).total_bounds
    return [float(value) for value in bounds] if np.isfinite(bounds).all() else _NORWAY


def _both(say: Texts) -> dict[str, str]:
    return {language: say(language) for language in i18n.LANGUAGES}


def _both_lists(say: Callable[[str], list[str]]) -> Mapping[str, list[str]]:
    return {language: say(language) for language in i18n.LANGUAGES}
