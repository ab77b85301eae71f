"""Whether the server lives, and whether it can be given visitors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from geo.errors import NaeringsarealError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def routes(base_path: str, *, public: bool = False) -> list[Route]:
    """
    Return the two addresses, below the app's own path.

    `/healthz` answers 200 as long as the process does: where it does not, restart it. `/readyz`
    answers 200 with the pack's id and the ledger's state, and 503 where there is no pack to show:
    give it no visitors. A ledger that cannot be reached does not make a server unready, since
    every page can still be read. On a public server the second says no more than whether.
    """
    base = f"/{base_path}" if base_path else ""
    ready = _ready_alone if public else _ready
    return [Route(f"{base}/healthz", _alive), Route(f"{base}/readyz", ready)]


async def _alive(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _ready(_: Request) -> Response:
    state = await anyio.to_thread.run_sync(_look)
    return JSONResponse(state, status_code=200 if state["ready"] else 503)


async def _ready_alone(_: Request) -> Response:
    state = await anyio.to_thread.run_sync(_look)
    return JSONResponse({"ready": state["ready"]}, status_code=200 if state["ready"] else 503)


def _look() -> dict[str, object]:
    from layers.app import cache, ledger  # noqa: PLC0415  # imported in one place: layers.whole

    try:
        pack, fault = cache.current_pack()
    except NaeringsarealError as error:
        return {"ready": False, "pack": None, "ledger": None, "reason": error.code}
    book = ledger.look(pack)
    wrong = fault or book.error
    return {
        "ready": True,
        "pack": pack.sha256[:8],
        "ledger": book.head.seq if book.head else None,
        "reason": wrong.code if wrong else None,
    }
