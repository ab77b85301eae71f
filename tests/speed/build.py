"""
A pack of 40 000 plots built with every entry of the catalogue, from services on this machine.

Run it from the repository root::

    python -m tests.speed.build

The services answer in their own protocols from the forms of `tests/services/forms`, repeated all
over a made-up municipality; pages are as large as the catalogue says, waiting between questions is
left out. The build runs in a process of its own, whose memory is measured. Goals: 5 minutes, 1 GB.
"""

import argparse
import json
import math
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from geo.pack.read import read_pack
from tests.support import official, world

GOAL_S, GOAL_GB = 300.0, 1.0
BUILDINGS, POINTS, FIRMS, FINDS = 20_000, 20_000, 3_000, 500
REACH_M = 2_000  # how far from its place a copy may lie
DEGREE_M = 111_320  # of latitude; of longitude half as much here
_PLACES = re.compile(r"(<gml:(?:posList|pos|lowerCorner|upperCorner)>)([^<]+)")
_ID = re.compile(r'gml:id="([^"]+)"')


def shifts(count):
    """Offsets east and north, metres, of so many copies that lie all over."""
    side = math.ceil(count**0.5)
    return [(REACH_M * (n % side) / side, REACH_M * (n // side) / side) for n in range(count)]


def wfs(form, count, first=None):
    """Repeat a feature collection's members; `first` makes a member of a number and a place."""
    head = form[: form.index("<wfs:member>")]
    members = re.findall(r"<wfs:member>.*?</wfs:member>", form, re.DOTALL)

    def copy(n, dx, dy):
        def moved(found):
            numbers = [float(one) for one in found[2].split()]
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            return found[1] + " ".join(f"{x + dx:.2f} {y + dy:.2f}" for x, y in pairs)

        member = _ID.sub(rf'gml:id="\1.{n}"', _PLACES.sub(moved, members[n % len(members)]))
        return re.sub(r"(<app:bygningsnummer>)\d+", rf"\g<1>{300_000_000 + n}", member)

    made = first or copy
    text = "\n".join(made(n, dx, dy) for n, (dx, dy) in enumerate(shifts(count)))
    head = re.sub(r'number(Matched|Returned)="\d+"', rf'number\1="{count}"', head)
    return f"{head}{text}\n</wfs:FeatureCollection>"


def plots(form, count):
    """Square plots in rows all over the municipality, in the form of the first one there."""
    template = re.search(r"<wfs:member>.*?</wfs:member>", form, re.DOTALL)[0]
    template = re.sub(r"<app:representasjonspunkt>.*?</app:representasjonspunkt>", "", template)
    side = math.ceil(count**0.5)
    step = (world.SIDE - 1_100) / side

    def plot(n, _dx, _dy):
        x, y = world.WEST + 10 + step * (n % side), world.SOUTH + 10 + step * (n // side)
        far, top = x + step - 1, y + step - 1
        corners = ((x, y), (far, y), (far, top), (x, top), (x, y))
        ring = " ".join(f"{east:.2f} {north:.2f}" for east, north in corners)
        member = _PLACES.sub(rf"\g<1>{ring}", template)
        member = _ID.sub(rf'gml:id="\1.{n}"', member)
        return re.sub(r"(<app:matrikkelnummerTekst>)[^<]+", rf"\g<1>{1 + n // 100}/{n}", member)

    return wfs(form, count, plot)


def arcgis(form, count):
    document = json.loads(form)
    oid = next(one["name"] for one in document["fields"] if one["type"].endswith("OID"))
    features = document["features"]
    document["features"] = [
        {
            "attributes": features[n % len(features)]["attributes"] | {oid: n + 1},
            "geometry": {
                "rings": [
                    [[x + dx, y + dy] for x, y in ring]
                    for ring in features[n % len(features)]["geometry"]["rings"]
                ]
            },
        }
        for n, (dx, dy) in enumerate(shifts(count))
    ]
    return json.dumps(document)


def moved(coordinates, dx, dy):
    if isinstance(coordinates[0], (int, float)):
        return [coordinates[0] + 2 * dx / DEGREE_M, coordinates[1] + dy / DEGREE_M]
    return [moved(one, dx, dy) for one in coordinates]


def ogcapi(form, count):
    document = json.loads(form)
    features = document["features"]
    document["features"] = [
        one
        | {"id": f"{one['id']}.{n}" if isinstance(one["id"], str) else 10_000 + n}
        | {
            "geometry": one["geometry"]
            and one["geometry"] | {"coordinates": moved(one["geometry"]["coordinates"], dx, dy)}
        }
        for n, (dx, dy) in enumerate(shifts(count))
        for one in [features[n % len(features)]]
    ]
    return json.dumps(document)


def overpass(form, count):
    """Repeat the first way: its nodes and tags."""
    way = re.search(r"<way id=.*?</way>", form, re.DOTALL)[0]
    wanted = re.findall(r'ref="(\d+)"', way)
    places = {
        number: (float(lat), float(lon))
        for number, lat, lon in re.findall(r'<node id="(\d+)" lat="([\d.]+)" lon="([\d.]+)"', form)
    }
    nodes, ways = [], []
    for n, (dx, dy) in enumerate(shifts(count)):
        for number in dict.fromkeys(wanted):
            lat, lon = places[number]
            lat, lon = lat + dy / DEGREE_M, lon + 2 * dx / DEGREE_M
            nodes.append(f'<node id="{n * 10 + int(number)}" lat="{lat:.7f}" lon="{lon:.7f}"/>')
        own = re.sub(r'ref="(\d+)"', lambda found, n=n: f'ref="{n * 10 + int(found[1])}"', way)
        ways.append(re.sub(r'way id="\d+"', f'way id="{9_000 + n}"', own))
    head = re.sub(r'(k="(?:ways|total)" v=")\d+', rf"\g<1>{count}", form[: form.index("<node")])
    return f"{head}{''.join(nodes)}{''.join(ways)}</osm>"


def businesses(form, count):
    document = json.loads(form)
    unit, address = document["underenheter"][0], document["adresser"][0]
    place = address["representasjonspunkt"]
    document["underenheter"], document["adresser"] = [], []
    for n, (dx, dy) in enumerate(shifts(count)):
        own = unit["beliggenhetsadresse"] | {"adresse": [f"Storgata {n + 1}"]}
        number = str(911_000_000 + n)
        document["underenheter"].append(
            unit | {"organisasjonsnummer": number, "beliggenhetsadresse": own}
        )
        at = {"lat": place["lat"] + dy / DEGREE_M, "lon": place["lon"] + 2 * dx / DEGREE_M}
        document["adresser"].append(
            address | {"adressetekst": f"Storgata {n + 1}", "representasjonspunkt": place | at}
        )
    return json.dumps(document)


def scaled(count):
    """Forms of a whole municipality."""
    forms = official.read_forms()
    by_type = {"wfs": wfs, "arcgis": arcgis, "ogcapi": ogcapi}
    for one in official.entries():
        if one.layer == "constraint_coverage":
            continue
        if one.type in by_type:
            many = POINTS if one.id == "building-points" else FINDS
            forms[one.id] = by_type[one.type](forms[one.id], many)
    forms["teig"] = plots(forms["teig"], count)
    forms["osm-buildings"] = overpass(forms["osm-buildings"], BUILDINGS)
    forms["businesses"] = businesses(forms["businesses"], FIRMS)
    return forms


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=40_000)
    count = parser.parse_args().plots
    with tempfile.TemporaryDirectory() as made, official.official(scaled(count)) as country:
        folder = Path(made)
        (folder / "services.toml").write_text(official.catalogue(country.url), encoding="utf-8")
        command = [sys.executable, "-m", "layers.build", "--municipality", world.NUMBER]
        command += ["--services", str(folder / "services.toml")]
        command += ["--work", str(folder / "work"), "--out", str(folder / "pack")]
        account = {
            "NAERINGSAREAL_NORGE_DIGITALT_USER": official.USER,
            "NAERINGSAREAL_NORGE_DIGITALT_PASSWORD": official.PASSWORD,
        }
        began = time.perf_counter()
        subprocess.run(  # noqa: S603
            command,
            check=True,
            env=os.environ | account,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        seconds = time.perf_counter() - began
        gigabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        report = json.loads((folder / "pack" / "report.json").read_text(encoding="utf-8"))
        found = {name: len(frame) for name, frame in read_pack(folder / "pack").layers.items()}
    told = {one["id"]: one["reason"] for layer in report["layers"] for one in layer["services"]}
    missing = {name: reason for name, reason in told.items() if reason}
    print(", ".join(f"{name} {number}" for name, number in found.items()))
    print(f"{len(told)} services, {len(country.asked)} questions")
    print(f"{found.get('parcels')} plots: {seconds:.1f} s, largest memory {gigabytes:.2f} GB")
    if missing or found.get("parcels") != count or seconds > GOAL_S or gigabytes > GOAL_GB:
        sys.exit(f"goal: {count} plots, {GOAL_S:.0f} s, {GOAL_GB} GB; missing: {missing}")


if __name__ == "__main__":
    main()
