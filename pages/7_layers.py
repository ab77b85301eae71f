"""Layers out: every layer and result with its preview, in the format and part that is wanted."""

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import shell
from layers.catalogue import area, downloads, service_panel, views

view = shell.setup("layers")

with view.part():
    chosen = area.choose(view)
    entry = views.choose(view)
    with view.part():
        views.show(view, entry, chosen)
    downloads.download_all(view, chosen)

service_panel.panel(view.pack)
