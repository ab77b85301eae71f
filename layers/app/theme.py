"""
Our own colours in a dark theme, and how a page takes the one that the reader's system asks for.

Streamlit follows the system by itself (``[theme.light]`` and ``[theme.dark]`` in config.toml) and
sets ``color-scheme``, from which ``light-dark()`` of CSS chooses. So nothing here is chosen on the
server, and what is cached there holds for both.
"""

from __future__ import annotations

from typing import Final

from layers.app import style

# The grounds as in .streamlit/config.toml: of the page, and of the sidebar and fields.
GROUNDS: Final = {"light": ("#ffffff", "#f3f6f7"), "dark": ("#10191d", "#19262b")}

# Colour on the light ground → on the dark one. Texts keep 4.5:1, bars and lines 3:1.
DARK: Final = {
    style.INK: "#e8eff1",
    style.MUTED: "#a9b8be",
    style.PRIMARY: "#5fb8c9",
    style.TRACK: "#34454c",
    style.GOOD: "#4cc38a",
    style.BAD: "#ff8f85",
    style.UNSURE: "#e8a64c",
    style.OUTSIDE: "#e0944a",
    style.SHARE_COLOURS["excluded_m2"]: "#c58fdb",
    style.LINE_COLOURS[2]: "#b9a1e6",
    style.LINE_COLOURS[3]: "#e888a8",
    "white": GROUNDS["dark"][0],
}
# Of a badge, as `style.BADGE_COLOURS`: its ground, and its words.
DARK_BADGES: Final = {
    "illustrative": ("#3d2f14", "#f6d9a6"),
    "synthetic": ("#43211e", "#ffc9c2"),
}


def both(light: str) -> str:
    """Return a colour for CSS that follows the reader's theme; the same where it suits both."""
    return f"light-dark({light}, {DARK[light]})" if light in DARK else light


def background(light: str) -> str:
    """Return the declaration of a ground; a browser older than ``light-dark()`` has the light."""
    return f"background:{light};background:{both(light)}"


# A diagram is an SVG with our colours as attributes, and a rule of CSS goes before an attribute.
_DIAGRAMS: Final = "\n".join(
    f'  .stVegaLiteChart svg [{paint}="{light}"] {{{paint}: {both(light)};}}'
    for light in DARK
    for paint in ("fill", "stroke")
)

_BADGES: Final = "\n".join(
    f"  .badges .badge-{name} {{background: light-dark({fill}, {DARK_BADGES[name][0]});"
    f" color: light-dark({ink}, {DARK_BADGES[name][1]});"
    f" border-color: light-dark({ink}33, {DARK_BADGES[name][1]}55);}}"
    for name, (fill, ink) in style.BADGE_COLOURS.items()
)

CSS: Final = f"""
  :root {{--ink: {style.INK}; --muted: {style.MUTED}; --primary: {style.PRIMARY};
    --ground: white; --on-primary: white;}}
  @supports (color: light-dark(white, black)) {{
  :root {{--ink: {both(style.INK)}; --muted: {both(style.MUTED)};
    --primary: {both(style.PRIMARY)}; --ground: {both("white")};
    --on-primary: light-dark(white, #06262d);}}
{_DIAGRAMS}
{_BADGES}
  }}
  [data-testid="stCaptionContainer"] {{opacity: 1; color: var(--muted);}}
  [data-testid="stBaseButton-primary"] *, [data-testid="stBaseButton-primaryFormSubmit"] * {{
    color: var(--on-primary) !important;}}
  [data-testid="stWidgetLabel"] * {{color: var(--ink);}}
  /* Who sets wider lines and words (WCAG 1.4.12) is to see all of a button's text. */
  .stButtonGroup button {{height: auto; min-height: 2rem; overflow: visible;}}
  [data-testid="stPageLink-NavLink"] span, .stMarkdownEllipsis, .stMarkdownEllipsis * {{
    white-space: normal; overflow: visible;}}
  /* Streamlit shows the focus of some things by a shade that can hardly be seen, or not at all. */
  .stApp :is(a, button, summary, iframe, h1, canvas, [role="tab"], [role="slider"],
    [tabindex="0"]):focus-visible {{outline: 2px solid var(--primary); outline-offset: 2px;}}
"""
