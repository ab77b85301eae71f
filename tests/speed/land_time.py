"""
Where the time of the land account goes, and what a slider saves of it.

Run it from the repository root::

    python -m tests.speed.land_time --plots 40000

First the whole account in one thread, so that seconds add up: how much of it is spent inside the
geometry engine (GEOS, by shapely's functions), by kind of work, how much on copies of geometries,
and how much on all else (Python, NumPy, pandas). The engine's floor is what the calls that cut and
grow polygons take when they are made once more, alone, on the same pairs. Then one change of each
parameter on a basis, against the account made anew in the same run, in as many threads as usual.
"""

import argparse
import contextlib
import time
from collections import defaultdict
from unittest import mock

import numpy as np
import psutil
import shapely

from geo.geometry import overlay, polygons
from geo.land.basis import LandBasis
from geo.land.compute import account
from geo.land.pieces import BUFFERS_KEPT
from geo.land.rules import ReserveRules
from tests.speed import reserve_pack

CUTS = ("buffer", "difference", "intersection", "union_all")  # the account cannot do without
KINDS = {
    **{name: name for name in CUTS},
    **dict.fromkeys(("force_2d", "geometrycollections", "get_parts", "multipolygons"), "copies"),
    **dict.fromkeys(("to_wkb", "from_wkb"), "WKB"),
    **dict.fromkeys(("prepare", "covers", "intersects", "touches", "disjoint"), "predicates"),
    "maximum_inscribed_circle": "largest circles",
    "coverage_invalid_edges": "neighbours' edges",
    "is_valid": "validity",
    "area": "areas",
    "bounds": "bounds",
}
REPEATS = 2
ROUNDS = 3


class Clock:
    """Seconds inside shapely's functions, by kind, and the arguments of those that cut."""

    def __init__(self):
        self.seconds = defaultdict(float)
        self.calls = []

    def timed(self, name, function):
        def call(*args, **named):
            if name in CUTS:
                self.calls.append((function, args, named))
            before = time.perf_counter()
            try:
                return function(*args, **named)
            finally:
                self.seconds[KINDS[name]] += time.perf_counter() - before

        return call

    def tree(self, kind):
        clock = self

        class Timed(kind):
            def __init__(self, *args):
                before = time.perf_counter()
                super().__init__(*args)
                clock.seconds["search trees"] += time.perf_counter() - before

            def query(self, *args, **named):
                before = time.perf_counter()
                try:
                    return super().query(*args, **named)
                finally:
                    clock.seconds["search trees"] += time.perf_counter() - before

        return Timed


def whole(layers, *, measured):
    """Seconds of an account in one thread, all and by kind, and of its cuts made once more."""
    clock = Clock()
    with contextlib.ExitStack() as patched:
        for name in KINDS:
            timed = clock.timed(name, getattr(shapely, name))
            patched.enter_context(mock.patch.object(shapely, name, timed))
        patched.enter_context(mock.patch.object(shapely, "STRtree", clock.tree(shapely.STRtree)))
        for function in (overlay.in_threads, polygons.layer):
            alone = {**function.__kwdefaults__, "threads": 1}
            patched.enter_context(mock.patch.object(function, "__kwdefaults__", alone))
        before = time.perf_counter()
        account(*layers, measured=measured)
        seconds = time.perf_counter() - before
    floor = 0.0
    with overlay.quiet():
        for function, args, named in clock.calls:
            before = time.perf_counter()
            function(*args, **named)
            floor += time.perf_counter() - before
    return seconds, dict(clock.seconds), floor


def moves(layers):
    """Seconds of each change of a parameter on one basis, and of the account made anew."""
    found = defaultdict(list)

    def take(name, function):
        before = time.perf_counter()
        result = function()
        found[name].append(time.perf_counter() - before)
        return result

    process = psutil.Process()
    before = process.memory_info().rss
    basis = LandBasis(*layers)
    basis.account(measured=False)
    kept = process.memory_info().rss - before
    for step in range(1, ROUNDS + 1):
        for name, rules in (
            ("utilisation", ReserveRules(max_utilisation=0.6 + step / 100)),
            ("minimum part", ReserveRules(min_part_m2=1000.0 + 50 * step)),
            ("minimum width", ReserveRules(min_width_m=20.0 + step)),
            ("buffer", ReserveRules(building_buffer_m=15.0 + step)),
            ("back to the buffer before", ReserveRules()),
        ):
            take(name, lambda rules=rules: basis.account(rules, measured=False))
        take("made anew", lambda: account(*layers, measured=False))
    print(
        f"a basis keeps {kept / 1e6:.0f} MB with one buffer, "
        f"{(process.memory_info().rss - before) / 1e6:.0f} MB with {BUFFERS_KEPT} and what is left "
        "over from all accounts since"
    )
    return {name: float(np.median(seconds)) for name, seconds in found.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=40_000)
    options = parser.parse_args()
    town = reserve_pack.build(options.plots)
    layers = (town.parcels, town.plan_areas, town.zones, town.buildings, town.constraints)
    for measured in (False, True):
        seconds, kinds, floor = min(
            (whole(layers, measured=measured) for _ in range(REPEATS)), key=lambda took: took[0]
        )
        print(
            f"{options.plots} plots, one thread, {'checked' if measured else 'unchecked'}: "
            f"{seconds:.2f} s",
            flush=True,
        )
        kinds["Python, NumPy, pandas"] = seconds - sum(kinds.values())
        for kind, part in sorted(kinds.items(), key=lambda one: -one[1]):
            print(f"  {kind} | {part:.2f} s | {part / seconds:.0%}")
        print(
            f"  the same cuts alone | {floor:.2f} s | the account takes {seconds / floor:.2f} times"
            " as long",
            flush=True,
        )
    found = moves(layers)
    print(f"from a basis, {overlay.THREADS} threads, medians of {ROUNDS}:")
    for name, seconds in found.items():
        print(f"  {name} | {seconds:.2f} s | {seconds / found['made anew']:.2f} of an account anew")


if __name__ == "__main__":
    main()
