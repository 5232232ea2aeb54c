"""The guard of fetching: spelling of addresses, what is public, budgets, bounded decoding."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Sequence

import brotli
import pytest

from app.errors import InputError
from app.net.budget import Buckets, Budget, Rate, client_key
from app.net.decoding import Inflation, decoder, gunzip, inflate
from app.net.guard import Allowance, addresses, check_address, check_url
from app.net.refusals import REASONS, FetchError

PUBLIC = Allowance()


def reason(url: str, allowed: Allowance = PUBLIC) -> str:
    with pytest.raises(FetchError) as found:
        check_url(url, allowed)
    return found.value.reason


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://example.org/a", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://example.org/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("data:text/turtle,x", "scheme"),
        ("example.org/a.ttl", "url"),
        ("//example.org/a", "url"),
        ("http:///a", "url"),
        ("http://", "url"),
        ("http://example.org:/a", "url"),
        ("http://example.org:99999/", "url"),
        ("http://example.org:8o/", "url"),
        ("http://example.org/a b", "url"),
        ("http://example.org/\r\nHost: x", "url"),
        ("http://example.org\\@127.0.0.1/", "url"),
        ("http://exam\u200bple.org/", "url"),
        ("http://example.org/" + "a" * 3000, "url"),
        ("http://user@example.org/", "userinfo"),
        ("http://example.org:80@127.0.0.1/", "userinfo"),
        ("http://user:pw@example.org/", "userinfo"),
        ("http://2130706433/", "host"),
        ("http://0x7f000001/", "host"),
        ("http://0x7f.0.0.1/", "host"),
        ("http://0177.0.0.1/", "host"),
        ("http://127.1/", "host"),
        ("http://127.0.0.1./", "host"),
        ("http://8.8.8.08/", "host"),
        ("http://example.org./", "host"),
        ("http://localhost/", "host"),
        ("http://intranet/", "host"),
        ("http://.example.org/", "host"),
        ("http://exa%6dple.org/", "host"),
        ("http://127。0。0。1/", "host"),
        ("http://１２７.0.0.1/", "host"),
        ("http://ⓔxample.org/", "host"),
        ("http://exam\u00adple.org/", "host"),
        ("http://xn--a/", "host"),
        ("http://xn--zz-.org/", "host"),
        ("http://[fe80::1%25eth0]/", "host"),
        ("http://[::1", "url"),
        ("http://[127.0.0.1]/", "url host"),
        ("http://example.org:22/", "port"),
        ("http://example.org:6379/", "port"),
        ("http://example.org:0/", "port"),
        ("https://example.org:25/", "port"),
    ],
)
def test_address_is_refused(url: str, why: str) -> None:
    assert reason(url) in why.split()


def test_an_address_keeps_its_path_and_loses_its_fragment() -> None:
    target = check_url("HTTPS://Example.ORG:443/a%20b?q=1&r=é#part", PUBLIC)
    assert target.url == "https://example.org/a%20b?q=1&r=é"
    assert (target.host, target.port, target.literal) == ("example.org", 443, False)
    assert check_url("http://münchen.de", PUBLIC).url == "http://xn--mnchen-3ya.de/"
    assert check_url("http://[2606:4700::0:1]:8080/", PUBLIC).url == "http://[2606:4700::1]:8080/"


REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.0.1
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1
198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
100.100.100.200
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::8.8.8.8 2002:7f00:1::
2002:808:808:: 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 2001:10::1 3fff::1 5f00::1 100::1
fc00::1 fd00:ec2::254 fd12:3456::1 fe80::1 fec0::1 ff02::1 ff0e::1
2606:4700::5efe:127.0.0.1 2606:4700::200:5efe:10.0.0.1
not-an-address 127.1
""".split()  # noqa: SIM905 - a list of words is a column of quotes


@pytest.mark.parametrize("address", REFUSED)
def test_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(FetchError) as found:
        check_address(address, "example.org", PUBLIC)
    assert found.value.reason == "address"
    assert address not in found.value.detail + found.value.detail_nl


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "193.190.198.1", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:4700::1",
     "2a00:1450:400e::200e", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"],
)  # fmt: skip
def test_public_address_passes(address: str) -> None:
    assert str(check_address(address, "example.org", PUBLIC))


def test_what_the_operator_allows() -> None:
    allowed = Allowance.parse(
        "10.1.0.0/16, intranet  data.stad.local :8890 fd12::/16 169.254.0.0/16"
    )
    assert check_address("10.1.2.3", "x.org", allowed)
    assert check_address("fd12::1", "x.org", allowed)
    assert check_address("10.9.9.9", "data.stad.local", allowed)
    assert check_url("http://intranet:8890/x", allowed).port == 8890
    for address in ("10.2.0.1", "169.254.169.254", "::ffff:10.1.2.3", "127.0.0.1"):
        with pytest.raises(FetchError):
            check_address(address, "x.org", allowed)
    assert Allowance.parse("") == PUBLIC


@pytest.mark.parametrize("entry", ["10.0.0.0/99", ":99999", "http://x", "a b.", "0x7f.1", "*.be"])
def test_unreadable_allowance_is_named(entry: str) -> None:
    with pytest.raises(InputError) as found:
        Allowance.parse(entry)
    assert entry.split()[-1] in found.value.detail
    assert entry.split()[-1] in found.value.detail_nl


