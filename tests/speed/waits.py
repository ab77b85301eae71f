"""
What a reader waits for beside the figures: reports, files to take away, files brought in, versions.

Run it from the repository root::

    python -m tests.speed.waits [--plots 40000] [--pack DIR]

Each is the work that a click begins, with nothing of it cached, on the embedded pack and on a town.
What takes more than a second is to show how far it is, and to let the reader stop it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from geo.catalogue import entries, selection
from geo.catalogue.qgis import together_as_file
from geo.catalogue.results import product
from geo.formats import write
from geo.formats.content import Content
from geo.formats.provenance import Provenance
from geo.indicators import key_figures
from geo.intake import sites as intake_sites
from geo.intake.systems.projection import Hints
from geo.jobs import norm_table
from geo.land import table as land_table
from geo.ledger import export
from geo.ledger.diff import read_changes
from geo.pack.candidate import Extent, Nature, candidate, joined
from geo.pack.diff import compare, compare_layer
from geo.pack.mapping import apply, guess
from geo.pack.read import DEFAULT_PACK, read_pack
from geo.pack.renewal import renewed, save_renewed
from geo.pack.replace import About, save, with_layer
from geo.pack.stories import filled, leaving, likely
from geo.pack.versions import Signature, VersionStore
from geo.report.write import report_bytes
from geo.schema import layers as schema
from geo.screening import present
from geo.screening.screen import screen
from geo.search import ranking
from geo.search.criteria import Criteria
from geo.workspace import Workspace
from layers.own_data.report import csv_bytes, findings
from tests.support.exchanging import ORIGIN, state
from tests.support.towns import town_pack

GOAL_S = 1.0
PROJECTS = 1_000
SITES = 5_000  # as many as are screened at once
SAID = Signature("A", "måling")
ABOUT = About("måling")


def worked():
    """Seconds of the processor, of the processes too that have ended."""
    return sum(os.times()[:4])


def timed(name, made):
    """Do it, and print its seconds, by the clock and the processor's, and whether they are many."""
    before, busy = time.perf_counter(), worked()
    found = made()
    seconds, busy = time.perf_counter() - before, worked() - busy
    mark = "above" if seconds > GOAL_S else ""
    print(f"  {mark:5} {seconds:6.2f} s {busy:6.2f} s  {name}", flush=True)
    return found


def sites_of(pack, count):
    """Squares on plots, as a file that a reader might bring."""
    plots = pack.layer("parcels")
    chosen = plots.iloc[[number % len(plots) for number in range(count)]].reset_index(drop=True)
    frame = chosen[["geometry"]].assign(
        id=[str(number) for number in range(count)],
        geometry=chosen.geometry.centroid.buffer(40),
    )
    return frame.assign(business_type="kontor", gross_area_m2=2_000.0)


def screenings(desk):
    pack = desk.pack
    context = timed("screening made ready, the land account with it", lambda: desk.context)
    many = timed(f"{SITES} sites screened", lambda: screen(context, sites_of(pack, SITES)))
    at = datetime.now(UTC)
    timed("PDF of a site", lambda: report_bytes([many[0]], context, at=at))
    timed("PDF of a site, once more", lambda: report_bytes([many[1]], context, at=at))
    timed("PDF of 50 sites", lambda: report_bytes(many[2:52], context, at=at))
    timed("GeoJSON of a site", lambda: present.as_bytes(many[:1], context, ".geojson", "nb"))
    timed(f"GeoJSON of {SITES} sites", lambda: present.as_bytes(many, context, ".geojson", "nb"))


def taken_out(desk):
    pack, items = desk.pack, []
    for entry in entries.entries():
        if entry.missing(pack) is None:
            content = timed(
                f"layer {entry.name} made ready",
                lambda entry=entry: selection.content(product(desk, entry.name), pack, "nb"),
            )
            items.append((entry, content))
    widest = max((content for _, content in items), key=lambda one: len(one.frame))
    few = next((one for _, one in items if 0 < len(one.frame) <= 3_000), widest)
    for content in (few, widest):
        for ending in write.FORMATS:
            crs = write.FORMATS[ending].only_crs or schema.CRS
            name = f"{len(content.frame)} features as {ending}"
            timed(name, partial(write.as_file, content, f"x{ending}", crs=crs))
    timed(
        "everything as one GeoPackage",
        lambda: together_as_file(items, "x.gpkg", crs=schema.CRS, progress=write.silent),
    )
    account = desk.usual_land
    norms = norm_table(desk.norms)
    said = land_table.provenance(pack, account.rules, norms)
    for ending in (".csv", ".geojson"):
        timed(
            f"{len(account.plots)} plots of vacant land as {ending}",
            lambda ending=ending: write.as_bytes(
                land_table.columns(account, norms), ending, provenance=said
            ),
        )
    wish = Criteria(min_daa=2)
    found = ranking.search(
        desk.context, desk.survey(join=False, densification=False), wish, limit=2_000
    )
    said = ranking.provenance(pack, wish, account)
    timed(
        f"{len(found.hits)} hits of a search as GeoJSON",
        lambda: write.as_bytes(found.hits, ".geojson", provenance=said),
    )


