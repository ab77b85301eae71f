"""Forms of sites that are begun and not sent."""

from __future__ import annotations

from typing import Final

from layers.app.kept.forms import Forms

PART: Final = "register"
FORMS: Final = Forms(PART, one="site", new="new_site")
