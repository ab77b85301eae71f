"""What the reader chooses on the page of vacant land; all of it lives in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo.land import rules as land_rules
from geo.transport import corridor
from layers.app import address, texts
from layers.app.texts import t

if TYPE_CHECKING:
    from geo.pack.read import Pack

ALL: Final = "all"
CORRIDOR: Final = "corridor"
DEFAULTS: Final = land_rules.ReserveRules()
_BUFFER_BEFORE: Final = "reserve_buffer_before"


@dataclass(frozen=True)
class Slider:
    """
    One parameter: its name in ReserveRules, its key in the address, its range and its variants.

    `scale` is how many of the slider's units make one of the rule's. `low` and `high` are the
    values that the sensitivity tries, in the slider's units.
    """

    rule: str
    key: str
    default: float
    smallest: int
    largest: int
    step: int
    low: int
    high: int
    scale: float = 1.0

    @property
    def default_shown(self) -> int:
        """The default in the slider's units."""
        return round(self.default * self.scale)


_BUFFER: Final = Slider(
    "building_buffer_m", "buffer", land_rules.BUILDING_BUFFER_M, 0, 50, 1, 10, 20
)
SLIDERS: Final = (
    _BUFFER,
    Slider("min_part_m2", "part", land_rules.MIN_PART_M2, 0, 10_000, 250, 500, 2000),
    Slider("min_width_m", "minwidth", land_rules.MIN_WIDTH_M, 0, 60, 2, 10, 40),
    Slider("max_utilisation", "util", land_rules.MAX_UTILISATION, 5, 100, 5, 40, 80, scale=100),
)


def rules() -> land_rules.ReserveRules:
    """Return the parameters of the account, with a slider for each and its default and source."""
    values = [_begin(slider) for slider in SLIDERS]
    # Folded but where a link brings values of its own. As it was first: a box whose `expanded`
    # changes is folded or opened under the reader's hand.
    changed = any(
        begun != slider.default_shown for begun, slider in zip(values, SLIDERS, strict=True)
    )
    unfolded = st.session_state.setdefault("reserve_rules_unfolded", changed)
    with st.expander(t("reserve.rules"), icon=":material/tune:", expanded=unfolded):
        columns = st.columns(2)
        for place, (slider, begun) in enumerate(zip(SLIDERS, values, strict=True)):
            with columns[place % 2]:
                st.slider(
                    t(f"reserve.rule_{slider.rule}"),
                    slider.smallest,
                    slider.largest,
                    value=begun,
                    step=slider.step,
                    key=slider.key,
                )
                default = texts.num(slider.default_shown)
                st.caption(t(f"reserve.source_{slider.rule}", default=default))
        st.button(t("reserve.rules_reset"), icon=":material/undo:", on_click=_reset)
    for slider in SLIDERS:
        address.keep(slider.key, st.session_state[slider.key], slider.default_shown)
    return with_values({slider.rule: st.session_state[slider.key] for slider in SLIDERS})


def next_rules(rules: land_rules.ReserveRules) -> land_rules.ReserveRules | None:
    """
    Return the rules of the next step of the building buffer, if the reader moved it last.

    On the way that it was moved; None where it was not, or is at its end. To be asked once a run.
    """
    slider = _BUFFER  # of all, the one whose account takes long
    now = st.session_state[slider.key]
    before = st.session_state.get(_BUFFER_BEFORE, now)
    st.session_state[_BUFFER_BEFORE] = now
    following = now + slider.step * ((now > before) - (now < before))
    if following == now or not slider.smallest <= following <= slider.largest:
        return None
    return replace(rules, **{slider.rule: following / slider.scale})


def with_values(shown: dict[str, float]) -> land_rules.ReserveRules:
    """Return the rules with these values, given in the sliders' units."""
    scale = {slider.rule: slider.scale for slider in SLIDERS}
    values: dict[str, Any] = {rule: value / scale[rule] for rule, value in shown.items()}
    return replace(DEFAULTS, **values)


def area(pack: Pack) -> str:
    """Let the reader choose the municipality, the corridor or a zone; returns its key."""
    zones = pack.layer("zones").sort_values("name")
    names = texts.labels(dict(zip(zones["zone_id"], zones["name"], strict=True)), pack.directory)
    choices = [ALL, *([CORRIDOR] if pack.has("corridor_nodes") else []), *names]
    asked = address.read("zone", str, ALL)
    if asked not in choices:
        st.warning(t("reserve.area_not_found"), icon=":material/help:")
        asked = ALL
    begun = address.begin_at("reserve_area", choices, asked)

    def written(choice: str) -> str:
        if choice == ALL:
            return t("reserve.area_all")
        if choice == CORRIDOR:
            return t("reserve.area_corridor", width=corridor.WIDTH_M)
        return names[choice]

    chosen = str(
        st.selectbox(
            t("reserve.area"), choices, index=begun, format_func=written, key="reserve_area"
        )
    )
    address.keep("zone", chosen, ALL)
    return chosen


def plot() -> str | None:
    """Return the parcel_id that the address names, if any."""
    return address.text("plot")


def choose_plot(parcel_id: str | None) -> None:
    """Write the chosen plot into the address, or take it out."""
    address.keep("plot", parcel_id)


def _begin(slider: Slider) -> int:
    limits = address.whole(slider.smallest, slider.largest)
    return int(address.begin(slider.key, address.read(slider.key, limits, slider.default_shown)))


def _reset() -> None:
    for slider in SLIDERS:
        st.session_state[slider.key] = slider.default_shown
