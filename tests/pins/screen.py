"""Pages as text: each element in its order, with all that is said in it."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from pathlib import Path
from unittest import mock

from google.protobuf.json_format import MessageToDict
from streamlit import dataframe_util
from streamlit.elements.widgets.button import ButtonMixin

from layers.maps import offline
from tests.pins import dumps

# What lies in a message beside the words: ids, layout, and where bytes are fetched.
_UNSAID = {
    *("id", "pageScriptHash", "formId", "url", "deferredFileId", "elementType", "wrap", "uuid"),
    *("gapConfig", "widthConfig", "heightConfig", "textAlignmentConfig", "align", "scale"),
    *("direction", "weight", "flexContainer", "justify", "setValue", "rawValue", "rawValues"),
    *("arrowData", "spec", "jsonArgs", "columnOrder", "selectionState", "max", "theme", "tag"),
    *(
        "labelVisibility",
        "maxUploadSizeMb",
        "data",
        "datasets",
        "useContainerWidth",
        "ignoreRerun",
        "value",
    ),
}
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_PICTURE = re.compile(r"base64,[A-Za-z0-9+/=]+")
_SHEET = re.compile(r'sheet\.textContent = "(?:[^"\\]|\\.)*"')
_ELEMENT_ID = re.compile(r"[0-9a-f]{32}")
_TIP = re.compile(r'"tip": ?("(?:[^"\\]|\\.)*")')
_MADE = re.compile(r"\b(L\.[A-Za-z.]+)\(")
_AGE = re.compile(r"^\d+ (år|years?)$")  # of a layer: another one next year
_AGES = ("Alder", "Age")
_WIDTH = 140
_CHOSEN = {
    *("button_group", "checkbox", "date_input", "multiselect", "number_input", "radio"),
    *("selectbox", "slider", "select_slider", "text_area", "text_input", "toggle"),
}


def text(app):
    """Return all that a page shows."""
    lines = []
    for block in app._tree.children.values():
        _block(block, lines, 0)
    asked = "".join(f"  {name}: {value}\n" for name, value in sorted(_asked(app).items()))
    return f"address\n{asked}" + "\n".join(lines) + "\n"


@contextlib.contextmanager
def taken():
    """Take every file that a page offers, as soon as it offers it."""
    files = []
    usual = ButtonMixin._download_button

    def offer(self, label, data, file_name=None, *rest, **more):
        made = data() if callable(data) else data
        files.append((str(file_name), made.encode() if isinstance(made, str) else made))
        return usual(self, label, made, file_name, *rest, **more)

    with mock.patch.object(ButtonMixin, "_download_button", offer):
        yield files


def files_text(files):
    """Return what files hold that were taken."""
    parts = []
    with tempfile.TemporaryDirectory(prefix="pins-") as home:
        for number, (name, data) in enumerate(files):
            path = Path(home) / f"{number}" / name
            path.parent.mkdir()
            path.write_bytes(data)
            parts.append(f"--- {name}\n{dumps.file(path)}")
    return "".join(parts)


def _asked(app):
    return {name: app.query_params[name] for name in app.query_params}


def _block(block, lines, depth):
    for child in block.children.values():
        _element(child, lines, depth)
        if hasattr(child, "children"):
            _block(child, lines, depth + 1)


def _element(element, lines, depth):
    kind, proto = element.type, element.proto
    said = {} if proto is None else _words(MessageToDict(proto))
    if proto is not None and hasattr(proto, "body"):
        said["body"] = _PICTURE.sub(
            lambda hit: f"base64 {dumps.digest(hit.group())}",
            _STYLE.sub(lambda hit: f"<style {dumps.digest(hit.group())}>", proto.body),
        )
    said |= _special(element, kind)
    indent = "  " * depth
    if not said and not hasattr(element, "children"):
        lines.append(f"{indent}{kind}")
        return
    if hasattr(element, "children") and not said:
        lines.append(f"{indent}{kind}:")
        return
    lines.append(f"{indent}{kind}")
    for name, value in said.items():
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        first, *rest = shown.splitlines() or [""]
        lines.append(f"{indent}  {name}: {first}")
        lines += [f"{indent}    {line}" for line in rest]


def _words(said):
    if isinstance(said, dict):
        return {k: _words(v) for k, v in said.items() if k not in _UNSAID}
    return [_words(one) for one in said] if isinstance(said, list) else said


def _special(element, kind):
    if kind in ("dataframe", "arrow_data_frame", "table", "arrow_table"):
        return {"rows": _rows(element)}
    if kind == "vega_lite_chart":
        return {"spec": dumps.text("\n".join(_lines(json.loads(element.proto.spec))))}
    if kind == "component_instance":
        return _map(json.loads(element.proto.json_args))
    # What is only shown has its words in the message.
    return {"value": _plain(element.value)} if kind in _CHOSEN else {}


def _lines(value, name="", depth=0):
    """JSON with as much on a line as fits."""
    indent, head = " " * depth, f"{json.dumps(name)}: " if name else ""
    whole = json.dumps(value, ensure_ascii=False)
    if len(whole) <= _WIDTH or not isinstance(value, (dict, list)):
        return [f"{indent}{head}{whole}"]
    keyed = value.items() if isinstance(value, dict) else (("", one) for one in value)
    inner = [line for key, one in keyed for line in _lines(one, key, depth + 1)]
    start, end = "{}" if isinstance(value, dict) else "[]"
    return [f"{indent}{head}{start}", *inner, f"{indent}{end}"]


def _plain(value):
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _rows(element):
    arrow = getattr(element.proto, "arrow_data", element.proto)
    frame = element.value
    styler = getattr(arrow, "styler", None)
    if styler is not None and styler.display_values:
        shown = dataframe_util.convert_arrow_bytes_to_pandas_df(styler.display_values)
        if shown.shape == frame.shape:
            shown.columns, shown.index = frame.columns, frame.index
            frame = shown
    for name in _AGES:
        if name in frame:
            ages = frame[name].astype(str).str.replace(_AGE, "<age>", regex=True)
            frame = frame.assign(**{name: ages})
    rows = [
        (place, *row) for place, row in zip(frame.index, frame.itertuples(index=False), strict=True)
    ]
    return dumps.table(["", *map(str, frame.columns)], rows)


def _map(told):
    """Return what a map says: its tooltips, how much is drawn, and a digest of the rest."""
    if "js_links" not in told:
        return {"arguments": told}
    scripts = [told.get("feature_group") or ""]
    scripts += [
        # Where the page wrote it: the tests of pages have a folder of their own for that.
        (offline.MAPS / link.rsplit("/", 1)[1]).read_text(encoding="utf-8")
        for link in told["js_links"]
        if "/made/maps/" in link
    ]
    script = _SHEET.sub("", "\n".join(scripts))
    known = {}
    script = _ELEMENT_ID.sub(lambda hit: known.setdefault(hit.group(), f"id{len(known)}"), script)
    tips = [json.loads(one) for one in _TIP.findall(script)]
    made = _MADE.findall(script)
    counted = ", ".join(f"{one} {made.count(one)}" for one in sorted(set(made)))
    return {
        "height": told.get("height"),
        "returned": told.get("returned_objects"),
        "drawn": counted,
        "script": f"{len(script)} characters, digest {dumps.digest(script)}",
        "tips": dumps.text("".join(f"{one}\n" for one in tips)),
    }
