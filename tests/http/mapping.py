"""What tests of the service of mappings share: tables, mappings, a client, how it refuses."""

from __future__ import annotations

from typing import Any

import httpx2 as httpx
from starlette.testclient import TestClient

from tests.http.support import PROBLEM

EVIL = "<img src=x onerror=alert(1)>"
TABLE = (
    "Onze organisaties;;\nOVO-code;Naam;Website\nOVO000001;Stad Gent;https://gent.be\n"
    "OVO000002;Brugge;https://brugge.be\nOVO000003;Leuven;https://leuven.be\n"
    f"OVO000004;{EVIL};javascript:alert(1)\nOVO000005;+1+1;geen site\n"
)
MAPPING = """prefixes: {ex: https://stad.test/ns#}
sources: {t: [boom.csv~csv]}
mappings:
  boom:
    sources: t
    s: id/boom/$(nr)
    po:
      - [a, ex:Boom]
      - [ex:hoogte, $(hoogte), xsd:integer]
      - [ex:naam, $(naam), nl~lang]
"""
TREES = "nr,hoogte,naam\n1,12,Eik\n2,hoog,Beuk\n"
RML = """@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
[] rml:logicalSource [ rml:source "boom.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "https://stad.test/{nr}" ] ;
  rr:predicateObjectMap [ rr:predicate <https://stad.test/naam> ;
    rr:objectMap [ rml:reference "naam" ] ] .
"""
# what no stranger may see
INSIDE = ("Traceback", "site-packages", "/work/", "/tmp/", "/usr/", 'File "', ".py", "0x7f")
PRIVATE = "root:x:0:0"


def send(
    client: TestClient,
    table: str | bytes = TREES,
    name: str = "boom.csv",
    *,
    at: str = "/api/map",
    headers: dict[str, str] | None = None,
    **fields: Any,
) -> httpx.Response:
    data = table.encode() if isinstance(table, str) else table
    return client.post(at, files={"file": (name, data)}, data=fields, headers=headers or {})


def good(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refused(answer: httpx.Response, code: str = "bad-input", status: int = 400) -> dict[str, str]:
    """Return what a problem says, in both languages; fail if it tells of our insides."""
    assert answer.status_code == status, answer.text[:1000]
    assert answer.headers["content-type"] == PROBLEM
    told = answer.json()
    assert told["code"] == code
    texts: dict[str, str] = told["messages"]
    assert texts["nl"] != texts["en"]
    assert not [word for word in (*INSIDE, PRIVATE) if word in answer.text], answer.text[:1000]
    assert len(answer.text) < 20_000
    return texts


JOINED = """
mappings:
  boom:
    sources: [[bomen.csv~csv]]
    s: boom/$(nr)
    po:
      - p: ex:in
        o: {mapping: park, condition: {function: equal,
            parameters: [[str1, $(park), s], [str2, $(code), o]]}}
  park: {sources: [[parken.csv~csv]], s: park/$(code), po: [[ex:naam, $(naam)]]}
prefixes: {ex: https://stad.test/ns#}
"""
