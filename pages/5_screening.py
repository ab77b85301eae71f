"""Screen a proposed site: what a case officer needs to know, in seconds."""

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import shell
from layers.screening import downloads, run, views
from layers.screening import input as screening_input

view = shell.setup("screening")

with view.part():
    sites = screening_input.sites(view)
    if sites is None:
        screening_input.begin(view)
    else:
        run.notes(sites)
        found = run.counted(view, sites)
        place = views.many(found) if len(found) > 1 else 0
        if len(found) > 1:
            views.compare(found)
        views.one(view, found[place])
        downloads.text(view, found[place])
        downloads.downloads(view, found, place)
