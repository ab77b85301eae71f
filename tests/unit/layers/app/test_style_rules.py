"""The style of every page asks the browser for no more than it must."""

from __future__ import annotations

import re

import pytest

from layers.app import shell
from layers.help import guide
from layers.maps import frame

SHEETS = {"shell": shell.CSS, "guide": guide.CSS, "frame": frame.CSS}


@pytest.mark.parametrize("name", SHEETS)
def test_a_rule_with_has_names_what_it_is_about(name):
    # «:has(> .one)» alone is asked of all that is on the page, when anything comes or goes.
    assert not re.findall(r"(?<![\w\])(]):has\([^{]*", SHEETS[name])


@pytest.mark.parametrize("name", SHEETS)
def test_no_rule_asks_of_anything_what_is_not_in_it(name):
    # «:not(:has(…))» alone, above others, makes each change on the page ask all of it once more.
    assert not re.findall(r"(?<![\w\])]):not\(:has\([^{]*", SHEETS[name])
