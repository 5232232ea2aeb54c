"""Compressed bytes step by step (RFC 9110, 8.4.1; RFC 1950 to 1952; RFC 7932), bounded."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from app.net.refusals import FetchError

_STEP_BYTES = 65_536
# a small file may be compressed far without harm
_RATIO_FROM_BYTES = 1_048_576
# each gzip member costs a new decoder, also when it holds nothing
_MAX_MEMBERS = 10_000


@dataclass(frozen=True, slots=True)
class Inflation:
    """The bounds on what comes out: bytes in all, and bytes out per byte in."""

    max_bytes: int = 200_000_000
    max_ratio: int = 200


class Decoder(Protocol):
    """Something that turns wire bytes into file bytes."""

    def feed(self, data: bytes) -> bytes:
        """Return what these bytes give."""

    def end(self) -> None:
        """Say that nothing follows; raises where more should."""


class Plain:
    """No compression; the caller counts the bytes."""

    def feed(self, data: bytes) -> bytes:
        """Return the bytes themselves."""
        return data

    def end(self) -> None:
        """Nothing can be missing that we would know of."""


class _Counted:
    """Counts bytes in and out, and stops at the bounds: with an error, or `full` where cut."""

    def __init__(self, bounds: Inflation, *, cut: bool = False) -> None:
        self._bounds, self._in, self._out, self._cut = bounds, 0, 0, cut
        self._full = False

    def count(self, size: int) -> None:
        self._out += size
        self._full = self._out > self._bounds.max_bytes
        if self._full and not self._cut:
            raise FetchError("unpacked-too-large", limit=self._bounds.max_bytes)
        if self._out > max(_RATIO_FROM_BYTES, self._bounds.max_ratio * self._in):
            raise FetchError("ratio", limit=self._bounds.max_ratio)


class Zlib(_Counted):
    """gzip (several members allowed) and deflate (with or without the zlib header)."""

    def __init__(self, bounds: Inflation, *, gzip: bool, cut: bool = False) -> None:
        super().__init__(bounds, cut=cut)
        self._gzip = gzip
        self._inflate = zlib.decompressobj(31) if gzip else None
        self._held = b""
        self._members = 1

    def feed(self, data: bytes) -> bytes:
        """Return what these bytes give.

        Raises:
            FetchError: `broken`, `ratio` or `unpacked-too-large`.
        """
        self._in += len(data)
        out = bytearray()
        try:
            data, piece = self._start(data), b""
            # a full step may leave output behind that needs no more input
            while not self._full and (data or len(piece) == _STEP_BYTES):
                assert self._inflate is not None
                piece = self._inflate.decompress(data, _STEP_BYTES)
                self.count(len(piece))
                out += piece
                data = self._inflate.unconsumed_tail
                if self._inflate.eof:
                    data, piece = self._after(self._inflate.unused_data), b""
        except zlib.error as error:
            raise FetchError("broken") from error
        return bytes(out)

    def _start(self, data: bytes) -> bytes:
        if self._inflate is not None:
            return data
        # servers send both forms as "deflate"; two bytes tell which
        self._held += data
        if len(self._held) < 2:
            return b""
        head = self._held[:2]
        wrapped = head[0] & 0x0F == 8 and int.from_bytes(head, "big") % 31 == 0
        self._inflate = zlib.decompressobj(15 if wrapped else -15)
        return self._held

    def _after(self, rest: bytes) -> bytes:
        """Return what follows a finished member: another member, or padding that is left out."""
        if not self._gzip or not rest.strip(b"\0"):
            return b""
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise FetchError("ratio", limit=self._bounds.max_ratio)
        self._inflate = zlib.decompressobj(31)
        return rest

    def end(self) -> None:
        """Say that nothing follows.

        Raises:
            FetchError: `broken`: the stream stops in the middle.
        """
        if self._inflate is None or not self._inflate.eof:
            raise FetchError("broken")


class Brotli(_Counted):
    """Brotli."""

    def __init__(self, bounds: Inflation, *, cut: bool = False) -> None:
        import brotli  # noqa: PLC0415 - few servers send it

        super().__init__(bounds, cut=cut)
        self._error: type[Exception] = brotli.error
        self._inflate = brotli.Decompressor()

    def feed(self, data: bytes) -> bytes:
        """Return what these bytes give.

        Raises:
            FetchError: `broken`, `ratio` or `unpacked-too-large`.
        """
        if self._inflate.is_finished():
            return b""
        self._in += len(data)
        out = bytearray()
        try:
            while True:
                piece = self._inflate.process(data, output_buffer_limit=_STEP_BYTES)
                self.count(len(piece))
                out += piece
                data = b""
                if not piece and self._inflate.can_accept_more_data():
                    return bytes(out)
                if self._full or self._inflate.is_finished():
                    return bytes(out)
        except self._error as error:
            raise FetchError("broken") from error

    def end(self) -> None:
        """Say that nothing follows.

        Raises:
            FetchError: `broken`: the stream stops in the middle.
        """
        if not self._inflate.is_finished():
            raise FetchError("broken")


def decoder(encoding: str, bounds: Inflation, *, cut: bool = False) -> Decoder:
    """Return the decoder of a Content-Encoding; lists of several are refused.

    With `cut` more than `max_bytes` is no error: what comes after may be left out.

    Raises:
        FetchError: `encoding`: not one we asked for.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return Plain()
    if name in {"gzip", "x-gzip"}:
        return Zlib(bounds, gzip=True, cut=cut)
    if name == "deflate":
        return Zlib(bounds, gzip=False, cut=cut)
    if name == "br":
        return Brotli(bounds, cut=cut)
    raise FetchError("encoding")


def gunzip(data: bytes, bounds: Inflation) -> bytes:
    """Return the content of a gzip file.

    Raises:
        FetchError: `broken`, `ratio` or `unpacked-too-large`.
    """
    return inflate(Zlib(bounds, gzip=True), data)


def inflate(through: Decoder, data: bytes) -> bytes:
    """Return whole bytes decoded in steps, so that the ratio is seen early."""
    pieces: Iterable[bytes] = (
        through.feed(data[start : start + _STEP_BYTES])
        for start in range(0, len(data), _STEP_BYTES)
    )
    out = b"".join(pieces)
    through.end()
    return out
