"""
What counts as vacant business land: the parameters of the account, and the test of free parts.

Land set aside for business in a plan but not built (KDD, Arealregnskap i kommuneplan, chapter 4).
Densification is another number (`geo.land.densification`) and never part of this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Final

from geo.errors import ReserveRuleError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats

BUILDING_BUFFER_M: Final = 15.0  # S: the public method (SQL of ARV; NINA)
MIN_PART_M2: Final = 1000.0  # S: the public method's minimum for business land
# A: the check in the style of Miljødirektoratet drops fields nowhere wider than about 40 m, which
# is made for municipalities' large fields; a plot of 20 m still takes a workshop.
MIN_WIDTH_M: Final = 20.0
MAX_UTILISATION: Final = 0.6  # A: fuller plots are taken as built out

# S: arealformål in the national plan specification. Næring and its kinds, kjøpesenter and
# forretninger, sentrumsformål, and the combined purposes 1800–1831.
BUSINESS_CODES: Final = (
    *("1300", "1310", "1320", "1330", "1340", "1350", "1360", "1390"),
    *("1140", "1150", "1130"),
    *(str(code) for code in range(1800, 1832)),
)
PLAN_STATUSES: Final = ("1", "2", "3")  # S: existing, future, further development

# A buffer wider than this is a slip of the unit, and would join a whole town into one building.
WIDEST_BUFFER_M: Final = 1000.0

# Coordinates in UTM are doubles with a step of a nanometre, and an overlay rounds. A part that is
# exactly as large or as wide as asked for must pass wherever on the map it lies.
AREA_ROUNDING_M2: Final = 0.001


@dataclass(frozen=True, kw_only=True)
class ReserveRules:
    """
    The parameters of the land account. Each is the user's to change.

    Attributes
    ----------
    building_buffer_m
        Land this near a building is built (S; default 15 m). The public method does not ask whose
        building it is, so one on the neighbour's plot takes land here too.
    min_part_m2
        A free part smaller than this is dropped (S; default 1 000 m²).
    min_width_m
        A free part nowhere this wide is dropped (A; default 20 m): see `large`.
    max_utilisation
        A built plot counts for densification below this share of what its plan allows (A; 0.6).
    business_codes
        The arealformål that are business land (S). Text, not numbers.
    plan_statuses
        Arealbruksstatus to include: 1 existing, 2 future, 3 further development (S).

    Raises
    ------
    ReserveRuleError
        A negative or infinite measure, a buffer over `WIDEST_BUFFER_M`, a utilisation outside
        0–1, or an empty list of codes.
    """

    building_buffer_m: float = BUILDING_BUFFER_M
    min_part_m2: float = MIN_PART_M2
    min_width_m: float = MIN_WIDTH_M
    max_utilisation: float = MAX_UTILISATION
    business_codes: tuple[str, ...] = BUSINESS_CODES
    plan_statuses: tuple[str, ...] = PLAN_STATUSES

    def __post_init__(self) -> None:
        for name in ("building_buffer_m", "min_part_m2", "min_width_m", "max_utilisation"):
            value = getattr(self, name)
            if not isfinite(value) or value < 0:
                raise ReserveRuleError("error.reserve_rule", name=name, value=f"{value:g}")
        if self.building_buffer_m > WIDEST_BUFFER_M:
            raise ReserveRuleError(
                "error.reserve_rule", name="building_buffer_m", value=f"{self.building_buffer_m:g}"
            )
        if not 0 < self.max_utilisation <= 1:
            raise ReserveRuleError(
                "error.reserve_rule", name="max_utilisation", value=f"{self.max_utilisation:g}"
            )
        for name in ("business_codes", "plan_statuses"):
            codes = getattr(self, name)
            if not codes or not all(isinstance(code, str) for code in codes):
                raise ReserveRuleError(
                    "error.reserve_rule", name=name, value=", ".join(map(str, codes))
                )


def large(area_m2: Floats, rules: ReserveRules) -> NDArray[np.bool_]:
    """
    Tell which free parts are large enough to be reserve.

    Parameters
    ----------
    area_m2
        (n,) free land in each part: land of one plot, the borders of plans and zones dissolved.
    rules
        `min_part_m2`.

    Returns
    -------
    ndarray
        (n,) A part passes or falls as a whole, here and by `geo.geometry.width.wide`. One with a
        wide core keeps its narrow necks, for the rule drops fields that are *nowhere* wide;
        trimming the necks would be another rule.
    """
    passes: NDArray[np.bool_] = area_m2 >= rules.min_part_m2 - AREA_ROUNDING_M2
    return passes
