"""Reconciliation of names with the things of the inventories (Reconciliation Service API 0.2).

An identifier is a thing's path below `{base}id/`, a type is the name of an inventory, a property
its IRI. All of it runs in a thread, on a connection of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import Indel

from app.errors import InputError
from app.rdf.namespaces import RDF_TYPE
from app.rdf.terms import literal_of
from app.store.current import OpenRelease
from app.store.documents import Description, Documents
from app.tables.matching import fold
from app.web.site import Site

MOST_QUERIES, MOST_IDS, MOST_PROPERTIES, MOST_RESULTS = 50, 200, 20, 25
_MOST_TEXT = 200
# of a score of 100: below the first nothing is offered, above the second it is the same name
_ALIKE, _SAME = 55.0, 96.0
_CUT = 2_000


# what is compared of a name, the path of its thing, all names of that thing
_Named = tuple[tuple[str, str], str, dict[str, str]]


@dataclass(slots=True)
class _Names:
    """The names of the things of one release, folded; made when first asked for."""

    release: int = -1
    by_type: dict[str, list[_Named]] = field(default_factory=dict)


class Reconciler:
    """Answers the parts of the protocol for the release that is served."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._names = _Names()

    @contextmanager
    def _documents(self, release: OpenRelease) -> Iterator[Documents]:
        documents = Documents(release.folder / "documents.sqlite", release.base)
        try:
            yield documents
        finally:
            documents.close()

    def types(self, language: str) -> list[dict[str, str]]:
        """Return the types there are."""
        return [{"id": item.ref, "name": _of(item.title, language)}
                for item in self._site.project.inventories]  # fmt: skip

    def queries(self, given: Any, language: str) -> dict[str, Any]:
        """Return the candidates for each query of a batch.

        Raises:
            InputError: It is no batch of queries, or too large.
        """
        if not isinstance(given, dict) or not all(isinstance(q, dict) for q in given.values()):
            raise _wrong("queries is a JSON object of queries by name",
                         "queries is een JSON-object met zoekvragen per naam")  # fmt: skip
        if len(given) > MOST_QUERIES:
            raise _wrong(f"at most {MOST_QUERIES} queries at a time",
                         f"hoogstens {MOST_QUERIES} zoekvragen tegelijk")  # fmt: skip
        release = self._site.release
        with self._documents(release) as documents:
            return {
                str(name): {"result": self._query(release, documents, query, language)}
                for name, query in given.items()
            }

    def _query(
        self, release: OpenRelease, documents: Documents, query: Mapping[str, Any], language: str
    ) -> list[dict[str, Any]]:
        text, limit = query.get("query", ""), query.get("limit", 5)
        if not isinstance(text, str) or len(text) > _MOST_TEXT or not isinstance(limit, int):
            raise _wrong(f"query is a text of at most {_MOST_TEXT} characters, limit a number",
                         f"query is een tekst van hoogstens {_MOST_TEXT} tekens, limit een "
                         "getal")  # fmt: skip
        wanted = query.get("type") or []
        wanted = [wanted] if isinstance(wanted, str) else wanted
        known = [item["id"] for item in self.types(language)]
        if not isinstance(wanted, list) or not set(map(str, wanted)) <= set(known):
            raise _wrong(
                f"type is one of {', '.join(known)}", f"type is een van {', '.join(known)}"
            )
        limit = max(1, min(limit, MOST_RESULTS))
        found = self._alike(release, documents, text, wanted or known)
        properties = _pairs(query.get("properties"))
        out = []
        for path, (score, kind, title) in found[: 2 * limit if properties else limit]:
            if properties:
                score = 0.7 * score + 30 * _share(documents.get(path), properties, release.base)
            out.append({
                "id": path.removeprefix("id/"), "name": _of(title, language) or path,
                "type": [item for item in self.types(language) if item["id"] == kind],
                "score": round(score, 1), "match": False,
            })  # fmt: skip
        out.sort(key=lambda item: (-float(str(item["score"])), str(item["id"])))
        same = [item for item in out if float(str(item["score"])) >= _SAME]
        if len(same) == 1:
            same[0]["match"] = True
        return out[:limit]

    def _alike(
        self, release: OpenRelease, documents: Documents, text: str, types: Iterable[str]
    ) -> list[tuple[str, tuple[float, str, dict[str, str]]]]:
        """Return things by name, the best first: (path, (score, type, names))."""
        best: dict[str, tuple[float, str, dict[str, str]]] = {}
        forms = _forms(text)
        for kind in types if forms[0] else ():
            names = self._of_type(release, documents, kind)
            for form, wanted in enumerate(forms):
                hits = process.extract(
                    wanted, [told[form] for told, _, _ in names], limit=MOST_RESULTS * 2,
                    scorer=Indel.normalized_similarity, score_cutoff=_ALIKE / 100,
                )  # fmt: skip
                for _, score, index in hits:
                    _, path, title = names[index]
                    if score * 100 > best.get(path, (0.0,))[0]:
                        best[path] = score * 100, kind, title
            # other names, and words within a name, are in the index of texts
            for item in documents.search(text, inventories=[kind], limit=MOST_RESULTS)[1]:
                best.setdefault(item["path"], (_ALIKE, kind, item["label"]))
        return sorted(best.items(), key=lambda item: (-item[1][0], item[0]))

    def _of_type(self, release: OpenRelease, documents: Documents, kind: str) -> list[_Named]:
        kept = self._names
        if kept.release != release.release.id:
            kept = self._names = _Names(release.release.id)
        if kind not in kept.by_type:
            kept.by_type[kind] = [
                (_forms(name), path, title)
                for path, title in documents.listed(kind)
                for name in sorted(set(title.values()))
            ]
        return kept.by_type[kind]

    def suggest(self, what: str, prefix: str, language: str) -> list[dict[str, Any]]:
        """Return entities, types or properties whose name begins with, or holds, a text."""
        release, text = self._site.release, prefix[:_MOST_TEXT]
        if what == "type":
            return [t for t in self.types(language) if fold(text) in fold(t["name"] + t["id"])]
        if what == "property":
            return [p for p in self.properties("", language)
                    if fold(text) in fold(p["name"] + " " + p["id"])][:MOST_RESULTS]  # fmt: skip
        names = {item["id"]: item for item in self.types(language)}
        with self._documents(release) as documents:
            _, hits = documents.search(text, inventories=list(names), limit=MOST_RESULTS)
        return [{"id": hit["path"].removeprefix("id/"),
                 "name": _of(hit["label"], language) or hit["path"],
                 "description": _of(hit["summary"], language)[:200],
                 "notable": [names[hit["inventory"]]]} for hit in hits]  # fmt: skip

    def properties(self, kind: str, language: str) -> list[dict[str, str]]:
        """Return the properties that things of a type have, or those of any type."""
        release = self._site.release
        types = [kind] if kind else [item["id"] for item in self.types(language)]
        found: dict[str, str] = {}
        with self._documents(release) as documents:
            for name in types:
                for path, _ in documents.listed(name, limit=50):
                    thing = documents.get(path)
                    for _, predicate, _, _ in thing.own() if thing else ():
                        iri = predicate[1:-1]
                        if iri != RDF_TYPE and thing:
                            found.setdefault(iri, _of(thing.labels.get(iri, {}), language))
        return [{"id": iri, "name": found[iri] or _last(iri)} for iri in sorted(found)]

    def extend(self, given: Any, language: str) -> dict[str, Any]:
        """Return values of properties of things.

        Raises:
            InputError: It does not say which things and properties, or too many.
        """
        ids = given.get("ids") if isinstance(given, dict) else None
        asked = given.get("properties") if isinstance(given, dict) else None
        good = (
            isinstance(ids, list) and len(ids) <= MOST_IDS
            and isinstance(asked, list) and len(asked) <= MOST_PROPERTIES
            and all(isinstance(p, dict) and isinstance(p.get("id"), str) for p in asked)
        )  # fmt: skip
        if not good:
            raise _wrong(f"extend has at most {MOST_IDS} ids and {MOST_PROPERTIES} properties",
                         f"extend heeft hoogstens {MOST_IDS} ids en {MOST_PROPERTIES} "
                         "properties")  # fmt: skip
        assert isinstance(ids, list)
        assert isinstance(asked, list)
        meta: dict[str, str] = {item["id"]: "" for item in asked}
        rows: dict[str, Any] = {}
        release = self._site.release
        with self._documents(release) as documents:
            for name in map(str, ids):
                thing = documents.get("id/" + name)
                rows[name] = {iri: _values(thing, iri, release.base, language) for iri in meta}
                for iri in meta:
                    if thing and not meta[iri]:
                        meta[iri] = _of(thing.labels.get(iri, {}), language)
        named = [{"id": iri, "name": name or _last(iri)} for iri, name in meta.items()]
        return {"meta": named, "rows": rows}


