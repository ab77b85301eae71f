"""Layers and columns of a data pack: names, types, geometry kinds and what a value may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandera.pandas as pa

from geo.schema.kinds import CONSTRAINT_KIND

if TYPE_CHECKING:
    from collections.abc import Mapping

EPSG: Final = 25832
CRS: Final = f"EPSG:{EPSG}"

# Where a coordinate in EPSG:25832 may be and still concern Norway: the mainland with a wide margin
# (Vardø lies at x 1 313 000). Degrees and swapped axes fall outside.
MIN_X, MAX_X = -100_000.0, 1_400_000.0
MIN_Y, MAX_Y = 6_300_000.0, 8_000_000.0
# Svalbard and Jan Mayen, which are Norway too but no part of what is covered here: west, south,
# east, north in EPSG:25832, with the sea around them.
ISLANDS_AFAR: Final = (
    (400_000.0, 8_150_000.0, 1_400_000.0, 9_100_000.0),
    (-260_000.0, 7_880_000.0, MIN_X, 8_060_000.0),
)

POINT: Final = frozenset({"Point"})
LINE: Final = frozenset({"LineString", "MultiLineString"})
POLYGON: Final = frozenset({"Polygon", "MultiPolygon"})

ABC_CLASSES: Final = ("A", "B", "C")
SEVERITIES: Final = ("exclude", "assess")
YES_NO: Final = ("yes", "no")  # a flag that may be unknown
EFFECTS: Final = ("counts", "planned", "none")
# Whether a project takes land into use, or gives built-up land another plan.
NEW_AREA, REREGULATED = AREA_KINDS = ("new", "reregulated")
CONSTRAINT_KINDS: Final = tuple(CONSTRAINT_KIND)
CONTEXT_KINDS: Final = ("road", "rail", "river", "lake", "airfield")
PLACE_KINDS: Final = (
    *("institution", "education", "network", "company", "building"),
    *("meeting_place", "culture", "place"),
)
KNOWLEDGE_KINDS: Final = PLACE_KINDS[:3]  # what the axis Lørenskog–Ahus–Lillestrøm–Kjeller joins
UTILISATION_TYPES: Final = tuple(range(12, 19))  # SOSI Plan, utnyttingstype
# What kind of plan an area is of (SOSI Plan, plantype): two of the municipality's own plan, and
# three of regulation, of which the last stands for those of older acts too.
MUNICIPAL_PLANS: Final = ("kommuneplan", "kommunedelplan")
REGULATION_PLANS: Final = ("områderegulering", "detaljregulering", "reguleringsplan")
PLAN_TYPES: Final = (*MUNICIPAL_PLANS, *REGULATION_PLANS)
LAND_USE_STATUSES: Final = tuple(range(1, 4))  # 1 existing, 2 future, 3 further development

MUNICIPALITY_NO: Final = r"\d{4}"
DIGITS: Final = r"\d+"

JOBS: Final = ("jobs_low", "jobs", "jobs_high")

# A failed check names the text that tells a person about it.
VALUE_UNKNOWN: Final = "finding.value_unknown"
NEGATIVE: Final = "finding.negative_value"
NEGATIVE_JOBS: Final = "finding.negative_jobs"
JOBS_ORDER: Final = "finding.jobs_order"
MUNICIPALITY_NO_MALFORMED: Final = "finding.municipality_no_malformed"
CODE_MALFORMED: Final = "finding.code_malformed"


@dataclass(frozen=True)
class LayerSchema:
    """
    What one layer of a pack must hold.

    Attributes
    ----------
    id_column
        The column that names a feature; None where features have no name of their own.
    unique
        Whether two features with the same id are worth a warning.
    geometry
        Allowed geometry types after force_2d and repair.
    columns
        pandera schema; ``required`` columns must be there, others are filled with null (or their
        default); extra columns are allowed and kept.
    expected
        Whether a pack without the layer lacks something that a page shows.
    may_be_empty
        Whether no features is an answer (no plan cases, no constraints); elsewhere an empty layer
        is a missing one, so that nothing is shown as 0 for want of data.
    may_lack_place
        Whether a feature without a place is kept and counted, instead of left out.
    """

    id_column: str | None
    geometry: frozenset[str]
    columns: Any
    unique: bool = True
    expected: bool = True
    may_be_empty: bool = False
    may_lack_place: bool = False


def _column(dtype: str, *checks: Any, extra: bool = False, **options: Any) -> Any:  # noqa: ANN401  # pandera is untyped
    # `geo.schema.coercion` makes the types and names what is lost; metadata says which is meant.
    # An `extra` column is one of ours: a pack without it lacks nothing that was agreed, and what
    # needs it says what it lacks.
    settings = {"nullable": True, "required": False, "coerce": True} | options
    settings["metadata"] = {"dtype": dtype, "extra": extra}
    return pa.Column(dtype, list(checks), **settings)


def _text(*checks: Any, **options: Any) -> Any:  # noqa: ANN401
    return _column("str", *checks, **options)


def _id(**options: Any) -> Any:  # noqa: ANN401
    return _text(required=True, nullable=False, **options)


def _choice(*values: str, **options: Any) -> Any:  # noqa: ANN401
    return _text(pa.Check.isin(values, error=VALUE_UNKNOWN), **options)


def _quantity(error: str = NEGATIVE, *, extra: bool = False) -> Any:  # noqa: ANN401
    return _column("float64", pa.Check.ge(0, error=error), extra=extra)


def _number(*checks: Any) -> Any:  # noqa: ANN401
    return _column("float64", *checks)


def _integer(*checks: Any, **options: Any) -> Any:  # noqa: ANN401
    return _column("Int64", *checks, **options)


def _flag(*, default: bool = False, required: bool = False) -> Any:  # noqa: ANN401
    return _column("bool", default=default, required=required, nullable=False)


def _schema(columns: dict[str, Any], *checks: Any) -> Any:  # noqa: ANN401
    return pa.DataFrameSchema(columns, checks=list(checks), strict=False)


def jobs_in_order(frame: Any) -> Any:  # noqa: ANN401  # a check of pandera's, on its own types
    """Tell for each row whether low ≤ mid ≤ high holds among the numbers that are known."""
    # A negative number is named on its own; it does not put the others out of order too.
    low, mid, high = (frame[name].where(frame[name] >= 0) for name in JOBS)
    return ~((low > mid) | (mid > high) | (low > high))


_MUNICIPALITY_NO = pa.Check.str_matches(f"^{MUNICIPALITY_NO}$", error=MUNICIPALITY_NO_MALFORMED)
_LAND_USE_CODE = pa.Check.str_matches(f"^{DIGITS}$", error=CODE_MALFORMED)
_UTILISATION = pa.Check.isin(UTILISATION_TYPES, error=VALUE_UNKNOWN)
_STATUS = pa.Check.isin(LAND_USE_STATUSES, error=VALUE_UNKNOWN)
# Rows of which a number is not known are looked at too: low may be above high without a middle.
_JOBS_ORDER = pa.Check(jobs_in_order, error=JOBS_ORDER, ignore_na=False)

LAYERS: Final[Mapping[str, LayerSchema]] = {
    "municipality": LayerSchema(
        "municipality_no",
        POLYGON,
        _schema({"municipality_no": _text(_MUNICIPALITY_NO, required=True), "name": _text()}),
        unique=False,  # a municipality may come as one row an island
    ),
    "zones": LayerSchema(
        "zone_id",
        POLYGON,
        _schema(
            {
                "zone_id": _id(),
                "name": _text(required=True),
                "zone_type": _text(),
                "status_text": _text(),
                "abc": _choice(*ABC_CLASSES),
                "illustrative": _flag(),
                "source": _text(),
            }
        ),
    ),
    "growth_areas": LayerSchema(
        "area_id",
        POLYGON,
        _schema(
            {
                "area_id": _id(),
                "name": _text(required=True),
                "category": _text(),
                "counts": _flag(required=True),
                "illustrative": _flag(),
                "source": _text(),
            }
        ),
    ),
    "parcels": LayerSchema(
        "parcel_id",
        POLYGON,
        _schema({"parcel_id": _id(), "synthetic": _flag()}),
        unique=False,  # a gnr/bnr may have several teiger
    ),
    "plan_areas": LayerSchema(
        "plan_id",
        POLYGON,
        _schema(
            {
                "plan_id": _id(),
                "land_use_code": _text(_LAND_USE_CODE, required=True),
                "land_use_status": _number(_STATUS),
                "utilisation_type": _number(_UTILISATION),
                "utilisation_value": _quantity(),
                "max_floors": _quantity(),
                "plan_type": _choice(*PLAN_TYPES, extra=True),
            }
        ),
        unique=False,  # a plan holds many areas
    ),
    "buildings": LayerSchema(
        "building_id",
        POLYGON,
        _schema(
            {
                "building_id": _id(),
                "building_type": _text(),
                "floors": _quantity(),
                "gross_area_m2": _quantity(),
            }
        ),
    ),
    "constraints": LayerSchema(
        "constraint_id",
        POLYGON,
        _schema(
            {
                "constraint_id": _id(),
                "kind": _choice(*CONSTRAINT_KINDS, required=True, nullable=False),
                "severity": _choice(*SEVERITIES, required=True, nullable=False),
                "source": _text(),
                # What the service says of the find: its name, the flood's recurrence interval and
                # whether it is with climate, a value, a status, and how well its place is known.
                "name": _text(extra=True),
                "recurrence_years": _quantity(extra=True),
                "climate": _choice(*YES_NO, extra=True),
                "value": _text(extra=True),
                "status": _text(extra=True),
                "accuracy_m": _quantity(extra=True),
            }
        ),
        may_be_empty=True,
    ),
    "constraint_coverage": LayerSchema(
        None,
        POLYGON,
        _schema(
            {
                "kind": _choice(*CONSTRAINT_KINDS, required=True, nullable=False),
                # Of flood: the longest interval that has been mapped here.
                "recurrence_years": _quantity(extra=True),
                "source": _text(extra=True),
            }
        ),
    ),
    "stations": LayerSchema(
        "station_id", POINT, _schema({"station_id": _id(), "name": _text(required=True)})
    ),
    "projects": LayerSchema(
        "project_id",
        POINT | POLYGON,
        _schema(
            {
                "project_id": _id(),
                "name": _text(required=True),
                "zone_id": _text(),
                "business_type": _text(),
                "gross_area_m2": _quantity(),
                "site_area_m2": _quantity(),
                "area_kind": _choice(*AREA_KINDS, extra=True),
                "jobs_low": _quantity(NEGATIVE_JOBS),
                "jobs": _quantity(NEGATIVE_JOBS),
                "jobs_high": _quantity(NEGATIVE_JOBS),
                "jobs_source": _text(extra=True),
                "year": _integer(),
                "status": _text(),
                "effect": _choice(*EFFECTS, required=True, nullable=False),
                "source": _text(),
                "accuracy_m": _quantity(),
            },
            _JOBS_ORDER,
        ),
        may_be_empty=True,
    ),
    "corridor_nodes": LayerSchema(
        "seq",
        POINT,
        _schema({"seq": _integer(required=True, nullable=False), "name": _text()}),
    ),
    "context": LayerSchema(
        None,
        LINE | POLYGON,
        _schema({"name": _text(), "kind": _choice(*CONTEXT_KINDS, required=True)}),
    ),
    "places": LayerSchema(
        "place_id",
        POINT,
        _schema(
            {
                "place_id": _id(),
                "name": _text(required=True),
                "kind": _choice(*PLACE_KINDS, required=True),
                "zone_id": _text(),
                "employees": _quantity(),
                "employees_year": _integer(),
                "note": _text(),
                "source": _text(),
                "accuracy_m": _quantity(),
                "status": _text(),
            }
        ),
        expected=False,  # an extra of ours: a pack without it lacks nothing that was agreed
    ),
    # What official registers have beside: a pack without them lacks nothing that was agreed.
    "businesses": LayerSchema(
        "business_id",
        POINT,
        _schema(
            {
                "business_id": _id(),
                "name": _text(extra=True),
                "industry": _text(),  # SN2007 or SN2025, as «25.110»
                "employees": _quantity(),
                # Where the number is not given: between which two it lies (1 and 4).
                "employees_low": _quantity(extra=True),
                "employees_high": _quantity(extra=True),
                "date": _text(extra=True),
                "source": _text(extra=True),
                "accuracy_m": _quantity(extra=True),
            }
        ),
        expected=False,
        may_lack_place=True,
    ),
    "built_land": LayerSchema(
        "land_id",
        POLYGON,
        _schema(
            {
                "land_id": _id(),
                "land_use": _text(),
                "built_type": _text(),
                "source": _text(extra=True),
            }
        ),
        unique=False,
        expected=False,
    ),
    "building_points": LayerSchema(
        "building_id",
        POINT,
        _schema(
            {
                "building_id": _id(),
                "building_type": _text(),
                "building_status": _text(),
                "business_group": _text(extra=True),
                "date": _text(extra=True),
                "source": _text(extra=True),
            }
        ),
        expected=False,
    ),
    "grid": LayerSchema(
        "line_id",
        LINE,
        _schema(
            {
                "line_id": _id(),
                "name": _text(),
                "level": _text(),
                "voltage_kv": _quantity(),
                "source": _text(extra=True),
            }
        ),
        unique=False,
        expected=False,
    ),
}

ID_COLUMNS: Final = frozenset(layer.id_column for layer in LAYERS.values() if layer.id_column)
