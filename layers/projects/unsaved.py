"""Forms of projects that are begun and not sent."""

from __future__ import annotations

from typing import Final

from layers.app.kept.forms import Forms

PART: Final = "projects"
FORMS: Final = Forms(PART, one="project", new="new")
