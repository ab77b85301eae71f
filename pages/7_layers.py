"""Layers out: every layer and result with its preview, in the format and part that is wanted."""

from layers import published, shell, takeout_area, takeout_files, takeout_views

view = shell.setup("layers")

with view.part():
    chosen = takeout_area.choose(view)
    entry = takeout_views.choose(view)
    with view.part():
        takeout_views.show(view, entry, chosen)
    takeout_files.download_all(view, chosen)

published.panel(view.pack)
