"""The catalogue of services, as data: which service gives which layer, and how it is asked."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final, Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from geo.errors import ParameterError
from geo.i18n import Remark
from geo.schema import layers as schema
from geo.schema.coercion import quote
from layers.sources import services_file
from layers.sources.sifting import rules

BUILT_IN: Final = Path(__file__).parent / "services.toml"

Kind = Literal[
    "wfs",
    "ogcapi",
    "arcgis",
    "overpass",
    "file",
    "geonorge",
    "kommuneinfo",
    "entur",
    "brreg",
    "none",
]
Keep = Literal["all", "number", "inside", "intersects", "near"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Policy(_Strict):
    """
    How patient we are with a service.

    Attributes
    ----------
    attempts
        Requests for one answer before it is given up.
    backoff_s, longest_wait_s
        The first wait between attempts (it doubles, with jitter), and the longest, also where the
        service says how long (Retry-After).
    connect_s, read_s, total_s
        Time limits for a connection, for silence, and for one whole answer.
    max_age_h
        How old an answer may be that is used again.
    contact
        Who runs this program and where to complain (an address), said to every service: Overpass
        asks for it. NAERINGSAREAL_CONTACT goes before it.
    """

    attempts: int = Field(default=5, ge=1)
    backoff_s: float = Field(default=1.0, ge=0)
    longest_wait_s: float = Field(default=120.0, ge=0)
    connect_s: float = Field(default=10.0, gt=0)
    read_s: float = Field(default=60.0, gt=0)
    total_s: float = Field(default=300.0, gt=0)
    max_age_h: float = Field(default=24.0, ge=0)
    contact: str = ""


class Order(_Strict):
    """
    What Geonorge is asked to make ready for download (nedlasting.geonorge.no).

    Attributes
    ----------
    metadata_uuid
        Of the dataset.
    format, projection
        As the dataset's own code lists have them; the format's blanks do not matter.
    """

    metadata_uuid: str
    format: str = "GML"
    projection: str = "25832"


class Service(_Strict):
    """
    One service that gives (a part of) one layer.

    Attributes
    ----------
    id
        Its name in reports.
    layer
        Of the pack; None for a service that is listed but not built from.
    type
        How it is spoken to; ``none`` where there is no way for a program, and `why` says why.
    url
        Address, with ``{number}`` for the municipality; a path for a file.
    addresses
        Where to ask for the place of a postal address, for a register that has no places.
    fallbacks
        Other addresses of the same, tried in order where the one before does not answer.
    hosts
        Hosts beside the address's own that it may redirect to.
    login
        Where the service needs an account: ``X`` takes its name and password from
        NAERINGSAREAL_X_USER and NAERINGSAREAL_X_PASSWORD.
    params
        Sent with every question for features: a filter of the service's own (ArcGIS's ``where``,
        a WFS's ``cql_filter``, an OGC API's ``filter``), which is then not counted here;
        ``{number}`` is the municipality's. A WFS's filter takes the place of the box, since the
        standard allows only one of them.
    where
        Rules in CQL that a feature must fulfil to be kept, evaluated here and counted one by one.
        A feature of which it is not known whether it does (a null) is kept.
    source, licence, accuracy, note
        For the manifest.
    name
        Of the feature type (WFS), collection (OGC API), layer (ArcGIS: number or name; file).
    leave_out
        Elements of a WFS's features that are not read: GDAL takes the last shape of a feature for
        its shape, and a plot has its outline and a point.
    query
        What Overpass is asked for, with ``{bbox}``.
    order
        What Geonorge is asked to make ready.
    read_s, total_s
        Time limits of its own, in place of the policy's.
    keep
        Which of the features concern the municipality: by `number_column`, by a point inside,
        by any contact, or by being within `margin_m`.
    columns
        The pack's column → the service's columns in order of preference; ``{a}/{b}`` is put
        together of several.
    codes
        The pack's column → the service's value → the pack's value; others become unknown.
    constants
        The pack's column → a value that all features get.
    radius
        Radius in metres of the circle that stands for a point (or half the width of what stands for
        a line) where the layer holds areas; or the service's column with it. Without it, and where
        the column is empty, such a feature is left out and listed.
    date_column
        The service's column that tells how new a feature is.
    """

    id: str
    layer: str | None = None
    type: Kind
    url: str = ""
    addresses: str = ""
    fallbacks: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    login: str = ""
    params: dict[str, str] = Field(default_factory=dict)
    where: tuple[str, ...] = ()
    source: str
    licence: str = ""
    accuracy: str = ""
    note: str = ""
    why: str = ""
    name: str | int | None = None
    leave_out: tuple[str, ...] = ()
    query: str = ""
    order: Order | None = None
    read_s: float | None = Field(default=None, gt=0)
    total_s: float | None = Field(default=None, gt=0)
    headers: dict[str, str] = Field(default_factory=dict)
    page_size: int = Field(default=1000, ge=1)
    per_second: float = Field(default=5.0, gt=0)
    max_megabytes: int = Field(default=100, ge=1)
    keep: Keep = "inside"
    number_column: str = "kommunenummer"
    margin_m: float = Field(default=0.0, ge=0)
    columns: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    codes: dict[str, dict[str, str | int | float]] = Field(default_factory=dict)
    constants: dict[str, str | int | float | bool] = Field(default_factory=dict)
    radius: float | str | None = None
    date_column: str = ""

    @field_validator("where", mode="before")
    @classmethod
    def _several(cls, given: object) -> object:
        return (given,) if isinstance(given, str) else given

    def asked(self, number: str) -> dict[str, str]:
        """Return `params` for a municipality: ``{number}`` is its own."""
        return {name: value.replace("{number}", number) for name, value in self.params.items()}

    @property
    def recurrence_years(self) -> float | None:
        """The recurrence interval that all of its features are of, if it says one."""
        years = self.constants.get("recurrence_years")
        return float(years) if isinstance(years, int | float) else None

    @property
    def constraint_kind(self) -> str | None:
        """The kind of constraint that all of its features are of, if it says one."""
        kind = self.constants.get("kind")
        return str(kind) if kind is not None else None


class Catalogue(_Strict):
    """All services, and how patient we are."""

    policy: Policy = Policy()
    extends: bool = True
    renumbered: dict[str, str] = Field(default_factory=dict)
    services: tuple[Service, ...] = ()

    def of(self, layer: str) -> tuple[Service, ...]:
        """Return the services that give a layer, in the catalogue's order."""
        return tuple(service for service in self.services if service.layer == layer)


