"""robots.txt as RFC 9309 has it: the longest match, groups, signs, and files that mean harm."""

from __future__ import annotations

import pytest

from app.net.robots import MOST_BYTES, Rules

BASE = "https://data.voorbeeld.be"


@pytest.mark.parametrize(
    ("lines", "path", "allowed"),
    [
        (["User-agent: *", "Disallow: /"], "/a", False),
        (["User-agent: *", "Disallow:"], "/a", True),
        ([], "/a", True),
        (["Disallow: /"], "/a", True),  # of nobody
        # the longest match wins, wherever it stands; allow wins of what is as long
        (["User-agent: *", "Disallow: /data", "Allow: /data/open"], "/data/open/a.csv", True),
        (["User-agent: *", "Allow: /data/open", "Disallow: /data"], "/data/open/a.csv", True),
        (["User-agent: *", "Allow: /data", "Disallow: /data/open"], "/data/open/a.csv", False),
        (["User-agent: *", "Disallow: /page", "Allow: /page"], "/page", True),
        # * and $
        (["User-agent: *", "Disallow: /*.csv$"], "/a/b.csv", False),
        (["User-agent: *", "Disallow: /*.csv$"], "/a/b.csv?x", True),
        (["User-agent: *", "Disallow: /*/private/"], "/a/private/b", False),
        (["User-agent: *", "Disallow: /a$"], "/ab", True),
        (["User-agent: *", "Disallow: /*?"], "/a?b=c", False),
        # the group that names us, and no other; groups of one name are one
        (["User-agent: *", "Disallow: /", "User-agent: vijfster", "Allow: /"], "/a", True),
        (["User-agent: Vijfster/1.0", "Disallow: /"], "/a", False),
        (["User-agent: VIJFSTER", "Disallow: /a", "", "User-agent: *", "Allow: /"], "/a", False),
        (["User-agent: vijf", "Disallow: /"], "/a", True),
        (["User-agent: Googlebot", "Disallow: /"], "/a", True),
        (["User-agent: a", "User-agent: vijfster", "Disallow: /a"], "/a", False),
        (["User-agent: vijfster", "Disallow: /a", "User-agent: vijfster", "Disallow: /b"],
         "/a", False),
        (["User-agent: vijfster", "Disallow: /b", "User-agent: *", "Disallow: /"], "/a", True),
        # paths as they are written, encoded or not
        (["User-agent: *", "Disallow: /caf%C3%A9"], "/café", False),
        (["User-agent: *", "Disallow: /a%2fb"], "/a/b", True),
        # case counts in paths, not in names of rules; comments do not
        (["user-AGENT: *", "DISALLOW: /A # not there"], "/a", True),
        (["user-AGENT: *", "DISALLOW: /A # not there"], "/A", False),
        (["User-agent: *", "Disallow: /"], "/robots.txt", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_may_be_asked(lines: list[str], path: str, allowed: bool, end: str) -> None:
    assert Rules.parse(end.join(lines).encode()).allow(BASE + path) is allowed


def test_delay() -> None:
    assert Rules.parse(b"User-agent: *\nCrawl-delay: 2.5").delay == 2.5
    assert Rules.parse(b"User-agent: other\nCrawl-delay: 9").delay == 0
    for odd in (b"x", b"-3", b"inf", b"nan", b""):
        assert Rules.parse(b"User-agent: *\nCrawl-delay: " + odd).delay == 0


def test_a_page_or_rubbish_forbids_nothing() -> None:
    for data in (b"<!doctype html><title>404</title>", bytes(range(256)) * 10, b"\xff\xfe\x00"):
        assert Rules.parse(data).allow(f"{BASE}/a")
    assert not Rules.parse(b"\xef\xbb\xbfUser-agent: *\nDisallow: /").allow(f"{BASE}/a")


@pytest.mark.parametrize(
    "line",
    ["User-agent: a{n}\nAllow: /b{n}\n", "User-agent: a{n}\n", "User agent a{n}\n",
     "User-agent: *\nDisallow: /*a*b*c*{n}$\n"],
)  # fmt: skip
def test_a_file_that_names_thousands_is_read(line: str) -> None:
    """Were each program a group of its own, this would take minutes and gigabytes."""
    names = "".join(line.format(n=number) for number in range(30_000))[: MOST_BYTES // 3]
    rules = "Disallow: /x\n" * (MOST_BYTES // 39)
    data = f"{names}\n{rules}User-agent: vijfster\nDisallow: /abc\n".encode()
    assert len(data) < MOST_BYTES
    assert not Rules.parse(data).allow(BASE + "/abcabcabc" * 200)
