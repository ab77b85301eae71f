"""
A large SOSI file read as sites, beside the same areas as GeoPackage in the same run.

Run it from the repository root::

    python -m tests.speed.sosi

The file is a made-up plan: a grid of areas that share their borders, each border a curve of its own
with properties as FKB and Plan have them. Goal: 50 MB within ten seconds and one gigabyte.
"""

import argparse
import math
import resource
import sys
import tempfile
import time
from pathlib import Path

from geo.intake import worker
from geo.intake.sites import Limits, read_layer

GOAL_S, GOAL_MB = 10.0, 1_000
SIDE, STEP = 200.0, 2.5  # metres: of an area, and between the points of a border
EAST, NORTH = 600_000.0, 6_600_000.0
# As every curve and area of a plan has them.
PROPERTIES = """..KVALITET 82 200 *
..DATAFANGSTDATO 20210615
..IDENT
...LOKALID {id}
...NAVNEROM http://data.geonorge.no/plan
...VERSJONID 20240101
"""


def curve(number, points):
    first, *rest = [f"{round(north * 100)} {round(east * 100)}" for east, north in points]
    head = f".KURVE {number}:\n..OBJTYPE RpFormålGrense\n{PROPERTIES.format(id=number)}"
    inner = "\n".join(rest)
    return f"{head}..NØ\n{first} ...KP 1\n..NØ\n{inner} ...KP 1\n"


def line(x1, y1, x2, y2):
    """Points of a border that winds a little between two corners."""
    count = max(int(SIDE / STEP), 1)
    dx, dy = (x2 - x1) / count, (y2 - y1) / count
    for step in range(count + 1):
        off = math.sin(math.pi * step / count) * 3
        yield x1 + dx * step - dy * off, y1 + dy * step + dx * off


def written(path, megabytes):
    """Write a file of about that size; returns the number of its areas."""
    each = 2 * len(curve(1, line(EAST, NORTH, EAST + SIDE, NORTH)).encode()) + 400
    across = max(int(math.sqrt(megabytes * 1e6 / each)), 1)
    numbers = {}
    with path.open("w", encoding="iso8859_10", newline="\r\n") as file:
        file.write(".HODE\n..TEGNSETT ISO8859-10\n..TRANSPAR\n...KOORDSYS 22\n")
        file.write("...ORIGO-NØ 0 0\n...ENHET 0.01\n..SOSI-VERSJON 4.5\n")
        for row in range(across + 1):
            for column in range(across + 1):
                x, y = EAST + column * SIDE, NORTH + row * SIDE
                ends = {"east": (x + SIDE, y), "north": (x, y + SIDE)}
                for way, (x2, y2) in ends.items():
                    if (column if way == "east" else row) < across:
                        numbers[row, column, way] = len(numbers) + 1
                        file.write(curve(len(numbers), line(x, y, x2, y2)))
        for row in range(across):
            for column in range(across):
                south, north = numbers[row, column, "east"], numbers[row + 1, column, "east"]
                west, east = numbers[row, column, "north"], numbers[row, column + 1, "north"]
                number = len(numbers) + 1 + row * across + column
                file.write(f".FLATE {number}:\n..OBJTYPE RpArealformålOmråde\n")
                file.write(PROPERTIES.format(id=number) + "..RPAREALFORMÅL 1300\n")
                file.write(f"..REF :{south} :{east} :-{north} :-{west}\n..NØ\n")
                x, y = EAST + (column + 0.5) * SIDE, NORTH + (row + 0.5) * SIDE
                file.write(f"{round(y * 100)} {round(x * 100)}\n")
        file.write(".SLUTT\n")
    return across * across


def seconds(path, limits=None):
    began = time.perf_counter()
    frame = read_layer(path, limits=limits)
    return time.perf_counter() - began, frame


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=50)
    asked = parser.parse_args().megabytes
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "plan.sos"
        count = written(path, asked * 0.95)
        size = path.stat().st_size / 1e6
        took, frame = seconds(path)
        worker.close_idle()  # so that the reader's memory is counted
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        memory = used.ru_maxrss / 1e3
        assert len(frame) == count
        print(f"{size:.1f} MB, {count} areas, {frame.count_coordinates().sum()} points")
        processor = used.ru_utime + used.ru_stime
        print(f"SOSI {took:.1f} s, of which the reader {processor:.1f} s, {memory:.0f} MB")
        package = Path(made) / "plan.gpkg"
        frame.to_file(package)
        beside, _ = seconds(package, Limits(megabytes=500))
        print(f"GeoPackage {beside:.1f} s, ratio {took / beside:.1f}")
    if took > GOAL_S or memory > GOAL_MB:
        sys.exit(f"goal: within {GOAL_S:.0f} s and {GOAL_MB} MB")


if __name__ == "__main__":
    main()
