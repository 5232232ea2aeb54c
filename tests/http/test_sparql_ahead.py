"""`/sparql` is found before the router: wherever it is mounted, errors and methods alike."""

from __future__ import annotations

import asyncio
import json

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.web.streaming import ClientLeftError, WhileThere
from tests.conftest import Workspace
from tests.http.support import raw_get


@pytest.mark.parametrize("root", ["", "/pad/diep"])
@pytest.mark.parametrize("mounted", [True, False])
def test_any_place_answers_and_refuses(trees: Workspace, root: str, *, mounted: bool) -> None:
    app = trees.app()
    if mounted:
        app, asked, root = Starlette(routes=[Mount(root or "/pad", app=app)]), root or "/pad", ""
    else:
        asked = root
    here = f"{asked}/sparql"
    said = raw_get(app, here, {"accept": "text/turtle"}, root=root)
    assert (said.status, said.headers["content-type"]) == (200, "text/turtle; charset=utf-8")
    for query, status, code in (
        ("query=x", 400, "query-refused"),
        ("update=x", 400, "query-refused"),
        ("query=ASK%7B%7D", 503, "store-unavailable"),  # nobody started the engine
    ):
        refused = raw_get(app, f"{here}?{query}", root=root)
        assert refused.status == status, refused.body
        assert refused.headers["content-type"] == "application/problem+json"
        assert json.loads(refused.body)["code"] == code


def test_other_methods_are_told_what_is_offered(small: TestClient) -> None:
    answer = small.put("/sparql", content=b"x")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


async def _wait(seconds: float, *, leaves: bool, after: float, most: float | None) -> None:
    async def receive() -> dict[str, str]:
        if not leaves:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async with WhileThere(receive, after, most):
        await asyncio.sleep(seconds)


def test_who_leaves_or_takes_too_long_ends_the_wait() -> None:
    for leaves, most in ((True, None), (False, 0.01)):
        with pytest.raises(ClientLeftError):
            asyncio.run(_wait(30, leaves=leaves, after=0.0, most=most))


def test_nobody_looks_at_first() -> None:
    asyncio.run(_wait(0, leaves=True, after=30, most=30))


def test_a_cancellation_by_others_stays_one() -> None:
    async def cancel() -> bool:
        task = asyncio.create_task(_wait(30, leaves=False, after=0.0, most=30))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return True
        return False

    assert asyncio.run(cancel())