def _forms(name: str) -> tuple[str, str]:
    """Return what is compared: the words of a name in the order of the alphabet, and run on."""
    words = fold(name).split()
    return " ".join(sorted(words)), "".join(words)


def _pairs(given: Any) -> list[tuple[str, str]]:
    if not isinstance(given, list):
        return []
    out = []
    for item in given[:MOST_PROPERTIES]:
        value = item.get("v") if isinstance(item, dict) else None
        value = value.get("id") or value.get("name") if isinstance(value, dict) else value
        if value is not None:
            out.append((str(item.get("pid", "")), str(value)[:_MOST_TEXT]))
    return out


def _share(thing: Description | None, properties: list[tuple[str, str]], base: str) -> float:
    """Return which part of the properties a thing has with the value that was given."""
    if thing is None:
        return 0.0
    hits = 0
    for iri, value in properties:
        said = set()
        for item in _values(thing, iri, base, ""):
            said |= {fold(str(text)) for text in item.values()}
        for quad in thing.own():
            if quad[1] == f"<{iri}>":
                said |= {fold(t) for t in thing.labels.get(quad[2][1:-1], {}).values()}
        hits += fold(value) in said
    return hits / len(properties)


def _values(
    thing: Description | None, iri: str, base: str, language: str
) -> list[dict[str, Any]]:  # fmt: skip
    out: list[dict[str, Any]] = []
    for subject, predicate, object_, _ in thing.own() if thing else ():
        if thing is None or predicate != f"<{iri}>" or subject != f"<{thing.focus}>":
            continue
        if object_.startswith('"'):
            out.append({"str": literal_of(object_).text[:_CUT]})
            continue
        value = object_[1:-1]
        label = _of(thing.labels.get(value, {}), language)
        if base and value.startswith(base + "id/"):
            out.append({"id": value.removeprefix(base + "id/"), "name": label or _last(value)})
        else:
            out.append({"str": value})
    return out


def _of(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("nl") or next(iter(texts.values()), "")


def _last(iri: str) -> str:
    return iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :] or iri


def _wrong(text: str, nl: str) -> InputError:
    return InputError(text, nl=nl)