def read(path: Path | None = None) -> Catalogue:
    """
    Read the built-in catalogue, or a file of one's own.

    A file's services take the place of the built-in ones for the same layers; with
    ``extends = false`` the file is all there is. Paths of files are relative to the file.

    Raises
    ------
    ParameterError
        If the file is not there, is no TOML, or names what there is not.
    """
    built_in = _parse(BUILT_IN)
    if path is None:
        return built_in
    given = _parse(path)
    if not given.extends:
        return given
    layers = {service.layer for service in given.services}
    kept = [service for service in built_in.services if service.layer not in layers]
    return Catalogue(
        policy=given.policy if "policy" in given.model_fields_set else built_in.policy,
        renumbered=built_in.renumbered | given.renumbered,
        services=(*kept, *given.services),
    )


def _parse(path: Path) -> Catalogue:
    shown = quote(path)
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        catalogue = Catalogue.model_validate(given)
    except ValidationError as error:
        reason = services_file.misfit(error.errors()[0], given)
        raise ParameterError("error.catalogue", path=shown, reason=reason) from error
    except (OSError, ValueError, RecursionError) as error:
        raise ParameterError(
            "error.catalogue", path=shown, reason=services_file.unread(error)
        ) from error
    ids = [service.id for service in catalogue.services]
    for service in catalogue.services:
        wrong = _slip(service, ids)
        if wrong is not None:
            raise ParameterError("error.catalogue", path=shown, reason=wrong)
    here = path.resolve().parent
    return catalogue.model_copy(
        update={"services": tuple(_located(service, here) for service in catalogue.services)}
    )


def _slip(service: Service, ids: list[str]) -> Remark | None:
    """Say what a service names that there is not; None where it is in order."""
    name = quote(service.id)
    if ids.count(service.id) > 1:
        return Remark("services_file.twice", {"name": name})
    for address in _asked_addresses(service):
        if not _is_address(address):
            return Remark("services_file.address", {"name": name, "said": quote(address) or "–"})
    for rule in service.where:
        try:
            rules.parsed(rule)
        except rules.RuleSyntaxError as error:
            parts = {"name": name, "rule": quote(rule)}
            if str(error) == rules.AT_ITS_END:
                return Remark("services_file.rule_short", parts)
            return Remark("services_file.rule", {**parts, "at": str(error)})
    return None if service.layer is None else _slip_of_layer(service, service.layer)


def _slip_of_layer(service: Service, layer: str) -> Remark | None:
    name = quote(service.id)
    if layer not in schema.LAYERS:
        return Remark("services_file.layer", {"name": name, "said": quote(layer)})
    wanted = schema.LAYERS[layer].columns.columns
    for column in (*service.columns, *service.codes, *service.constants):
        if column not in wanted:
            return Remark("services_file.column", {"name": name, "said": quote(column)})
    return None


def _asked_addresses(service: Service) -> tuple[str, ...]:
    """Return the addresses that are asked over the net; a file may lie on the disk."""
    if service.type == "none" or (service.type == "file" and "://" not in service.url):
        return ()
    addresses = (service.addresses,) if service.addresses else ()
    return (service.url, *service.fallbacks, *addresses)


def _is_address(text: str) -> bool:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        return False
    return url.scheme in {"http", "https"} and bool(url.host)


def _located(service: Service, here: Path) -> Service:
    if service.type != "file" or service.url.startswith(("http://", "https://")):
        return service
    return service.model_copy(update={"url": str(here / service.url)})
