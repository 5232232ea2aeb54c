"""The five stars of open data (5stardata.info), of a distribution and of a dataset.

Each star has criteria, and stars are cumulative. The file that was fetched decides, not what the
metadata call it; without it nothing that depends on an answer is sure, and what the metadata state
is possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.quality import starwords
from app.quality.evidence import Content, Criterion, Look, Looks, Stars
from app.quality.indicators import Outcome
from app.quality.known import Known, every, one_of
from app.quality.matching import file_types
from app.quality.reasons import said
from app.quality.records import Facts, Record, web_address
from app.quality.starwords import Text, short
from app.rdf.namespaces import term
from app.rdf.terms import Term, is_literal, literal_of

HIGHEST: Final = 5
_ACCESS, _DOWNLOAD = term("dcat:accessURL"), term("dcat:downloadURL")
_LICENCE, _RIGHTS = term("dct:license"), term("dct:accessRights")
RDF_TYPES: Final = frozenset({
    "RDF", "RDFA", "RDF_TURTLE", "RDF_TRIG", "RDF_N_TRIPLES", "RDF_N_QUADS", "RDF_XML", "JSON_LD",
    "RDF_TRIX", "RDF_THRIFT", "N3", "OWL", "SKOS_XML", "HDT",
})  # fmt: skip
_PAGES: Final = frozenset({"HTML", "XHTML"})
_SOFT: Final = "soft-404"


@dataclass(frozen=True, slots=True)
class _File:
    """The file of a distribution: the look and the content that count, if it was read.

    `content` may be that of an entry of an archive, whose name is `inside`. `failed` says that
    every address was asked for it and none gave it; `page`, that only a web page was found.
    """

    look: Look | None = None
    content: Content | None = None
    inside: str = ""
    failed: bool = False
    page: bool = False


def stars(facts: Facts, rights: Sequence[Term], looks: Looks, known: Known) -> Stars:
    """Return the stars of a distribution; `rights` are the access rights of its dataset.

    `looks` are those at its addresses, and at the samples of names that their contents give.
    """
    file = _file(facts, looks, known)
    criteria = [
        _answers(facts, looks),
        _licence(facts.get(_LICENCE, ()), known),
        _access_right(rights, known),
        *_format(facts, file, known),
        *_linked(facts, file, looks, known),
    ]
    basis = "fetched" if file.content else "metadata"
    return Stars(_reached(criteria, {True}), _reached(criteria, {True, None}), basis, criteria)


def of_dataset(record: Record, looks: Looks, known: Known) -> tuple[Term, Stars]:
    """Return the distribution of a dataset with most stars, and its stars; "" without any.

    Names of nodes and their order do not decide.
    """
    rights = record.facts.get(_RIGHTS, ())
    found = [(name, stars(facts, rights, looks, known)) for name, facts in record.distributions]
    if not found:
        return "", Stars(0, 0, "metadata", [_criterion("distribution", 1, False, "none")])
    return max(found, key=lambda item: (_rank(item[1]), item[0]))


def _rank(one: Stars) -> tuple[int, int, tuple[str, ...], tuple[str, ...]]:
    outcomes = tuple(str(criterion.passed) for criterion in one.criteria)
    return one.sure, one.possible, outcomes, tuple(c.said["en"] for c in one.criteria)


def _reached(criteria: Sequence[Criterion], enough: set[Outcome]) -> int:
    missing = next((one for one in criteria if one.passed not in enough), None)
    return HIGHEST if missing is None else missing.star - 1


def _criterion(
    key: str, star: int, passed: Outcome, how: str = "", **facts: str | int | Text
) -> Criterion:
    how = how or {True: "yes", False: "no", None: "unknown"}[passed]
    return Criterion(key, star, passed, starwords.text(f"{key}-{how}", **facts))


# the file


def _file(facts: Facts, looks: Looks, known: Known) -> _File:
    direct = _addresses(facts, _DOWNLOAD)
    asked = [looks[url] for url in direct or _addresses(facts, _ACCESS) if url in looks]
    read = [
        _File(look, content, inside)
        for look in asked if look.content and answered(look)
        for inside, content in _usable(look.content)
    ]  # fmt: skip
    if read:
        best = max(read, key=lambda file: _worth(file, known))
        assert best.content is not None
        if not direct and best.content.file_type in _PAGES:
            return _File(page=True)
        return best
    addresses = len(direct or _addresses(facts, _ACCESS))
    return _File(failed=len(asked) == addresses and all(answered(one) is False for one in asked))


def _addresses(facts: Facts, *properties: Term) -> list[str]:
    values = (value for name in properties for value in facts.get(name, ()))
    return sorted(set(filter(None, map(web_address, values))))


def _usable(content: Content) -> Iterator[tuple[str, Content]]:
    """Yield a content, or of an archive those of its entries, by the name of the entry."""
    if not content.entries:
        yield "", content
    for name, inner in content.entries:
        for deeper, found in _usable(inner):
            yield f"{name}/{deeper}" if deeper else name, found


def _worth(file: _File, known: Known) -> tuple[bool | int | str, ...]:
    content = file.content
    assert content is not None
    assert file.look is not None
    readable, free = _readable(content, known)[0], known.holds(content.file_type)[1]
    return (
        readable is True, readable is None, bool(free), content.file_type in RDF_TYPES,
        content.count, not file.inside, file.inside, file.look.url,
    )  # fmt: skip


def answered(look: Look) -> Outcome:
    """Return whether an address gave what is there: no error page, whatever its status."""
    if look.reason == _SOFT or (look.content and look.content.error):
        return False
    return look.answers


# star 1


def _answers(facts: Facts, looks: Looks) -> Criterion:
    urls = _addresses(facts, _DOWNLOAD, _ACCESS)
    if not urls:
        return _criterion("answers", 1, False, "none")
    found = [looks[url] for url in urls if url in looks]
    passed = one_of(answered(looks[url]) if url in looks else None for url in urls)
    same = [look for look in found if answered(look) is passed]
    return _criterion("answers", 1, passed, seen=_answer(same[0]) if same else
                      starwords.text("seen-unasked"))  # fmt: skip


def _answer(look: Look) -> Text:
    error = look.content.problem if look.content and look.content.error else None
    return starwords.text("seen-answer", url=short(look.url), answer=error or said(look),
                          when=starwords.when(look.time))  # fmt: skip


def _licence(values: Sequence[Term], known: Known) -> Criterion:
    if not values:
        return _criterion("licence", 1, False, "none")
    passed = every(map(known.open_licence, values))
    return _criterion("licence", 1, passed, value=_shown(values))


def _access_right(values: Sequence[Term], known: Known) -> Criterion:
    outcomes = set(map(known.public, values))
    passed = False if False in outcomes else None if None in outcomes else True
    return _criterion("access-right", 1, passed, value=_shown(values))


def _shown(values: Sequence[Term]) -> str:
    texts = (
        literal_of(one).text if is_literal(one) else "…" if one.startswith("_:") else one[1:-1]
        for one in sorted(values)
    )
    return ", ".join(dict.fromkeys(map(short, texts)))


# stars 2 and 3


def _format(facts: Facts, file: _File, known: Known) -> Iterator[Criterion]:
    if file.failed:
        missing = starwords.text("no-file")
        yield Criterion("machine-readable", 2, False, missing)
        yield Criterion("non-proprietary", 3, False, missing)
    elif file.content is None:
        yield from _stated(facts, file, known)
    else:
        assert file.look is not None
        content, name = file.content, known.type_name(file.content.file_type)
        passed, how = _readable(content, known)
        seen = starwords.seen(file.look, content, name, inside=file.inside)
        yield _criterion("machine-readable", 2, passed, how, seen=seen, problem=content.problem)
        yield _criterion("non-proprietary", 3, known.holds(content.file_type)[1], value=name)


def _stated(facts: Facts, file: _File, known: Known) -> Iterator[Criterion]:
    """Yield what the metadata alone make possible."""
    values = (*facts.get(term("dct:format"), ()), *facts.get(term("dcat:mediaType"), ()))
    why = starwords.text("why-page" if file.page else "why-unasked")
    if not values:
        yield _criterion("machine-readable", 2, False, "none")
        yield _criterion("non-proprietary", 3, None, value=starwords.text("unknown-type"))
        return
    codes = sorted(file_types(facts, known))
    value = _names(codes, known) if codes else _shown(values)
    readable = None if one_of(map(known.machine_readable, values)) is not False else False
    how = "stated" if readable is None else "stated-no"
    yield _criterion("machine-readable", 2, readable, how, value=value, why=why)
    free = None if one_of(map(known.non_proprietary, values)) is not False else False
    how = "stated" if free is None else "no"
    yield _criterion("non-proprietary", 3, free, how, value=value, why=why)


def _names(codes: Sequence[str], known: Known) -> Text:
    names = [known.type_name(code) for code in codes] or [starwords.text("unknown-type")]
    if len(names) == 1:
        return names[0]
    return {lang: ", ".join(name[lang] for name in names) for lang in ("nl", "en")}


def _readable(content: Content, known: Known) -> tuple[Outcome, str]:
    """Return whether a program can take data from a file, and how that is said.

    Of a malformed file what can be read counts: nothing of JSON, XML or RDF, the good rows of CSV.
    """
    listed = known.holds(content.file_type)[0]
    if content.file_type == "" or (listed is False and content.problem and content.valid is None):
        # not recognised, or an archive that was not opened
        return (False, "malformed") if content.valid is False else (None, "unsure")
    if not listed:
        return False, "no"
    if content.valid is False:
        return (True, "wrong") if content.count else (False, "malformed")
    if content.valid and content.counted and not content.count:
        return False, "empty"
    # a text that refers elsewhere for what it means is structured all the same
    if content.valid is None and content.problem and content.file_type != "JSON_LD":
        return None, "unsure"
    return True, "wrong" if content.problem else "yes"


# stars 4 and 5


def _linked(facts: Facts, file: _File, looks: Looks, known: Known) -> Iterator[Criterion]:
    rdf = _rdf(facts, file, known)
    yield rdf
    content = file.content
    if rdf.passed is not True or content is None:
        why = starwords.text("why-metadata" if rdf.passed is None else "why-rdf")
        yield from _unseen(why)
        return
    if content.valid is False:
        yield from _unseen(starwords.text("why-problem", problem=content.problem))
        return
    # what was not read may hold them
    none: Outcome = None if content.valid is None else False
    why = starwords.text("why-problem", problem=content.problem) if content.problem else (
        starwords.text("why-nothing"))  # fmt: skip
    yield _criterion("names", 4, True if content.own_count else none, count=content.own_count,
                     example=short(content.own[0]) if content.own else "", why=why)  # fmt: skip
    yield _sampled("names-answer", 4, content.own, looks, most=True)
    yield _criterion("links", 5, True if content.other_count else none, count=content.other_count,
                     example=short(content.other[0]) if content.other else "", why=why)  # fmt: skip
    yield _sampled("links-answer", 5, content.other, looks, most=False)


def _unseen(why: Text) -> Iterator[Criterion]:
    """Yield what a file says nothing of that has no statements, or was not read."""
    for key, star in (("names", 4), ("names-answer", 4), ("links", 5), ("links-answer", 5)):
        yield _criterion(key, star, None, why=why)


def _rdf(facts: Facts, file: _File, known: Known) -> Criterion:
    if file.failed:
        return Criterion("rdf", 4, False, starwords.text("no-file"))
    if file.content is None:
        stated = sorted(file_types(facts, known))
        if RDF_TYPES & set(stated):
            return _criterion("rdf", 4, None)
        return _criterion("rdf", 4, False, value=_names(stated, known))
    name = known.type_name(file.content.file_type)
    if file.content.file_type not in RDF_TYPES:
        return _criterion("rdf", 4, False, value=name)
    return _criterion("rdf", 4, False, "packed") if file.inside else (
        _criterion("rdf", 4, True, value=name))  # fmt: skip


def _sampled(
    key: str, star: int, sample: Sequence[str], looks: Looks, *, most: bool
) -> Criterion:  # fmt: skip
    """Return whether a sample of addresses answers: most of them, or at least one.

    It is not known while those that were not asked could still decide.
    """
    outcomes = [_dereferences(name, looks) for name in sample]
    good, bad = outcomes.count(True), outcomes.count(False)
    needed = len(outcomes) // 2 + 1 if most else 1
    if not sample or (good < needed and len(outcomes) - bad >= needed):
        return _criterion(key, star, None)
    failing = [name for name, outcome in zip(sample, outcomes, strict=True) if outcome is False]
    return _criterion(key, star, good >= needed, asked=good + bad, good=good,
                      example=short(failing[0]) if failing else "")  # fmt: skip


def _dereferences(name: str, looks: Looks) -> Outcome:
    # a server is asked without what follows the #
    look = looks.get(name) or looks.get(name.partition("#")[0])
    return answered(look) if look else None
