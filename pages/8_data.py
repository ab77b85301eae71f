"""The municipality's own data: the state of every layer, and each of them replaced or drawn."""

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import shell
from layers.app.kept import fields as kept_fields
from layers.app.kept import tabs as kept_tabs
from layers.app.texts import t
from layers.own_data import doctor_panel as data_doctor
from layers.own_data import draw as data_draw
from layers.own_data import state as data_state
from layers.own_data import upload as data_upload
from layers.own_data import versions as data_versions
from layers.own_data.official import tab as data_official

view = shell.setup("data")
data_state.done()
kept_fields.hold("data.", "data_layer", "data_zone")

with view.part():
    tabs = kept_tabs.show(
        {name: t(f"data.{name}") for name in ("state", "official", "upload", "draw", "versions")},
        key="data_tabs",
        default="official" if data_official.begun() else None,
        parameter="tab",
    )
    with tabs["state"]:
        if tabs["state"].open:
            data_state.table(view)
            data_doctor.show(view)
    with tabs["official"]:
        if tabs["official"].open:
            data_official.show(view)
    with tabs["upload"]:
        if tabs["upload"].open:
            data_upload.show(view)
    with tabs["draw"]:
        if tabs["draw"].open:
            data_draw.show(view)
    with tabs["versions"]:
        if tabs["versions"].open:
            data_versions.show(view)
