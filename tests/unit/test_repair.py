"""Repair rules: each does what it says, is idempotent, lists all, and validates no worse."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cli.repair import run
from app.errors import InputError
from app.rdf import media
from app.rdf.io import parse
from app.rdf.namespaces import PREFIXES
from app.rdf.terms import Triple
from app.rdf.turtle import Prefixes
from app.validation.profiles import Profile
from app.validation.profiles import load as load_profile
from app.validation.repair import RULES, Change, Repaired, repair, rules_named
from app.validation.repair.document import difference, repaired_quads
from app.validation.shifty import Shifty
from app.validation.sources import Source, read
from app.validation.syntaxerrors import SourceError
from app.validation.terms import KnownTerms, load_terms

ROOT = Path(__file__).resolve().parents[2]
TERMS = load_terms(ROOT / "vocab" / "termen")
BASE = "https://voorbeeld.test/"
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
AUTHORITY = "http://publications.europa.eu/resource/authority/"
ENGINE = Shifty()
PROFILES = {
    name: load_profile(name, [ROOT / "shapes"], base=BASE)
    for name in ("dcat-ap-vl-3.0", "dcat-ap-3.0.1")
}
CONFORM = sorted((ROOT / "tests" / "data" / "shapes").glob("*/conform.ttl"))


def triples(turtle: str) -> list[Triple]:
    text = (HEAD + turtle).encode()
    return [q[:3] for q in parse(text, media.TURTLE, base=BASE, where="test")]


def replay(before: list[Triple], changes: tuple[Change, ...]) -> set[Triple]:
    left = set(before)
    for change in changes:
        assert set(change.removed) <= left, "removes what is not there"
        left = (left - set(change.removed)) | set(change.added)
    return left


def mended(before: list[Triple]) -> Repaired:
    """Repair, with what must hold of every repair."""
    found = repair(before, RULES, terms=TERMS)
    assert replay(before, found.changes) == set(found.triples)
    again = repair(found.triples, RULES, terms=TERMS)
    assert again.changes == ()
    assert again.triples == found.triples
    return found


NLD = f"<{AUTHORITY}language/NLD>"
FREE = "<https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0>"
VL = "<https://data.vlaanderen.be/doc/applicatieprofiel/DCAT-AP-VL>"
CASES = {
    "namespace": [
        ("<x> <http://data.vlaanderen.be/ns/metadata-dcat#statuut> <y> .",
         "<x> mdcat:statuut <y> ."),
        ("<x> <https://purl.org/dc/terms/title> 'a'@nl .", "<x> dct:title 'a'@nl ."),
        ("<x> <http://purl.org/dc/terms#title> 'a'@nl .", "<x> dct:title 'a'@nl ."),
        ("<x> a <http://www.w3.org/ns/dcat/Dataset> .", "<x> a dcat:Dataset ."),
    ],
    "misspelt": [
        ("<x> dcat:servesdataset <y> .", "<x> dcat:servesDataset <y> ."),
        ("<x> dcat:accessUrl <y> .", "<x> dcat:accessURL <y> ."),
        ("<x> a dcat:Distributon .", "<x> a dcat:Distribution ."),
        ("<x> vcard:hasMail <y> .", "<x> vcard:hasEmail <y> ."),
        ("<x> dct:descripton 'a'@nl .", "<x> dct:description 'a'@nl ."),
    ],
    "spaces": [("<x> dct:title ' a '@nl .", "<x> dct:title 'a'@nl .")],
    "mailto": [
        ("<x> vcard:hasEmail 'info@voorbeeld.be' .",
         "<x> vcard:hasEmail <mailto:info@voorbeeld.be> ."),
        ("<x> foaf:mbox 'mailto:a@b.be' .", "<x> foaf:mbox <mailto:a@b.be> ."),
    ],
    "tel": [
        ("<x> vcard:hasTelephone '+32 (0)2 555 00 00' .",
         "<x> vcard:hasTelephone <tel:+3225550000> ."),
        ("<x> foaf:phone '0032 2 555 00 00' .", "<x> foaf:phone <tel:+3225550000> ."),
    ],
    "date": [
        ("<x> dct:issued '31/05/2024' .", "<x> dct:issued '2024-05-31'^^xsd:date ."),
        ("<x> dct:issued '2024/5/6' .", "<x> dct:issued '2024-05-06'^^xsd:date ."),
        ("<x> dct:issued '2024-05-31' .", "<x> dct:issued '2024-05-31'^^xsd:date ."),
        ("<x> dct:modified '2024-05-31T10:00:00Z'^^xsd:date .",
         "<x> dct:modified '2024-05-31T10:00:00Z'^^xsd:dateTime ."),
    ],
    "language": [
        ("<x> dct:language 'nl' .", f"<x> dct:language {NLD} ."),
        ("<x> dct:language <http://lexvo.org/id/iso639-3/nld> .", f"<x> dct:language {NLD} ."),
        ("<x> dct:language 'dut' .", f"<x> dct:language {NLD} ."),
        ("<x> dct:language <http://lexvo.org/id/iso639-3/nld> . "
         "<http://lexvo.org/id/iso639-3/nld> a dct:LinguisticSystem .",
         f"<x> dct:language {NLD} . {NLD} a dct:LinguisticSystem ."),
    ],
    "code-twin": [
        ("<x> dcat:theme <https://vocab.belgif.be/auth/datatheme/TRAN> .",
         "<x> dcat:theme <http://vocab.belgif.be/auth/datatheme/TRAN> ."),
    ],
    "licence": [
        ("<x> dct:license <http://data.vlaanderen.be/doc/licentie/modellicentie-gratis-hergebruik/"
         "v1.0/> .", f"<x> dct:license {FREE} ."),
        ("<x> dct:license 'cc-zero' .", f"<x> dct:license <{AUTHORITY}licence/CC0> ."),
        ("<x> dct:license <http://creativecommons.org/licenses/by/4.0> .",
         f"<x> dct:license <{AUTHORITY}licence/CC_BY_4_0> ."),
        # its description comes along
        ("<x> dct:license <https://creativecommons.org/licenses/by/4.0/> . "
         "<https://creativecommons.org/licenses/by/4.0/> a dct:LicenseDocument .",
         f"<x> dct:license <{AUTHORITY}licence/CC_BY_4_0> . "
         f"<{AUTHORITY}licence/CC_BY_4_0> a dct:LicenseDocument ."),
    ],
    "access-url": [
        ("<x> a dcat:Distribution ; dcat:downloadURL <y> .",
         "<x> a dcat:Distribution ; dcat:downloadURL <y> ; dcat:accessURL <y> ."),
        ("<z> dcat:distribution <x> . <x> dcat:downloadURL <y> .",
         "<z> dcat:distribution <x> . <x> dcat:downloadURL <y> ; dcat:accessURL <y> ."),
    ],
    "agent-types": [
        (f"<r> dct:conformsTo {VL} . <x> dct:publisher <y> . <y> a foaf:Agent ; foaf:name 'a'@nl .",
         f"<r> dct:conformsTo {VL} . <x> dct:publisher <y> . "
         "<y> a foaf:Agent, dct:Agent ; foaf:name 'a'@nl ."),
        (f"<r> dct:conformsTo {VL} . <x> dcat:contactPoint <y> . <y> a vcard:Organization .",
         f"<r> dct:conformsTo {VL} . <x> dcat:contactPoint <y> . "
         "<y> a vcard:Organization, vcard:Kind ."),
    ],
}  # fmt: skip
LEFT = {
    "both schemes are in use": "<x> <http://data.vlaanderen.be/ns/besluit#classificatie> <y> .",
    "a vocabulary we know in part": "<x> mdcat:statut <y> .",
    "several names are near": "<x> skos:broadMatc <y> ; skos:roadMatch <y> .",
    "resembles nothing": "<x> dcat:kleur 'rood' .",
    "another word": "<x> vcard:hasPhone <y> ; vcard:hasNumber <z> .",
    "an outdated name": "<x> vcard:workTel <y> .",
    "the right name is there too": "<x> dcat:servesdataset <y> ; dcat:servesDataset <z> .",
    "two wrong names for one": "<x> dcat:mediatype <y> ; dcat:mediaTyp <z> .",
    "a text of spaces": "<x> dct:title ' '@nl .",
    "no address": "<x> vcard:hasEmail 'via de website' .",
    "two addresses": "<x> vcard:hasEmail 'a@b.be, c@d.be' .",
    "no country number": "<x> vcard:hasTelephone '02 555 00 00' .",
    "day or month first": "<x> dct:issued '05/06/2024' .",
    "no such day": "<x> dct:issued '31/02/2024' .",
    "a year": "<x> dct:issued '2024' .",
    "a right date": "<x> dct:issued '2024-05-31T10:00:00'^^xsd:dateTime .",
    "unknown language": "<x> dct:language 'qq' .",
    "version of the licence unknown": "<x> dct:license 'CC BY' .",
    "a page about the licence": "<x> dct:license <https://creativecommons.org/licenses/by/4.0/> . "
    "<https://creativecommons.org/licenses/by/4.0/> a foaf:Document .",
    "a code that is described": "<x> dcat:theme <https://vocab.belgif.be/auth/datatheme/TRAN> . "
    "<https://vocab.belgif.be/auth/datatheme/TRAN> a skos:Concept .",
    "two files": "<x> a dcat:Distribution ; dcat:downloadURL <y>, <z> .",
    "no distribution": "<x> dcat:downloadURL <y> .",
    "not DCAT-AP Vlaanderen": "<x> dct:publisher <y> . <y> a foaf:Agent ; foaf:name 'a'@nl .",
    "an organisation without foaf:name": f"<r> dct:conformsTo {VL} . <x> dct:publisher <y> . "
    "<y> a org:Organization ; skos:prefLabel 'a'@nl .",
}


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in RULES} == set(CASES)
    assert all(set(rule.finds) == {"nl", "en"} == set(rule.does) for rule in RULES)


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [(rule, *case) for rule, cases in CASES.items() for case in cases],
)  # fmt: skip
def test_a_rule_does_what_it_says(rule: str, before: str, after: str) -> None:
    found = mended(triples(before))
    assert set(found.triples) == set(triples(after))
    assert {change.rule for change in found.changes} == {rule}


@pytest.mark.parametrize("case", LEFT)
def test_what_is_not_certain_stays(case: str) -> None:
    assert mended(triples(LEFT[case])).changes == ()


def test_rules_build_on_each_other() -> None:
    found = mended(
        triples("<x> a dcat:Distributon ; dcat:downloadUrl <y> ; dct:isued ' 31/5/2024'.")
    )
    expected = ("<x> a dcat:Distribution ; dcat:downloadURL <y> ; dcat:accessURL <y> ; "
                "dct:issued '2024-05-31'^^xsd:date .")  # fmt: skip
    assert set(found.triples) == set(triples(expected))


def test_licence_aliases_name_the_licence_of_their_own_address() -> None:
    """Facts of the source lists that contradict their own address are not taken over."""
    for alias, iri in TERMS.licences.items():
        parts = alias.split("creativecommons.org/licenses/")
        if len(parts) == 2 and parts[1].startswith("by"):
            kind, version = parts[1].split("/")[:2]
            want = "CC_BY" + kind.removeprefix("by").replace("-", "") + "_" + version
            assert iri.rsplit("/", 1)[1] == want.replace(".", "_").upper(), alias
    assert "CC BY" not in TERMS.licences


SUBJECTS = ("<https://v.test/x>", "<https://v.test/y>", "_:b")
PREDICATES = tuple(
    f"<{iri}>"
    for iri in [
        *(v.namespace + name for v in TERMS.vocabularies.values() for name in [*v.terms][:4]),
        *(PREFIXES["dct"] + n for n in ("title", "isued", "issued", "license", "language")),
        *(PREFIXES["dcat"] + n for n in ("accessURL", "downloadURL", "downloadurl")),
        *(PREFIXES["vcard"] + n for n in ("hasEmail", "hasemail", "hasTelephone", "hasUrl")),
        "http://purl.org/dc/terms#isued", "https://purl.org/dc/terms/license", "urn:p",
        PREFIXES["rdf"] + "type", PREFIXES["dct"] + "publisher", PREFIXES["dct"] + "conformsTo",
    ]
)  # fmt: skip
OBJECTS = st.one_of(
    st.sampled_from((
        *SUBJECTS, NLD, VL, FREE, "<http://creativecommons.org/licenses/by/4.0/>", '"cc-zero"',
        '"nl"', '" dut "', '"31/05/2024"', '" 2024-05-31 "', '"05/06/2024"@nl', '"a@b.be"',
        '"+32 2 555 00 00"', '"  "', f"<{PREFIXES['dcat']}distribution>",
        f"<{PREFIXES['dcat']}Datset>", f"<{PREFIXES['foaf']}Agent>",
        f"<{PREFIXES['dcat']}Distribution>",
    )),
    st.text(alphabet="ab@./+ 0123\\\"\n", max_size=12).map(
        lambda t: '"' + t.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    ),
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(PREDICATES), OBJECTS), max_size=15
    )
)
def test_repair_is_idempotent_and_lists_all_it_does(data: list[Triple]) -> None:
    mended(data)


def results(data: tuple[Triple, ...] | list[Triple], profile: Profile) -> Counter[tuple[str, ...]]:
    text = "".join(f"{s} {p} {o} .\n" for s, p, o in data).encode()
    found = ENGINE.validate(text, profile).results
    return Counter((r.focus, r.path, r.component, r.severity) for r in found)


def example(name: str, shared: Path) -> list[Triple]:
    path = shared / "standards" / "examples" / name
    found: list[Triple] = []
    try:
        for quad in read(Source(path.read_bytes(), name, name=name)).quads():
            found.append(quad[:3])
    except SourceError:
        # two things inside one property at line 73: what stands before is looked at
        assert name == "favv-dcat.rdf"
    assert len(found) > 20
    return found


EXAMPLES = (
    "dataset-open-nongeo.xml", "dcat-feed-mow.rdf", "favv-dcat.rdf",
    "fietstelpaal-visserij-gent.dcat-ap3.xml", "statbel_opendata_subset.ttl",
)  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_real_feeds_validate_no_worse(name: str, shared: Path) -> None:
    before = example(name, shared)
    found = mended(before)
    for profile in PROFILES.values():
        assert results(found.triples, profile) - results(before, profile) == Counter()


@pytest.mark.parametrize("path", CONFORM, ids=lambda path: path.parent.name)
def test_graphs_that_conform_stay_as_they_are(path: Path) -> None:
    quads = parse(path.read_bytes(), media.TURTLE, base=BASE, where=path.name)
    assert mended([q[:3] for q in quads]).changes == ()


# the command


def test_the_command_prints_the_difference_and_writes_a_neighbour(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "feed.ttl"
    file.write_text(HEAD + "<https://v.test/x> dct:title ' a'@nl ; dct:language 'nl' .")
    code = run(str(file), output=None, rules=[], lang="nl", dry_run=False, terms=TERMS)
    told = capsys.readouterr()
    assert code == 0
    assert f"--- {file}\n+++ {file} (hersteld)\n@@ -2 +2 @@ spaces, language\n" in told.out
    assert '\n-    dct:title " a"@nl ;\n' in told.out
    assert f"\n+    dct:language {NLD} ;\n" in told.out
    assert "2 herstellingen:\n  spaces (1): " in told.err
    assert "\n  language (1): " in told.err
    after = parse((tmp_path / "feed.hersteld.ttl").read_bytes(), media.TURTLE, base=BASE, where="")
    assert {q[2] for q in after} == {'"a"@nl', NLD}
    assert file.read_text().endswith("'nl' .")


def test_a_dry_run_writes_nothing_and_says_whether_there_is_work(tmp_path: Path) -> None:
    file = tmp_path / "feed.nt"
    file.write_text(f'<https://v.test/x> <{PREFIXES["dct"]}language> "nl" .\n')
    options = {"output": None, "lang": "en", "terms": TERMS}
    assert run(str(file), rules=[], dry_run=True, **options) == 1  # type: ignore[arg-type]
    assert run(str(file), rules=["date"], dry_run=True, **options) == 0  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == ["feed.nt"]


@pytest.mark.parametrize("syntax", [media.RDF_XML, media.JSON_LD, media.TRIG, media.N_QUADS])
def test_the_syntax_stays(syntax: media.MediaType, tmp_path: Path) -> None:
    from app.rdf.io import write

    graph = "<https://v.test/g>" if syntax.quads else ""
    quad = ("<https://v.test/x>", f"<{PREFIXES['dct']}title>", '" a"@nl', graph)
    file, out = tmp_path / f"feed.{syntax.suffix}", tmp_path / f"out.{syntax.suffix}"
    file.write_bytes(write([quad], syntax, Prefixes()))
    run(str(file), output=out, rules=[], lang="en", dry_run=False, terms=TERMS)
    assert list(parse(out.read_bytes(), syntax, base=BASE, where="")) == [
        (*quad[:2], '"a"@nl', graph)
    ]
    turtle = tmp_path / "out.ttl"
    run(str(file), output=turtle, rules=[], lang="en", dry_run=False, terms=TERMS)
    assert [q[2] for q in parse(turtle.read_bytes(), media.TURTLE, base=BASE, where="")] == [
        '"a"@nl'
    ]


@pytest.mark.parametrize("syntax", [media.TURTLE, media.RDF_XML, media.JSON_LD, media.TRIG])
def test_what_stands_relative_to_the_file_stays_so(
    syntax: media.MediaType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from app.rdf.io import write

    file, out = tmp_path / f"feed.{syntax.suffix}", tmp_path / f"feed.hersteld.{syntax.suffix}"
    here, dct, graph = file.as_uri(), PREFIXES["dct"], ""
    quads = [
        (f"<{here}#d>", f"<{dct}title>", '" a"@nl', graph),
        (f"<{here}#d>", f"<{dct}source>", f"<{here}>", graph),
        (f"<{here}#d>", f"<{dct}relation>", f"<{tmp_path.as_uri()}/ander>", graph),
        (f"<{here}#d>", f"<{dct}publisher>", f"<{tmp_path.parent.as_uri()}/stad>", graph),
    ]
    file.write_bytes(write(quads, syntax, Prefixes(), base=here))
    assert tmp_path.name.encode() not in file.read_bytes()
    run(str(file), output=None, rules=[], lang="nl", dry_run=False, terms=TERMS)
    assert tmp_path.name.encode() not in out.read_bytes()
    assert "\n <#d>\n-" in capsys.readouterr().out
    moved = "https://stad.test/open/feed"  # published, it leads to where it is published
    after = {q[:3] for q in parse(out.read_bytes(), syntax, base=moved, where="")}
    assert after == {
        (f"<{moved}#d>", f"<{dct}title>", '"a"@nl'),
        (f"<{moved}#d>", f"<{dct}source>", f"<{moved}>"),
        (f"<{moved}#d>", f"<{dct}relation>", "<https://stad.test/open/ander>"),
        (f"<{moved}#d>", f"<{dct}publisher>", "<https://stad.test/stad>"),
    }


def test_a_dash_is_standard_output(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("feed.ttl").write_text(HEAD + "<https://v.test/x> dct:title ' a'@nl .")
    run("feed.ttl", output=Path("-"), rules=[], lang="nl", dry_run=False, terms=TERMS)
    assert b'dct:title "a"@nl' in capfdbinary.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["feed.ttl"]


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(InputError, match="namespace, misspelt"):
        rules_named(["alles"])


def test_a_triple_of_two_graphs_is_changed_in_both() -> None:
    old, new = ("<urn:x>", "<urn:p>", '"a"'), ("<urn:x>", "<urn:p>", '"b"')
    quads = [(*old, "<urn:1>"), (*old, "<urn:2>"), ("<urn:z>", "<urn:p>", '"a"', "")]
    found = repaired_quads(
        quads, [Change("r", (old,), (new,)), Change("r", (), (("<urn:z>", *new[1:]),))]
    )
    assert set(found) == {
        (*new, "<urn:1>"), (*new, "<urn:2>"), quads[2], ("<urn:z>", *new[1:], ""),
    }  # fmt: skip


def test_what_comes_and_goes_is_not_in_the_difference() -> None:
    a, b, c = (("<urn:x>", "<urn:p>", f'"{text}"') for text in "abc")
    told = list(
        difference("f", [Change("r", (a,), (b,)), Change("q", (b,), (c,))], Prefixes(), "en")
    )
    assert told[2:] == ["@@ -1 +1 @@ r, q", " <urn:x>", '-    <urn:p> "a" ;', '+    <urn:p> "c" ;']


def test_terms_are_of_a_folder(tmp_path: Path) -> None:
    assert isinstance(TERMS, KnownTerms)
    with pytest.raises(InputError):
        load_terms(tmp_path)
