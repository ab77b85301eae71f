"""All that is shown and asked of a kind of constraint called «snow», for a process of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
from pathlib import Path

import pandas as pd
import pypdf
from shapely.geometry import mapping as as_json
from streamlit.testing.v1 import AppTest

from geo import i18n
from geo.__main__ import main as command
from geo.catalogue.codebook import codebook
from geo.pack import mapping
from geo.pack.read import DEFAULT_PACK, read_pack
from geo.report.write import report_bytes
from geo.screening.present import columns, document, paragraph
from geo.screening.screen import compare, screen
from geo.workspace import Workspace
from tests.support.packs import changed_pack
from tests.support.rows import rows

PLOT = "909/27"


def write_shown(folder):
    """Write to `folder`/shown.json what each place shows of a plot with a find of the kind."""
    pack = read_pack(DEFAULT_PACK)

    def with_snow(frame):
        plot = pack.layer("parcels").loc[lambda all_: all_["parcel_id"] == PLOT].union_all()
        more = frame.iloc[[0]].assign(constraint_id="s", kind="snow", severity="assess")
        return type(frame)(pd.concat([frame, more.set_geometry([plot], crs=frame.crs)]))

    directory = changed_pack(
        folder / "pack",
        change={"constraints": with_snow},
        real=("constraints", "constraint_coverage"),
    )
    os.environ["NAERINGSAREAL_PACK"] = str(directory)
    snowy = read_pack(directory)
    place = snowy.layer("constraints").loc[lambda all_: all_["kind"] == "snow"].geometry.iloc[0]
    context = Workspace.of(snowy).context
    sites = rows(place, place, id=["a", "b"])
    found = screen(context, sites, with_remedies=False)
    pdf = pypdf.PdfReader(io.BytesIO(report_bytes(found[:1], context)))

    def said(*arguments):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = command([*map(str, arguments)])
        return {"code": code, "said": out.getvalue()}

    def page(name, **query):
        app = AppTest.from_file(str(Path("app.py").resolve()), default_timeout=120)
        app.switch_page(f"pages/{name}.py")
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception, app.exception
        return app

    file = folder / "site.geojson"
    features = [{"type": "Feature", "properties": {"id": "a"}, "geometry": as_json(place)}]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    file.write_text(
        json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}),
        encoding="utf-8",
    )
    exported = folder / "constraints.csv"
    own = rows(place, hensynstype=["SNØSKREDFARE"], virkning=["vurder"], id=["1"])
    screening = page("5_screening", way="plot", plot=PLOT)
    searching = page("6_search", wish=json.dumps({"min_daa": 1.0, "avoid": ["snow"]}))
    book = codebook(snowy.layer("constraints"), "constraints", "nb")
    shown = {
        "page": screening.table[1].value.astype(str).to_numpy().tolist(),
        "json": document(found[0])["constraints"]["snow"]["status"],
        "text": paragraph(found[0]),
        "pdf": " ".join(one.extract_text() for one in pdf.pages),
        "compare": compare(found, "nb").loc["snøskred"].tolist(),
        "file": columns(found, context)["snow"].tolist(),
        "form": searching.multiselect[1].options,
        "page_search": [one.value.astype(str).to_numpy().tolist() for one in searching.dataframe],
        "screen": said("screen", file, "--json"),
        "avoid": said("search", "--min-daa", "1", "--avoid", "snow", "--json"),
        "wrong": said("search", "--min-daa", "1", "--avoid", "ice"),
        "export": said("layers", "export", "constraints", "--out", exported),
        "exported": exported.read_text(encoding="utf-8"),
        "codebook": {one.name: one.codes for one in book}["kind"],
        "prose": i18n.say("catalogue.constraints"),
        "own": mapping.apply("constraints", own, mapping.guess("constraints", own))[
            "kind"
        ].tolist(),
    }
    (folder / "shown.json").write_text(json.dumps(shown), encoding="utf-8")
