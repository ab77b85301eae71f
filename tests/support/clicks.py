"""A reader's clicks, counted in the browser as a hand makes them: on the page and in its frames."""

from __future__ import annotations

from dataclasses import dataclass, field

_LISTENER = """
() => {
    if (window.clicksAreCounted) return;
    window.clicksAreCounted = true;
    const named = node => {
        const one = node.closest?.('button, a, label, [role], [aria-label]') || node;
        const said = one.ariaLabel || one.innerText || one.getAttribute('class') || one.tagName;
        return said.trim().slice(0, 60);
    };
    // The press, not the click: a drag is one, and a key that presses a button is none.
    window.addEventListener('pointerdown', event => {
        if (event.isTrusted) window.countClick(named(event.target));
    }, true);
    window.addEventListener('keydown', event => {
        if (event.isTrusted) window.countKey(event.key);
    }, true);
}
"""


@dataclass
class Clicks:
    """What was clicked and which keys were pressed since the counting began, oldest first."""

    made: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def count(self):
        """How many clicks it took."""
        return len(self.made)

    def also(self, what):
        """Count a click that a test cannot make: a file that is chosen in the system's own box."""
        self.made.append(what)

    def __str__(self):
        return f"{self.count}: {' → '.join(self.made)}"


def counted(page):
    """
    Count every press of the mouse on a page and in its frames, from now on.

    Before the page is opened or after. Presses that a script makes up are not counted, nor is
    Playwright's `select_option`, `check(force=True)` or `set_input_files`, which press nothing: say
    those by `Clicks.also`.
    """
    clicks = Clicks()
    page.expose_binding("countClick", lambda _, what: clicks.made.append(what))
    page.expose_binding("countKey", lambda _, key: clicks.keys.append(key))
    page.add_init_script(f"({_LISTENER})()")
    for frame in page.frames:  # those that are open already
        frame.evaluate(_LISTENER)
    return clicks
