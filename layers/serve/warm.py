"""What is done before the first visitor: everything that the first of many would wait for."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, Final

from geo.errors import NaeringsarealError
from geo.land.rules import ReserveRules
from geo.transport import corridor

if TYPE_CHECKING:
    from collections.abc import Callable

    Tell = Callable[..., None]

# Python searches for rings of objects after so many new ones, and among the older after so many
# searches. What a page leaves behind is rings for the most part (Streamlit's elements know their
# parents), some 10 000 objects a run: with Python's own 700 a run is searched a dozen times.
THRESHOLDS: Final = (50_000, 20, 20)


def begin(tell: Tell) -> None:
    """
    Import, read, reckon and cut what every visitor needs, and take it out of the searches.

    A pack that cannot be used is told, and said on every page: the server is started all the same,
    since a page is where a pack is mended.

    Parameters
    ----------
    tell
        Called with a text's id and its parts before each step, and when all is done.
    """
    begun = time.monotonic()
    tell("serve.importing")
    from layers import whole  # noqa: F401, PLC0415  # seconds that a wrong setting need not wait for

    _hand_out_components()
    try:
        _reckon(tell)
    except NaeringsarealError as error:
        tell("serve.not_warm", reason=error)
    # What is here now stays for as long as the server: no search needs to look at it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    tell("serve.warm", seconds=f"{time.monotonic() - begun:.1f}")


def _hand_out_components() -> None:
    # A component is known to the server when a page imports it, and here none does: without this
    # there is no map on any page.
    import streamlit_folium  # noqa: PLC0415  # see above
    from streamlit import runtime  # noqa: PLC0415

    if runtime.exists():
        registry = runtime.get_instance().component_registry
        registry.register_component(streamlit_folium._component_func)  # noqa: SLF001  # no other way


def _reckon(tell: Tell) -> None:
    from layers.app import cache, ledger, shell  # noqa: PLC0415  # see above
    from layers.app.heavy import waiting, work  # noqa: PLC0415  # as above
    from layers.comparison import source as comparison  # noqa: PLC0415  # as above
    from layers.maps import pages as maps  # noqa: PLC0415  # as above
    from layers.maps import plots  # noqa: PLC0415  # as above
    from layers.search import form, views  # noqa: PLC0415  # as above

    tell("serve.reading")
    pack, fault = cache.current_pack()
    if fault:
        tell("serve.fallback", reason=fault)
    book = ledger.look(pack)
    if book.error:
        tell("serve.no_ledger", reason=book.error)
    view = shell.View(pack, cache.DataVersion(pack.sha256, (), book.at), book)
    if work.plots_are_heavy(pack):
        waiting.pool().warm()
    tell("serve.reckoning", name=pack.name)
    steps: list[Callable[[], object]] = [
        lambda: cache.zone_figures(pack, view.version),
        lambda: cache.growth_account(pack, view.version, adopted_only=False, estimates=True),
        lambda: cache.land_account(pack, pack.sha256, ReserveRules()),
        cache.settings_loaded,
        lambda: maps.overview(view),  # in the language that a page has unless it is asked otherwise
    ]
    listed = view.version._replace(register=book.register_at)
    few: list[Callable[[], object]] = [lambda: cache.workspace(pack, listed).sites]
    more: list[Callable[[], object]] = [
        lambda: cache.context(pack, listed),
        lambda: cache.corridor_view(pack, view.version, width_m=int(corridor.WIDTH_M)),
        # With it what the pack alone decides is known of all vacant land, whatever is wished of it.
        lambda: cache.hits(pack, listed, form.USUAL, limit=views.MOST),
        comparison.of_server,
    ]
    public = cache.is_public()  # without the pages that need more
    for step in [*steps, *(few if public else more)]:
        _unless_missing(step)
    if pack.has("parcels") and not public:
        tell("serve.cutting")
        _unless_missing(lambda: plots.ready(pack))


def _unless_missing(step: Callable[[], object]) -> None:
    try:
        step()
    except NaeringsarealError:
        return  # the page that needs it says what is missing, in the reader's language
