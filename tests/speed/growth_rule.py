"""
How long the 90 % rule takes for a large ledger. Run: python -m tests.speed.growth_rule.

Prints two tables. The first: milliseconds to make 10 000 projects over the embedded pack's growth
areas ready, once for each state of the ledger, and for each answer after that (goal: under 100).
The second: milliseconds that a rerun of the page takes on the server with 1 000 projects (goal:
under 300), by Streamlit's own test harness, which reads all elements back as well.
"""

from __future__ import annotations

import logging
import os
import statistics
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from streamlit.testing.v1 import AppTest

from geo.growth.account import account
from geo.growth.calculation import Parameters, calculate
from geo.growth.effect import heaviest, what_if
from geo.growth.projects import prepared
from geo.growth.scenario import Override, Overrides, apply
from geo.growth.terms import Terms
from geo.growth.timeline import by_period, by_year
from geo.jobs import read_norms
from geo.ledger.database import ENVIRONMENT_VARIABLE
from geo.ledger.fields import EFFECT_OF_STATUS, STATUSES
from geo.ledger.store import Ledger
from geo.pack.read import DEFAULT_PACK, read_pack
from layers.app import shell

PROJECTS = 10_000
REPEATS = 7
GOAL_MS = 100
EVERY_TENTH = 10

PAGE_PROJECTS = 1_000
PAGE_GOAL_MS = 300
ROOT = Path(__file__).parents[2]


def large_ledger(areas, count=PROJECTS):
    """Projects strewn over the growth areas and around them: half points, half plots."""
    numbers = np.random.default_rng(3205)
    west, south, east, north = areas.total_bounds
    x, y = numbers.uniform(west, east, count), numbers.uniform(south, north, count)
    side = numbers.uniform(20, 400, count)
    plots = shapely.box(x, y, x + side, y + side)
    shapes = np.where(numbers.random(count) < 0.5, shapely.points(x, y), plots)
    jobs = numbers.integers(1, 400, count).astype(float)
    status = numbers.choice(STATUSES, count)
    every = np.arange(count) % EVERY_TENTH
    return gpd.GeoDataFrame(
        {
            "project_id": [f"p{number}" for number in range(count)],
            "name": [f"Prosjekt {number}" for number in range(count)],
            "business_type": numbers.choice([*read_norms()], count),
            "gross_area_m2": numbers.uniform(200, 20_000, count),
            "jobs_low": np.nan,
            "jobs": np.where(every < 6, jobs, np.nan),  # the rest from floor area
            "jobs_high": np.nan,
            "jobs_lost": np.where(every < 7, numbers.integers(0, 40, count), np.nan),
            "year": pd.array(
                np.where(every == 0, None, numbers.integers(2022, 2041, count)), "Int64"
            ),
            "status": status,
            "effect": [EFFECT_OF_STATUS[one] for one in status],
        },
        geometry=shapes,
        crs=areas.crs,
    )


def milliseconds(call):
    """Median milliseconds that a call takes, and the worst."""
    waits = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        waits.append((time.perf_counter() - start) * 1000)
    return statistics.median(waits), max(waits)


def opened_page():
    """Open the page on a ledger of many projects, which the environment names."""
    pack = read_pack(DEFAULT_PACK)
    ledger = Ledger.open(os.environ[ENVIRONMENT_VARIABLE], pack.municipality_no)
    projects = large_ledger(pack.layer("growth_areas"), PAGE_PROJECTS)
    ledger.seed(projects, author="Måling", reason="Måling")
    ledger.close()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.switch_page(shell.PAGES["rule"][0])
    return app.run()


def with_scenario(app):
    """Begin a scenario: from now on it is edited and compared at each rerun."""
    app.text_input(key="rule_new_name").set_value("Alternativ")
    next(one for one in app.button if one.label == "Kopier listen").click()
    return app.run()


def page_rows():
    """Milliseconds of a rerun: nothing new, another imagined project, another choice."""
    logging.disable(logging.WARNING)  # the harness has no server, and says so at every step
    with tempfile.TemporaryDirectory() as folder:
        os.environ[ENVIRONMENT_VARIABLE] = f"sqlite:///{Path(folder) / 'ledger.sqlite'}"
        app = opened_page()
        app.segmented_control(key="rule_until").set_value("other").run()
        jobs, years = iter(range(200, 900)), iter(range(2030, 2060))
        moves = {
            "nothing new": app.run,
            "another imagined project": lambda: (
                app.number_input(key="rule_jobs_high").set_value(float(next(jobs))).run()
            ),
            "another year, all figures anew": lambda: (
                app.number_input(key="rule_to").set_value(next(years)).run()
            ),
        }
        for name, move in moves.items():
            yield name, *milliseconds(move)
        with_scenario(app)
        for name, move in moves.items():
            yield f"{name}, beside a scenario", *milliseconds(move)
        assert not app.exception


def main():
    """Measure and print."""
    calculations()
    print()
    print(f"| page, {PAGE_PROJECTS} projects | median, ms | worst of {REPEATS}, ms | goal, ms |")
    print("|---|---|---|---|")
    for name, median, worst in page_rows():
        print(f"| {name} | {median:.0f} | {worst:.0f} | {PAGE_GOAL_MS} |")


def calculations():
    """Measure and print what the calculations take."""
    areas, norms = read_pack(DEFAULT_PACK).layer("growth_areas"), read_norms()
    projects = large_ledger(areas)
    state = prepared(projects, areas, norms)
    few = Overrides(changes={f"p{number}": Override(jobs=10.0) for number in range(100)})
    once = {
        "prepared (once for each state)": lambda: prepared(projects, areas, norms),
        "scenario with 100 changes": lambda: apply(projects, few),
        "calculate (all of it, from the start)": lambda: calculate(
            projects, areas, norms, Parameters()
        ),
    }
    after = {
        "account": lambda: account(state),
        "account, net, 2022–2030": lambda: account(
            state, Terms(net=True, from_year=2022, to_year=2030)
        ),
        "by_year": lambda: by_year(state),
        "by_year, cumulative, net": lambda: by_year(state, Terms(net=True), cumulative=True),
        "by_period": lambda: by_period(state, (2022, 2026, 2031)),
        "what_if": lambda: what_if(state, (10, 20, 30), 0.5),
        "heaviest": lambda: heaviest(state, 20),
    }
    print(f"| {PROJECTS} projects | median, ms | worst of {REPEATS}, ms | goal, ms |")
    print("|---|---|---|---|")
    for name, call in once.items():
        median, worst = milliseconds(call)
        print(f"| {name} | {median:.0f} | {worst:.0f} | |")
    for name, call in after.items():
        median, worst = milliseconds(call)
        print(f"| {name} | {median:.1f} | {worst:.1f} | {GOAL_MS} |")


if __name__ == "__main__":
    main()
