"""Values that anybody may write into a link: wrong, hostile, or far too much of something."""

from __future__ import annotations

import json
import re

_ESCAPED = re.compile(r"\\[\\`*_{}\[\]<>#+!|$~:]")

# What must never reach a page as markdown or HTML. Each has a mark that no text of ours has.
HTML = "<img src=x onerror=alert(7351)>"
SCRIPT = "</script><script>alert(7351)</script>"
ATTRIBUTE = "\" onmouseover='alert(7351)' x=\""
MARKDOWN = "**7351** [her](https://evil.example/7351) ![](https://evil.example/7351.png)"
DIRECTIVES = ":red[7351] :material/delete: $\\href{javascript:alert(7351)}{x}$ `7351` # 7351"
LINES = "a\n\n# 7351\n\n- [x](javascript:alert(7351))\n\n---\n| 7351 | b |\n|---|---|"
# What of them may stand in no text that Streamlit reads as markdown, without a backslash before it.
LIVE = (
    "<img src=x",
    "<script>alert(7351",
    "<iframe srcdoc",
    "<b>7351",
    "**7351",
    "](https://evil.example",
    "](javascript:",
    ":red[7351",
    ":material/delete:",
    "$\\href",
    "`7351",
    "\n# 7351",
)


def _ring(corners):
    return ", ".join(f"{600_000 + place} {6_600_000 + place % 97}" for place in range(corners))


def _deep(levels):
    return "[" * levels + "]" * levels


def _wish(**asked):
    return json.dumps(asked)


# Kind → its values: a text, bytes that stand in the link as they are, or a list for a key that
# stands there often.
KINDS = {
    "nothing": [
        "",
        " \t\n ",
        "\u200b\u00ad\ufeff\u2060",
        "nan",
        "None",
        "True",
    ],
    "near nothing": [
        "0",
        "-0",
        "0.5",
        "5e-324",
    ],
    "below": [
        "-1",
        "-Infinity",
        "corridor:-1",
    ],
    "beyond numbers": [
        "1e999",
        "inf",
        "corridor:" + "9" * 5_000,
        "1e308",
        str(2**64),
        "1E5",
    ],
    "many digits": [
        "9" * 5_000,
        "1" * 100_000,
    ],
    "other digits": [
        "\u0663\u0664",
        "\u00b2",
        "\uff11\uff12/\uff13",
        "1_000",
        "0x10",
    ],
    "control": [
        "a\x00b",
        "\x01\x07\x08\x1b[31m\x7f\x85\u2028",
    ],
    "direction": [
        "\u202eabc\u202c\u200f\u2066",
        "a" + "\u0301" * 5_000,
        "\ufffe\uffff\U0010ffff",
    ],
    "long": [
        "lang " * 2_000,
        "x" * 100_000,
        "(" * 50_000,
    ],
    "markdown": [
        MARKDOWN,
        LINES,
        DIRECTIVES,
    ],
    "HTML": [
        HTML,
        "<iframe srcdoc='<b>7351</b>'></iframe>",
        SCRIPT,
        ATTRIBUTE,
    ],
    "SQL": [
        "' OR 1=1; DROP TABLE entries; --",
        "%_%\\%",
    ],
    "path": [
        "../../../../etc/passwd",
        "..\\..\\C:\\aux:NUL",
        "\\\\server\\share\\x",
        "file:///etc/passwd",
    ],
    "format": [
        "{0.__class__.__init__.__globals__} %s%n%(x)s {seq} ${jndi:ldap://x}",
        "{{7*7}}<%= 7 %>#{7}",
        '=HYPERLINK("https://evil.example")',
        "x\r\n2026-01-01 ERROR root: alt er borte",
    ],
    "percent": [
        b"%zz%",
        b"%252e%252e%252f%2500",
        b"a+b%26c%3dd;e",
    ],
    "no text": [
        b"%ff%fe%80",
        b"%ed%a0%80",
        b"%c0%ae%c0%ae%c0%af",
    ],
    "often": [
        ["x"] * 900,
        ["heia", "vedtatt", "sentrum", "", "0"] * 180,
    ],
    "many": [
        ",".join(f"zone:{n}" for n in range(5_000)),
        "; ".join(f"1/{n}" for n in range(5_000)),
        "\n".join([";".join(["59.955, 11.05"] * 100)] * 100),
    ],
    "endless": [
        f"POLYGON (({_ring(20_000)}))",
        _deep(50_000),
    ],
    "wrong JSON": [
        '{"min_daa": 1e999}',
        '{"min_daa": ' + "9" * 5_000 + "}",
        '{"road": "\\ud800"}',
    ],
    "wishes": [
        _wish(zones=["x"] * 5_000, avoid=["flood"] * 5_000),
        _wish(road=MARKDOWN, business_type=HTML, flood_class=SCRIPT),
        _wish(min_daa=0, max_daa=1e6, rectangle_m=[1e6, 1e6], max_station_m=0, min_bra_m2=1e6),
        _wish(min_daa=0, rectangle_m=[1, 1], join=False, densification=True),
        _wish(weights={"size": 5e-324, "station": 0, "road": 1e6}, join=False),
    ],
    "days and years": [
        "0001-01-01",
        "9999-12-31",
        "2026-W01-1",
        "2022, 2022",
        ", ".join(str(year) for year in range(1900, 2201)),
    ],
    "half right": [
        "zone:",
        "corridor:",
        "32V 614196 6647966; -59.9, -11.0; 90, 180",
    ],
}

# Values that mean something somewhere: ids of layers, words of choices, plots, places.
REAL = (
    *("sentrum", "ost", "vest", "heia", "kontorhus", "hall", "all", "corridor", "zone:ost"),
    *("corridor:1500", "1/2", "1/4", "1/1, 2/3/0/1 og 9/9", "3205-1/1", "gnr 2 bnr 1", "2/4"),
    *("59.955, 11.05", "614196 6647965", "way", "plot", "point", "drawn", "file", "kontor"),
    *("lager", "vedtatt", "forslag", "-", "+", "1", "20", "1500", "2024", "2022, 2026, 2031"),
    *("period", "year", "cumulative", "net", "projects", "reserve_zones", "gpkg", "csv", "25833"),
    *("nb", "en", "2026-01-01", '{"min_daa": 1}', '{"zones": ["ost"]}', "part", "own", "f2"),
)


def live_in(text, *, html=False):
    """What stands in a text as it could do harm there; a backslash takes it away in markdown."""
    read = text if html else _ESCAPED.sub("", text)
    marks = (*LIVE, "\" onmouseover='") if html else LIVE
    return [mark for mark in marks if mark in read]


def as_json(value):
    """A value as JSON; what is no number too, as Python writes it."""
    return json.dumps(value)
