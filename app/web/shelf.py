"""The profiles a service offers, each read when it is first asked for."""

from __future__ import annotations

import hashlib

from app.errors import ProjectError, ResourceNotFoundError
from app.validation.card import ProfileCard, card
from app.validation.profiles import Places, Profile, find, load


class Shelf:
    """The profiles of some places, each read when it is first asked for."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._digests: dict[str, bytes] = {}
        self._known: dict[str, tuple[Profile, ProfileCard]] = {}

    def names(self) -> list[str]:
        """Return the names there are."""
        return self._places.names()

    def tag(self, *names: str) -> str:
        """Return what changes when one of these profiles does; without names, any of them."""
        digest = hashlib.sha256()
        for name in names or self.names():
            self.get(name)
            digest.update(self._digests[name])
        return digest.hexdigest()[:12]

    def get(self, name: str) -> tuple[Profile, ProfileCard]:
        """Return a profile and its card.

        Raises:
            ResourceNotFoundError: There is none of that name.
        """
        if name not in self._known:
            if name not in self.names():
                raise ResourceNotFoundError("there is no such profile")
            try:
                text = find(name, self._places.shapes).read_bytes()
                profile = load(name, self._places.shapes, base=self._places.base)
            except ProjectError as error:
                raise ResourceNotFoundError("there is no such profile") from error
            self._digests[name] = hashlib.sha256(text).digest()
            self._known[name] = (profile, card(profile))
        return self._known[name]
