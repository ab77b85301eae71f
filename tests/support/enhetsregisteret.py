"""Enhetsregisteret and Kartverket's addresses as they answer; all content is made up."""

import json

from tests.support import world
from tests.support.hostile import Reply

MOST = 10_000


def unit(
    number,
    *,
    employees=None,
    registered=True,
    industry="25.110",
    lines=("Storgata 1",),
    postal="2000",
    municipality=world.NUMBER,
    **more,
):
    """One local unit; `employees` is left out of the answer where it is None, as for 1 to 4."""
    one = {
        "organisasjonsnummer": str(number),
        "navn": f"PRØVE {number}",
        "organisasjonsform": {"kode": "BEDR"},
        "overordnetEnhet": "999999999",
        "harRegistrertAntallAnsatte": registered,
        "beliggenhetsadresse": {
            "land": "Norge",
            "adresse": list(lines),
            "postnummer": postal,
            "poststed": "PRØVESTAD",
            "kommune": "PRØVEKOMMUNE",
            "kommunenummer": municipality,
        },
        **({} if industry is None else {"naeringskode1": {"kode": industry}}),
        **({} if employees is None else {"antallAnsatte": employees}),
    }
    return one | more


def register(units):
    """Answer as the register: pages by number, no further than `MOST`, codes by their beginning."""

    def answer(asked):
        size, page = int(asked.query["size"]), int(asked.query["page"])
        if (page + 1) * size > MOST:
            return Reply(json.dumps({"status": 400, "feilmelding": "For dypt"}), status=400)
        code = asked.query.get("naeringskode", "")
        held = [
            one for one in units if one.get("naeringskode1", {}).get("kode", "").startswith(code)
        ]
        shown = held[page * size : (page + 1) * size]
        document = {"page": {"size": size, "totalElements": len(held), "number": page}}
        if shown:
            document["_embedded"] = {"underenheter": shown}
        return json.dumps(document)

    return answer


def address(text, lon, lat, postal="2000"):
    """One official address."""
    return {
        "adressetekst": text,
        "postnummer": postal,
        "kommunenummer": world.NUMBER,
        "objtype": "Vegadresse",
        "representasjonspunkt": {"epsg": "EPSG:4258", "lat": lat, "lon": lon},
    }


def gazetteer(rows, most=1000):
    """Answer as the address service, `most` addresses on a page."""

    def answer(asked):
        assert asked.query["kommunenummer"] == world.NUMBER
        held = [
            one
            for one in rows
            if asked.query.get("postnummer", one["postnummer"]) == one["postnummer"]
            and asked.query.get("adressetekst", one["adressetekst"]).casefold()
            == one["adressetekst"].casefold()
        ]
        page = int(asked.query["side"])
        shown = held[page * most : (page + 1) * most]
        return json.dumps({"metadata": {"totaltAntallTreff": len(held)}, "adresser": shown})

    return answer


def both(units, rows, **settings):
    """Answer as both, told apart by the path."""
    answers = {"/underenheter": register(units), "/sok": gazetteer(rows, **settings)}
    return lambda asked: answers[asked.path](asked)
