"""The score of 1,000 to 100,000 datasets: the indicators alone, and the whole card.

Each dataset has two distributions, some 40 triples; triples are in memory, nothing is validated.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

from app.bootstrap import known_quality, known_terms
from app.quality.beside import beside
from app.quality.card import card
from app.quality.mqa import Evidence, scores
from app.quality.records import records
from app.quality.scoring import scored
from app.rdf.namespaces import term
from app.rdf.terms import Triple

_SIZES = (1_000, 10_000, 100_000)
_GOAL = 5_000
_NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
_EU = "http://publications.europa.eu/resource/authority/"
_IANA = "http://www.iana.org/assignments/media-types/"
_FORMATS = (("CSV", "text/csv"), ("XLSX", "application/vnd.ms-excel"), ("PDF", "application/pdf"),
            ("RDF_TURTLE", "text/turtle"))  # fmt: skip


def report(*sizes: int) -> None:
    print(f"\n## Quality: the 23 indicators, without SHACL (goal {_GOAL:,} datasets per CPU s)")
    print(f"{'datasets':>9} {'triples':>10} {'gather s':>9} {'score s':>8} {'per CPU s':>10} "
          f"{'all of the card s':>18}")  # fmt: skip
    known, terms = known_quality(), known_terms()
    for size in sizes or _SIZES:
        triples = [triple for number in range(size) for triple in _dataset(number)]
        start = time.process_time()
        found = records(triples)
        gathered = time.process_time()
        assert len(scores(found, known, Evidence())) == size
        done = time.process_time()
        del found
        whole = time.process_time()
        judged = scored(triples, known, terms)
        around = beside(triples, [one.score.record for one in judged], {}, known, _NOW)
        card("bench", judged, around)
        all_of_it = time.process_time() - whole
        print(f"{size:>9,} {len(triples):>10,} {gathered - start:>9.2f} {done - gathered:>8.2f} "
              f"{size / (done - start):>10,.0f} {all_of_it:>18.2f}")  # fmt: skip


def _dataset(number: int) -> Iterator[Triple]:
    """Yield a dataset as catalogs have them; each third one lacks something."""
    node = f"<https://data.voorbeeld.test/id/dataset/{number}>"
    yield node, term("rdf:type"), term("dcat:Dataset")
    yield node, term("dct:title"), f'"Dataset {number}"@nl'
    yield node, term("dct:description"), f'"Beschrijving van dataset {number}"@nl'
    for word in ("open", "data", "vlaanderen"):
        yield node, term("dcat:keyword"), f'"{word}"@nl'
    yield node, term("dct:publisher"), "<https://data.voorbeeld.test/id/organisatie/1>"
    yield node, term("dcat:contactPoint"), f"_:contact{number}"
    yield f"_:contact{number}", term("vcard:hasEmail"), "<mailto:data@voorbeeld.test>"
    yield node, term("dct:accessRights"), f"<{_EU}access-right/PUBLIC>"
    yield node, term("dct:issued"), '"2024-01-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    if number % 3:
        yield node, term("dcat:theme"), f"<{_EU}data-theme/TRAN>"
        yield node, term("dct:spatial"), f"<{_EU}country/BEL>"
    for part in range(2):
        file, media_type = _FORMATS[(number + part) % len(_FORMATS)]
        name = f"<https://data.voorbeeld.test/id/distributie/{number}/{part}>"
        url = f"<https://data.voorbeeld.test/{number}/{part}>"
        yield node, term("dcat:distribution"), name
        yield name, term("rdf:type"), term("dcat:Distribution")
        yield name, term("dct:title"), f'"Bestand {part} van {number}"@nl'
        yield name, term("dcat:accessURL"), url
        yield name, term("dcat:downloadURL"), url
        yield name, term("dct:format"), f"<{_EU}file-type/{file}>"
        yield name, term("dcat:mediaType"), f"<{_IANA}{media_type}>"
        yield name, term("dct:license"), f"<{_EU}licence/CC0>"
        yield name, term("dcat:byteSize"), f'"{number}"'
        yield name, term("dct:modified"), '"2024-02-01"'
