"""A project's questions: SPARQL SELECT files that say in their first comments what they ask.

    # nl: Welke projecten vermelden geen financiering?      (first: the title; further: the note)
    # en: Which projects state no funding?
    # ?aantal: Aantal projecten | Number of projects        (heading of a column, nl | en)

Relative IRIs are relative to the base IRI. A column `xLabel` is the name of the thing in `x`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.errors import ProjectError

_LINE = re.compile(r"#\s*(nl|en|\?\w+)\s*:\s*(.*)")
_REF = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LABEL = "Label"


@dataclass(frozen=True, slots=True)
class Question:
    """One question: `ref` is its address, `heads` the headings of its result, by variable."""

    ref: str
    path: str
    title: Mapping[str, str]
    note: Mapping[str, str]
    heads: Mapping[str, Mapping[str, str]]
    text: str

    def query(self, base: str) -> str:
        """Return the query with its base said, fit for any endpoint."""
        return f"BASE <{base}>\n{self.text}"


def load_question(folder: Path, name: str) -> Question:
    """Return the question of a file below a folder.

    Raises:
        ProjectError: The file is missing, outside the folder, or lacks its titles.
    """
    relative = Path(name)
    if relative.is_absolute() or ".." in relative.parts or relative.suffix != ".rq":
        raise ProjectError(
            "a question is a .rq file in the project folder; correct the path in vijfster.toml",
            nl="een vraag is een .rq-bestand in de projectmap; verbeter het pad in vijfster.toml",
            where=name,
        )
    if not _REF.fullmatch(relative.stem):
        raise ProjectError(
            "name it by lower-case letters, digits and single hyphens",
            nl="geef het een naam van kleine letters, cijfers en enkele koppeltekens", where=name,
        )  # fmt: skip
    try:
        text = (folder / relative).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProjectError("the file is not saved as UTF-8; save it again as UTF-8",
                           nl="het bestand is niet als UTF-8 bewaard; bewaar het opnieuw als UTF-8",
                           where=name) from error  # fmt: skip
    except IsADirectoryError as error:
        raise ProjectError("this is a folder, not a file; name the .rq file itself",
                           nl="dit is een map, geen bestand; noem het .rq-bestand zelf",
                           where=name) from error  # fmt: skip
    except OSError as error:
        raise ProjectError(
            "there is no such file, or it cannot be read; put it there or take it out of "
            "vijfster.toml",
            nl="het bestand is er niet of kan niet gelezen worden; zet het er of haal het uit "
            "vijfster.toml", where=name,
        ) from error  # fmt: skip
    said: dict[str, list[str]] = {"nl": [], "en": []}
    heads: dict[str, Mapping[str, str]] = {}
    lines = [line.rstrip("\r") for line in text.split("\n")]
    first = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    for line in lines[:first]:
        match = _LINE.fullmatch(line.strip())
        if match and match[1].startswith("?"):
            nl, _, en = match[2].partition("|")
            heads[match[1][1:]] = {"nl": nl.strip(), "en": (en or nl).strip()}
        elif match:
            said[match[1]].append(match[2])
    if not all(words and words[0] for words in said.values()):
        raise ProjectError("begin with the comments `# nl: …` and `# en: …`",
                           nl="begin met de commentaarregels `# nl: …` en `# en: …`",
                           where=name)  # fmt: skip
    return Question(
        ref=relative.stem,
        path=relative.as_posix(),
        title={language: words[0] for language, words in said.items()},
        note={language: " ".join(words[1:]) for language, words in said.items() if words[1:]},
        heads=heads,
        text="\n".join(lines[first:]).strip() + "\n",
    )
