"""The profiles a service offers, each read when it is first asked for."""

from __future__ import annotations

from app.errors import ProjectError, ResourceNotFoundError
from app.validation.card import ProfileCard, card
from app.validation.profiles import Places, Profile, load


class Shelf:
    """The profiles of some places, each read when it is first asked for."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._known: dict[str, tuple[Profile, ProfileCard]] = {}

    def names(self) -> list[str]:
        """Return the names there are."""
        return self._places.names()

    def get(self, name: str) -> tuple[Profile, ProfileCard]:
        """Return a profile and its card.

        Raises:
            ResourceNotFoundError: There is none of that name.
        """
        if name not in self._known:
            if name not in self.names():
                raise ResourceNotFoundError("there is no such profile")
            try:
                profile = load(name, self._places.shapes, base=self._places.base)
            except ProjectError as error:
                raise ResourceNotFoundError("there is no such profile") from error
            self._known[name] = (profile, card(profile))
        return self._known[name]
