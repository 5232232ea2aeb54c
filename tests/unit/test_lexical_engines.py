"""Lexical forms as each engine judges them: ours by XML Schema 1.1 part 2, others with slips."""

from __future__ import annotations

import pytest

from app.rdf.terms import XSD, literal
from app.validation.engines import Default, Engine, PySHACL, Shifty
from app.validation.profiles import Profile
from tests.unit.test_lexical import BAD, GOOD

SH = "http://www.w3.org/ns/shacl#"
# rdflib takes minutes for a year of thousands of digits
FORMS = [(name, text, right) for forms, right in ((GOOD, True), (BAD, False))
         for name, texts in forms.items() for text in texts if len(text) < 100]  # fmt: skip
NO_YEAR = set(BAD["gYear"])
NO_MONTH = set(BAD["gYearMonth"])
SPACED = {" 7", "7 ", "7\n"}
# ill-typed forms that an engine takes: neither looks at the form of a year or a month at all
TAKEN: dict[type[Engine], dict[str, set[str]]] = {
    Default: {},
    Shifty: {"integer": SPACED, "double": {"inf", "-NaN"}, "gYear": NO_YEAR,
             "gYearMonth": NO_MONTH, "hexBinary": {"0", "0g"}, "duration": {"P1YT"}},
    PySHACL: {"integer": SPACED | {"٧"}, "decimal": {"1e3", "INF"}, "double": {"inf", "-NaN"},
              "gYear": NO_YEAR, "gYearMonth": NO_MONTH, "date": {"2019-03-26T00:00:00"},
              "dateTime": {"2019-03-26", "2019-03-26 10:00:00"},
              "duration": {"PT", "P1YT", "P1.5D"}},
}  # fmt: skip
# well-typed forms that an engine refuses: Python has no hour 24, and no year 0 or before it
REFUSED: dict[type[Engine], dict[str, set[str]]] = {
    Default: {},
    Shifty: {},
    PySHACL: {"date": {"-0004-02-29"},
              "dateTime": {"2019-03-26T24:00:00", "2019-03-26T24:00:00.000+01:00",
                           "0000-01-01T00:00:00Z"}},
}  # fmt: skip


def profile() -> Profile:
    text = [
        (f"<urn:shape:{name}>", f"<{SH}{predicate}>", value, "")
        for name in GOOD
        for predicate, value in (
            ("path", f"<urn:{name}>"),
            ("targetSubjectsOf", f"<urn:{name}>"),
            ("datatype", f"<{XSD}{name}>"),
        )
    ]
    types = [(f"<urn:shape:{name}>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
              f"<{SH}PropertyShape>", "") for name in GOOD]  # fmt: skip
    return Profile("vormen", "", (*types, *text))


@pytest.mark.parametrize("engine", [Default, Shifty, PySHACL])
def test_lexical_forms(engine: type[Engine]) -> None:
    data = "".join(
        f"<urn:v:{number}> <urn:{name}> {literal(text, datatype=XSD + name)} .\n"
        for number, (name, text, _) in enumerate(FORMS)
    )
    checked = engine().validate(data.encode(), profile())
    assert not checked.unchecked
    refused = {int(result.focus[len("<urn:v:") : -1]) for result in checked.results}
    taken: dict[str, set[str]] = {}
    wrongly: dict[str, set[str]] = {}
    for number, (name, text, right) in enumerate(FORMS):
        if not right and number not in refused:
            taken.setdefault(name, set()).add(text)
        if right and number in refused:
            wrongly.setdefault(name, set()).add(text)
    assert taken == TAKEN[engine]
    assert wrongly == REFUSED[engine]
