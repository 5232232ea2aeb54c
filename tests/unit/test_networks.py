"""Who asks, where proxies stand before the service; what may be written in the setting."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ProjectError
from app.net.networks import UNKNOWN, Networks, address_of, origin

TRUSTED = Networks.parse("10.0.0.0/8, 2001:db8:1::/48 192.0.2.7", where="X")
PROXY, STRANGER = "10.1.2.3", "203.0.113.9"


@pytest.mark.parametrize(
    ("each", "listed", "expected"),
    [
        (["203.0.113.9"], [], STRANGER),
        # what a stranger wrote himself stands to the left of what the proxy saw
        (["1.1.1.1, 203.0.113.9"], [], STRANGER),
        (["1.1.1.1", "203.0.113.9, 10.9.9.9"], [], STRANGER),
        (["203.0.113.9, 192.0.2.7 , 10.0.0.1"], [], STRANGER),
        (["203.0.113.9:4711"], [], STRANGER),
        (["::ffff:203.0.113.9"], [], STRANGER),
        (["2001:db8:2::5"], [], "2001:db8:2::5"),
        (["[2001:db8:2::5]:80"], [], "2001:db8:2::5"),
        (["2001:db8:1::9, 10.0.0.1"], [], "2001:db8:1::9"),  # nothing stands before it
        ([], ["for=203.0.113.9"], STRANGER),
        ([], ['proto=https; For="203.0.113.9:80";by=10.0.0.1'], STRANGER),
        ([], ['for=1.1.1.1, for="[2001:db8:2::5]:4711", for=10.0.0.1'], "2001:db8:2::5"),
        ([], ['for=1.1.1.1;ext="a, for=2.2.2.2", for=203.0.113.9'], STRANGER),
        # who is not told is never the proxy, which may have more rights
        (["1.1.1.1, unknown, 10.0.0.1"], [], UNKNOWN),
        ([], ["for=1.1.1.1, for=_hidden"], UNKNOWN),
        ([], ["for=1.1.1.1, proto=http"], UNKNOWN),
        (["nonsense"], [], UNKNOWN),
        ([""], [], UNKNOWN),
        # a proxy writes one of the two, and a stranger may have written the other
        (["203.0.113.9"], ["for=203.0.113.9"], STRANGER),
        (["203.0.113.9"], ["for=1.1.1.1"], UNKNOWN),
    ],
)
def test_the_last_address_that_is_no_proxy_asks(
    each: list[str], listed: list[str], expected: str
) -> None:
    assert origin(PROXY, TRUSTED, each, listed) == expected


def test_a_stranger_is_not_believed() -> None:
    assert origin(STRANGER, TRUSTED, ["1.1.1.1"], []) == STRANGER
    assert origin(STRANGER, TRUSTED, [], ["for=10.0.0.1"]) == STRANGER
    assert origin(PROXY, Networks(), ["1.1.1.1"], ["for=1.1.1.1"]) == PROXY
    assert origin("testclient", TRUSTED, ["1.1.1.1"], []) == "testclient"


@given(
    st.lists(st.text(string.printable, max_size=60), max_size=4),
    st.lists(st.text(string.printable, max_size=60), max_size=4),
)
def test_whatever_is_written_the_answer_is_an_address(each: list[str], listed: list[str]) -> None:
    found = origin(PROXY, TRUSTED, each, listed)
    assert found == UNKNOWN or address_of(found) is not None
    assert UNKNOWN not in Networks.parse("0.0.0.0/0 ::/0", where="X")
    last = f"{', '.join(each)}, {STRANGER}"
    assert origin(PROXY, TRUSTED, [last], []) == STRANGER


def test_networks_hold_addresses_in_every_spelling() -> None:
    for address in ("10.0.0.1", "::ffff:10.0.0.1", "2001:DB8:1:0::1", "192.0.2.7"):
        assert address in TRUSTED
    for address in ("11.0.0.1", "192.0.2.8", "2001:db8:2::1", "", "x" * 500, "fe80::1%eth0"):
        assert address not in TRUSTED
    assert not Networks.parse(" ", where="X")


@pytest.mark.parametrize("text", ["10.0.0.1/8", "proxy.example", "10.0.0.0/33", "10.0.0.0/8;::1"])
def test_what_is_no_network_is_named(text: str) -> None:
    with pytest.raises(ProjectError, match=r"VIJFSTER_X: .*no network") as caught:
        Networks.parse(text, where="VIJFSTER_X")
    assert "geen netwerk" in caught.value.detail_nl