def test_one_private_address_among_public_ones_refuses_all() -> None:
    async def both(host: str, port: int) -> Sequence[str]:
        return ["8.8.8.8", "10.0.0.1"]

    async def none(host: str, port: int) -> Sequence[str]:
        raise OSError

    target = check_url("http://example.org/", PUBLIC)
    texts = set()
    for resolver in (both, none):
        with pytest.raises(FetchError) as found:
            asyncio.run(addresses(target, PUBLIC, resolver))
        texts.add(found.value.detail)
    # a name that does not exist and an internal one look the same from outside
    assert len(texts) == 1


def test_every_refusal_reads_in_both_languages() -> None:
    facts = {"seconds": 3, "rate": 1, "limit": 2, "status": 404}
    for word in REASONS:
        error = FetchError(word, **facts)
        assert error.detail != error.detail_nl
        assert "{" not in error.detail + error.detail_nl


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_client_gets_its_burst_and_then_its_rate() -> None:
    clock = Clock()
    budget = Budget(Rate(60, 3), Rate(600, 100), clock=clock)
    for _ in range(3):
        budget.take_client("192.0.2.1")
    with pytest.raises(FetchError) as found:
        budget.take_client("192.0.2.1")
    assert (found.value.reason, found.value.seconds) == ("budget", 1)
    budget.take_client("192.0.2.2")
    budget.take_client("")
    clock.now = 1.0
    budget.take_client("192.0.2.1")


def test_a_target_is_counted_by_name_and_by_address() -> None:
    budget = Budget(target=Rate(60, 2), clock=Clock())
    budget.take_target("a.example.org", "8.8.8.8")
    budget.take_target("b.example.org", "8.8.8.8")
    with pytest.raises(FetchError):
        budget.take_target("c.example.org", "8.8.8.8")
    with pytest.raises(FetchError):
        budget.take_target("d.example.org", "::ffff:8.8.8.8")
    budget.take_target("a.example.org", "8.8.4.4")
    with pytest.raises(FetchError):
        budget.take_target("a.example.org", "8.8.4.5")


def test_many_keys_do_not_fill_memory_nor_free_a_spent_bucket() -> None:
    clock = Clock()
    buckets = Buckets(Rate(60, 1), max_keys=100, clock=clock)
    buckets.take("spent")
    for number in range(1000):
        if not buckets.wait_seconds(str(number)):
            buckets.take(str(number))
    assert len(buckets) == 100
    assert buckets.wait_seconds("spent") > 0
    clock.now = 5.0
    assert buckets.wait_seconds("new") == 0
    assert len(buckets) == 0


def test_clients_of_one_ipv6_network_are_one() -> None:
    assert client_key("2a02:1::1") == client_key("2a02:1::ffff") != client_key("2a02:1:0:1::1")
    assert client_key("::ffff:1.2.3.4") == client_key("1.2.3.4")


TEXT = b"<http://a> <http://b> <http://c> .\n" * 500


def raw_deflate(data: bytes) -> bytes:
    made = zlib.compressobj(wbits=-15)
    return made.compress(data) + made.flush()


PACKED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT[:350]) + gzip.compress(TEXT[350:]) + b"\0" * 20,
    "deflate": zlib.compress(TEXT),
    "DEFLATE ": raw_deflate(TEXT),
    "br": brotli.compress(TEXT),
    "identity": TEXT,
}
WIDE = Inflation(10_000_000, 10_000)


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_decoding_gives_the_file_whatever_the_pieces(name: str, step: int) -> None:
    through, data = decoder(name, WIDE), PACKED[name]
    out = b"".join(through.feed(data[at : at + step]) for at in range(0, len(data), step))
    through.end()
    assert out == TEXT


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 1_000_000])
@pytest.mark.parametrize("name", ["gzip", "deflate", "br"])
def test_sizes_around_a_step_lose_nothing(name: str, size: int) -> None:
    data = bytes(size)
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[name](data)
    assert inflate(decoder(name, WIDE), packed) == data


@pytest.mark.parametrize("name", ["gzip", "deflate", "br"])
@pytest.mark.parametrize("harm", ["cut", "noise"])
def test_damaged_data_is_refused(name: str, harm: str) -> None:
    data = PACKED[name]
    data = data[:-9] if harm == "cut" else data[:2] + b"\xff" * 20 + data[22:]
    with pytest.raises(FetchError) as found:
        inflate(decoder(name, WIDE), data)
    assert found.value.reason == "broken"


@pytest.mark.parametrize("name", ["gzip", "deflate", "br"])
def test_a_bomb_stops_at_the_ratio_before_it_unfolds(name: str) -> None:
    data = bytes(50_000_000)
    bomb = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[name](data)
    with pytest.raises(FetchError) as found:
        inflate(decoder(name, Inflation()), bomb)
    assert found.value.reason == "ratio"
    with pytest.raises(FetchError) as found:
        inflate(decoder(name, Inflation(1_000_000, 1_000_000)), bomb)
    assert found.value.reason == "unpacked-too-large"


def test_many_empty_members_are_refused() -> None:
    with pytest.raises(FetchError):
        gunzip(gzip.compress(b"") * 50_000, Inflation())


@pytest.mark.parametrize("name", ["compress", "zstd", "gzip, gzip", "aes128gcm"])
def test_unknown_codings_are_refused(name: str) -> None:
    with pytest.raises(FetchError) as found:
        decoder(name, WIDE)
    assert found.value.reason == "encoding"
