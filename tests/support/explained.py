"""Buttons that explain figures, in a page of AppTest."""

from __future__ import annotations

from layers.app import explain


def help_of(app, figure):
    """What is told where the pointer rests on the button of a number."""
    return next(
        one.proto.popover.help
        for one in _popovers(app.main)
        if one.proto.id.endswith(f"{explain.KEY}number_{figure}")
    )


def _popovers(block):
    for node in block.children.values():
        if getattr(node, "type", "") == "popover":
            yield node
        if hasattr(node, "children"):
            yield from _popovers(node)
