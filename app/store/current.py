"""The release being served: opened once, swapped whole when the ledger points elsewhere."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.store.documents import Documents
from app.store.ledger import Release
from app.store.releases import ANSWERS, QUALITY, Releases, read_json


class BodyCache:
    """The most recently used bodies of one release, bounded by their total size."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._bytes = 0
        self._bodies: OrderedDict[Any, tuple[int, Any]] = OrderedDict()

    def get(self, key: Any) -> Any:
        """Return what was kept under a key, or None."""
        found = self._bodies.get(key)
        if found is not None:
            self._bodies.move_to_end(key)
            return found[1]
        return None

    def put(self, key: Any, value: Any, size: int) -> None:
        """Keep a value of `size` bytes; what has not been used longest goes first."""
        if size > self._limit // 8 or key in self._bodies:
            return
        self._bodies[key] = (size, value)
        self._bytes += size
        while self._bytes > self._limit:
            _, (old, _) = self._bodies.popitem(last=False)
            self._bytes -= old


@dataclass(slots=True)
class OpenRelease:
    """A release with its documents open; bodies made from it are cached with it."""

    release: Release
    folder: Path
    documents: Documents
    manifest: dict[str, Any]
    cache: BodyCache
    answers: list[dict[str, Any]]
    quality: dict[str, Any]
    graphs: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        # the IRIs of the named graphs
        start = f"{self.base}id/graaf/"
        self.graphs = frozenset(start + name for name in self.manifest["quads"])

    @property
    def base(self) -> str:
        """The base IRI of everything in the release."""
        return self.release.base


class Current:
    """Follows the ledger's pointer."""

    def __init__(self, releases: Releases, *, cache_bytes: int) -> None:
        self._releases = releases
        self._cache_bytes = cache_bytes
        self.open: OpenRelease | None = None

    def refresh(self) -> OpenRelease | None:
        """Open the release the ledger names if it is another one; return it if it is new.

        Raises:
            StoreUnavailableError: The ledger names a release that cannot be read; the one that
                was open stays open.
        """
        pointed = self._releases.ledger.current()
        if pointed is None or (self.open and self.open.release.id == pointed.id):
            return None
        found = self._releases.current()
        if found is None:
            return None
        release, folder = found
        self.open = OpenRelease(
            release,
            folder,
            Documents(folder / "documents.sqlite", release.base),
            read_json(folder / "manifest.json"),
            BodyCache(self._cache_bytes),
            # releases of before there were questions and scores have none
            read_json(folder / ANSWERS) if (folder / ANSWERS).is_file() else [],
            read_json(folder / QUALITY) if (folder / QUALITY).is_file() else {},
        )
        return self.open
