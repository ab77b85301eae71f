"""A page whose work takes long, to be waited for in a browser; its address says which work."""

from pathlib import Path

import streamlit as st

from geo.formats import atomic
from layers.app import interface
from layers.app.heavy import waiting
from layers.app.heavy.job import Work
from layers.errors import HeavyWorkError
from tests.support import heavy_tasks

QUICK, LONG = 0.5, 120.0


def first(parts):
    return parts[0]


@st.cache_resource
def kept(key, _made):  # noqa: ARG001  # the key is the cache's
    return _made()


def write(folder):
    """Write a folder beside the others, as a version is written."""
    with atomic.draft_folder(folder) as draft:
        writing = Work(("write", str(draft)), heavy_tasks.fill_slowly, (str(draft), LONG), first)
        waiting.done(writing, "Skriver filer")
        atomic.put(draft, folder / "ferdig")


st.html(f"<style>{waiting.CSS}</style>")
st.html(interface.script("nb"), unsafe_allow_javascript=True)
waiting.place()
if folder := st.query_params.get("folder"):
    # Far down, as on a long page: the bar is to be seen from here.
    st.container(height=2000, border=False)
    if st.button("Skriv"):
        write(Path(folder))
    st.stop()
number = st.number_input("Nummer", value=1, key="number")
asked = (st.query_params.get("who", ""), number)
seconds = LONG if number == 1 else QUICK
try:
    steps = waiting.result(
        Work(asked, heavy_tasks.steps, (seconds,), first),
        lambda made: kept(asked, made),
        f"Regner nummer {number}",
    )
except HeavyWorkError as error:
    waiting.say(error)
else:
    st.write(f"Nummer {number}: {steps} trinn")
