"""YAML of strangers: refused where its aliases or depth would make far more of it than it says."""

from __future__ import annotations

from typing import Any, Final

import yaml

from app.errors import MappingError

_MOST_VALUES: Final = 200_000
_MOST_DEEP: Final = 50
# what the parser says, and what to do about it, in English and Dutch
_PROBLEMS: Final = (
    ("'\\t'", "there is a tab; YAML is indented with spaces",
     "er staat een tab; YAML springt in met spaties"),
    ("mapping values are not allowed", "there is a colon where none may stand: a space is missing "
     "behind the one before it, the line is indented too far, or the text needs quotes",
     "er staat een dubbelpunt waar er geen mag staan: achter een eerder ontbreekt een spatie, de "
     "regel springt te ver in, of de tekst moet tussen aanhalingstekens"),
    ("block end", "the indentation differs from that of the lines before it",
     "de inspringing verschilt van die van de regels ervoor"),
    ("could not find expected ':'", "a key without colon", "een sleutel zonder dubbelpunt"),
    ("expected the node content", "a bracket is not closed, or a value is missing",
     "een haakje is niet gesloten, of er ontbreekt een waarde"),
    ("end of stream", "a quote is not closed", "een aanhalingsteken is niet gesloten"),
    ("expected ',' or", "a comma or a closing bracket is missing",
     "er ontbreekt een komma of een haakje dat sluit"),
    ("undefined alias", "a reference (*) to what has no name (&)",
     "een verwijzing (*) naar wat geen naam (&) heeft"),
    ("cannot start any token", "a text that starts with this sign needs quotes",
     "een tekst die met dit teken begint, staat tussen aanhalingstekens"),
)  # fmt: skip
# keys of YARRRML that are one
_SAME: Final = (
    {"s", "subject", "subjects"}, {"po", "predicateobject", "predicateobjects"},
    {"graph", "graphs"}, {"parameters", "pms"},
)  # fmt: skip


def read_yaml(text: str, name: str) -> Any:
    """Return the value of a YAML text; `name` is that of its file, for messages.

    Raises:
        MappingError: It is no YAML, is deeper than 50, refers to itself, or comes to more than
            200,000 values when its references are written out.
    """
    try:
        _measure(text, name)
        loader = _Loader(text)
        loader.name = name
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problem = str(error.problem)
        if "end of stream" in problem or "expected ',' or" in problem:
            # where it was opened says more than where the file ends
            mark = error.context_mark or mark
        en, nl = next(((en, nl) for part, en, nl in _PROBLEMS if part in problem),
                      (problem, problem))  # fmt: skip
        where = f"{name}:{mark.line + 1}" if mark else name
        raise MappingError(f"not YAML: {en}", where=where, nl=f"geen YAML: {nl}") from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # ValueError: a date such as 2020-13-45
        raise MappingError(f"not YAML: {error}", where=name, nl=f"geen YAML: {error}") from error


def line_at(text: str, keys: str) -> int:
    """Return the line (from 1) of the last of some keys, such as "mappings x po 2", that is there.

    `text` is YAML that can be read; 0 if none of the keys is there.
    """
    here, line, rest = yaml.compose(text, Loader=yaml.SafeLoader), 0, keys.strip()
    while rest:
        word, _, after = rest.partition(" ")
        if isinstance(here, yaml.SequenceNode) and word.isdigit() and 0 < int(word) <= len(
            here.value
        ):  # fmt: skip
            here = here.value[int(word) - 1]
            line, rest = here.start_mark.line + 1, after
            continue
        pairs = here.value if isinstance(here, yaml.MappingNode) else []
        same = next((group for group in _SAME if word in group), {word})
        found = next(
            (pair for pair in pairs if f"{rest} ".startswith(f"{pair[0].value} ")), None
        ) or next((pair for pair in pairs if pair[0].value in same), None)
        if not found:
            return line
        name, here = found
        line = name.start_mark.line + 1
        length = len(name.value) if f"{rest} ".startswith(f"{name.value} ") else len(word)
        rest = rest[length:].strip()
    return line


class _Loader(yaml.SafeLoader):
    """Reads what the standard loader reads, but no key twice: the first would be lost unseen."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: dict[str, int] = {}
        for key, _ in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if isinstance(key, yaml.ScalarNode) and name != "<<" and name in seen:
                raise _refused(f"{key.start_mark.name}:{line}",
                               f"the key {name!r} is there already, at line {seen[name]}",
                               f"de sleutel {name!r} staat er al, op regel {seen[name]}",
                               )  # fmt: skip
            seen[name] = line
        return super().construct_mapping(node, deep)


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


def _refused(name: str, en: str, nl: str) -> MappingError:
    return MappingError(f"the YAML cannot be used: {en}", where=name,
                        nl=f"de YAML kan niet gebruikt worden: {nl}")  # fmt: skip
