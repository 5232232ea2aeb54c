"""The profiles a service offers, each read when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.errors import ProjectError, ResourceNotFoundError
from app.validation.card import ProfileCard, card
from app.validation.profiles import Profile, load


class Shelf:
    """The profiles of some folders, each read when it is first asked for."""

    def __init__(self, folders: Sequence[Path], base: str) -> None:
        self._folders, self._base = tuple(folders), base
        self._known: dict[str, tuple[Profile, ProfileCard]] = {}

    def names(self) -> list[str]:
        """Return the names there are."""
        return sorted({path.stem for folder in self._folders for path in folder.glob("*.ttl")})

    def get(self, name: str) -> tuple[Profile, ProfileCard]:
        """Return a profile and its card.

        Raises:
            ResourceNotFoundError: There is none of that name.
        """
        if name not in self._known:
            if name not in self.names():
                raise ResourceNotFoundError("there is no such profile")
            try:
                profile = load(name, self._folders, base=self._base)
            except ProjectError as error:
                raise ResourceNotFoundError("there is no such profile") from error
            self._known[name] = (profile, card(profile))
        return self._known[name]
