"""A page whose work takes long, to be waited for in a browser; its address says which work."""

import streamlit as st

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


waiting.place()
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
