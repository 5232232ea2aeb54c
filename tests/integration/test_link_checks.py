"""The wiring of link checks: settings in, looks out, kept in the state folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.bootstrap import link_checks
from app.errors import InputError
from app.settings import Settings
from tests.integration.link_server import FILE, Serve, by_path
from tests.integration.net_server import Server
from tests.integration.test_gathering import catalog


def settings(folder: Path, server: Server, **more: object) -> Settings:
    return Settings.model_validate({
        "project": folder, "state_dir": folder / "state", "links_delay_seconds": 0,
        "fetch_allow": f"127.0.0.1/32 :{server.port}", **more,
    })  # fmt: skip


def test_settings_in_looks_out(serve: Serve, tmp_path: Path) -> None:
    server = serve(by_path({}, FILE))
    url = f"http://127.0.0.1:{server.port}/a.csv"
    triples, told = catalog({"download": url}), list[int]()
    checks = link_checks(
        settings(tmp_path, server, contact="data@voorbeeld.be", links_file_bytes=1_100),
        progress=lambda done, *_: told.append(done),
    )  # fmt: skip
    look = checks(triples)[url]
    assert (look.head, look.status, look.truncated, look.earlier) == (200, 200, True, False)
    assert look.content is not None
    # a part of a file, and that part is as it should be
    assert (look.content.file_type, look.content.valid, told) == ("CSV", None, [1])
    assert all(b"+data@voorbeeld.be" in head for head in server.requests)
    assert (tmp_path / "state" / "links.sqlite").exists()
    # the next time it is known
    asked = len(server.requests)
    assert asyncio.run(checks.looks(triples))[url].earlier
    assert len(server.requests) == asked


def test_nothing_is_kept_where_that_is_not_wanted(serve: Serve, tmp_path: Path) -> None:
    server = serve(by_path({}, FILE))
    url = f"http://127.0.0.1:{server.port}/a.csv"
    checks = link_checks(settings(tmp_path, server), keep=False)
    for _ in range(2):
        assert not checks(catalog({"download": url}))[url].earlier
    assert not (tmp_path / "state").exists()


def test_a_term_of_nothing_asks_each_time(serve: Serve, tmp_path: Path) -> None:
    server = serve(by_path({}, FILE))
    url = f"http://127.0.0.1:{server.port}/a.csv"
    for _ in range(2):
        checks = link_checks(settings(tmp_path, server, links_term_hours=0))
        assert not checks(catalog({"download": url}))[url].earlier


def test_a_catalog_without_addresses(serve: Serve, tmp_path: Path) -> None:
    server = serve(FILE)
    assert link_checks(settings(tmp_path, server))(catalog({}, {})) == {}
    assert server.requests == []


@pytest.mark.parametrize("more", [{"contact": "no address (at all)"}, {"fetch_allow": "a b!"}])
def test_settings_that_cannot_be_read(serve: Serve, tmp_path: Path, more: dict[str, str]) -> None:
    wrong = settings(tmp_path, serve(FILE)).model_copy(update=more)
    with pytest.raises(InputError):
        link_checks(wrong)