def brought_in(pack, folder):
    for count, what in ((SITES, "sites"), (len(pack.layer("parcels")), "plots")):
        source = sites_of(pack, count) if what == "sites" else pack.layer("parcels")
        for ending in (".gpkg", ".geojson", ".zip", ".csv"):
            path = folder / f"{what}{ending}"
            crs = write.FORMATS[ending].only_crs or schema.CRS
            file = write.as_file(_content(source), path.name, crs=crs)
            name = file.name
            read = intake_sites.open_sites if what == "sites" else intake_sites.read_layer
            more = {"near": pack.place()}
            timed(
                f"{count} {what} read from {name}, {len(file.data) / 1e6:.1f} MB",
                partial(read, file.data, name, **more),
            )


def _content(frame):
    said = Provenance("Kilde", "Lisens", "2026", synthetic=True, pack_sha256="0" * 64)
    return Content(frame=frame, provenance=said, codebook=(), title="Måling")


def list_of_projects(pack):
    """The list of projects out and back; so many are more than any municipality has."""
    place = pack.place()
    listed = state(
        *({"place": place.buffer(20 + number), "jobs": 10} for number in range(PROJECTS))
    )
    for ending, made in ((".xlsx", export.xlsx_bytes), (".gpkg", export.gpkg_bytes)):
        more = {"language": "nb"} if ending == ".xlsx" else {}
        out = partial(made, listed, (), ORIGIN, **more)
        data = timed(f"{PROJECTS} projects out as {ending}", out)
        back = partial(read_changes, data, ending, listed, taken=set(), hints=Hints(near=place))
        timed(f"{PROJECTS} projects back from {ending}", back)


def put_into_use(desk, folder):
    """The steps from a layer that was read to a version in use, for the largest and for zones."""
    pack = desk.pack
    store = VersionStore(folder / "versions")
    for layer in ("parcels", "buildings", "zones", "constraints"):
        existing = pack.layer(layer)
        print(f"  {layer}, {len(existing)} features")
        frame = existing.assign(geometry=existing.geometry.translate(0.5, 0.5))
        mapping = guess(layer, frame, existing)
        mapped = timed("columns mapped", partial(apply, layer, frame, mapping, existing))
        timed("likely story", partial(likely, layer, mapped, pack))
        new = timed(
            "checked",
            partial(
                candidate,
                layer,
                frame,
                mapping,
                pack,
                Nature.OWN,
                complete=partial(filled, layer, pack=pack),
            ),
        )
        new = timed("joined by id", partial(joined, new, pack, Extent.SAME_ID))
        rows = timed("report in words", partial(findings, new, "nb"))
        if rows:
            timed("report as CSV", partial(csv_bytes, rows))
        timed("what would be gone", partial(leaving, new, pack))
        after = timed("the pack as it would be", partial(with_layer, pack, new, ABOUT))
        timed("compared", partial(compare_layer, layer, existing, after.layer(layer)))
        other = Workspace(pack=after, lists=lambda: desk.listed, norms=desk.norms)
        timed(
            "key figures of it",
            lambda one=other: key_figures(one.pack, one.projects, one.usual_land),
        )
        made = timed(
            "written and put into use",
            partial(save, store, pack, new, ABOUT, SAID, replaces=store.choice().version),
        )
        timed("the version read", partial(store.read, made.id))
        timed("all layers compared", partial(compare, pack, store.read(made.id)))
        timed("put into use by its id", partial(store.activate, made.id, author="A"))


def official(desk, folder):
    pack = desk.pack
    store = VersionStore(folder / "official")
    names = [name for name in schema.LAYERS if pack.has(name)]
    after = timed("official: the pack as it would be", partial(renewed, pack, pack, names))
    timed("official: compared", partial(compare, pack, after))
    timed(
        "official: written and put into use",
        partial(save_renewed, store, pack, pack, names, SAID, replaces=store.choice().version),
    )


def measure(directory):
    pack = timed("pack read", partial(read_pack, directory))
    desk = Workspace(pack=pack)
    screenings(desk)
    taken_out(desk)
    with tempfile.TemporaryDirectory() as made:
        brought_in(pack, Path(made))
        list_of_projects(pack)
        put_into_use(desk, Path(made))
        official(desk, Path(made))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=40_000)
    parser.add_argument("--pack", type=Path, help="a pack that is there already, not the town")
    options = parser.parse_args()
    print("embedded pack")
    measure(DEFAULT_PACK)
    with tempfile.TemporaryDirectory() as made:
        print(f"{options.plots} plots")
        measure(options.pack or town_pack(Path(made) / "town", options.plots))


if __name__ == "__main__":
    main()
