"""YAML of strangers: refused where its aliases or depth would make far more of it than it says."""

from __future__ import annotations

from typing import Any, Final

import yaml

from app.errors import ProjectError

_MOST_VALUES: Final = 200_000
_MOST_DEEP: Final = 50


def read_yaml(text: str, name: str) -> Any:
    """Return the value of a YAML text; `name` is that of its file, for messages.

    Raises:
        ProjectError: It is no YAML, is deeper than 50, refers to itself, or comes to more than
            200,000 values when its references are written out.
    """
    try:
        _measure(text, name)
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # ValueError: a date such as 2020-13-45
        what, where = str(error), name
        if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
            what, where = str(error.problem), f"{name} {error.problem_mark.line + 1}"
        raise ProjectError(f"not YAML: {what}", where=where, nl=f"geen YAML: {what}") from error


def _measure(text: str, name: str) -> None:
    sizes: dict[str, int] = {}
    # of each list or table that is open: its anchor, and how many values it has so far
    above: list[tuple[str | None, int]] = [(None, 0)]
    opened: list[str | None] = []
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append(event.anchor)
            above.append((event.anchor, 1))
            if len(opened) > _MOST_DEEP:
                raise _refused(name, "it is nested too deeply", "het is te diep genest")
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
            anchor, size = above.pop()
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor in opened:
                raise _refused(name, f"*{event.anchor} refers to what it is part of",
                               f"*{event.anchor} verwijst naar waar het zelf in staat")  # fmt: skip
            anchor, size = None, sizes.get(event.anchor or "", 1)
        elif isinstance(event, yaml.ScalarEvent):
            anchor, size = event.anchor, 1
        else:
            continue
        if anchor is not None:
            sizes[anchor] = size
        outer, total = above[-1]
        above[-1] = (outer, total + size)
        if total + size > _MOST_VALUES:
            raise _refused(name, "its references (*) come to too much; write it shorter",
                           "de verwijzingen (*) komen op te veel neer; schrijf het korter",
                           )  # fmt: skip


def _refused(name: str, en: str, nl: str) -> ProjectError:
    return ProjectError(f"the YAML cannot be used: {en}", where=name,
                        nl=f"de YAML kan niet gebruikt worden: {nl}")  # fmt: skip
