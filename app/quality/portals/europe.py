"""data.europa.eu, the European portal: what is known of it besides its points.

Source: `standards/README.md` 11 and `quality.md` 1 of the shared facts. The points it gives, and
what they ask, are in `app.quality.mqa`; they are not repeated here. Of what it refuses no rule was
found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from app.quality.known import Known
from app.quality.portals import belgium
from app.quality.portals.model import (
    DROPPED,
    NOTE,
    REJECTED,
    UNKNOWN,
    Field,
    Hit,
    Portal,
    Rule,
    refuses,
)
from app.quality.portals.reading import (
    both,
    codes,
    dates,
    is_theme,
    keywords,
    licences,
    missing,
    named,
    resources,
    text,
    themes,
)
from app.quality.views import SERVICE, Gathered, View
from app.rdf.namespaces import term

# of DCAT 3; DCAT-AP 2.1.1 is built on DCAT 2, that does not have them
_NEW: Final = (
    "dcat:inSeries", "dcat:version", "dcat:hasVersion", "dcat:previousVersion", "dcat:first",
    "dcat:last", "dcat:prev",
)  # fmt: skip


def _not_taken(view: View, known: Known) -> Iterator[Hit]:
    if refuses(belgium.PORTAL, view, known):
        yield view.term, ""


def _newer(view: View, _: Known) -> Iterator[Hit]:
    for name in _NEW:
        if view.get(name):
            yield view.term, name


def _other_themes(view: View, known: Known) -> Iterator[Hit]:
    values = view.get("dcat:theme")
    # the Belgian portal turns those of its own list into European ones
    if values and not any(is_theme(one, known) for one in values):
        yield view.term, named(values, view, known)


def _loose_services(gathered: Gathered, _: Known) -> Iterator[Hit]:
    linked = {
        value for facts in gathered.things.values() for value in facts.get(term("dcat:service"), ())
    }
    for node in gathered.typed(SERVICE):
        if node not in linked:
            yield node, ""


def _fields(view: View, known: Known) -> Iterable[Field]:
    yield "title", {lang: text(view, "dct:title", lang)[lang] for lang in ("nl", "en")}
    yield "description", {lang: text(view, "dct:description", lang)[lang] for lang in ("nl", "en")}
    yield "publisher", codes(view.get("dct:publisher"), view, known)
    yield "contact", codes(view.get("dcat:contactPoint"), view, known)
    yield "access", codes(view.get("dct:accessRights"), view, known)
    yield "licence", codes((one for _, one in licences(view)), view, known)
    yield "themes", themes(view, known)
    yield "format", codes(view.parts("dct:format"), view, known)
    yield "frequency", codes(view.get("dct:accrualPeriodicity"), view, known)
    yield "dates", dates(view)
    yield "keywords", both(keywords(view))
    yield "resources", resources(view, known, "dcat:downloadURL", "dcat:accessURL")


_FACTS = "standards/README.md 11"
PORTAL: Final = Portal("data.europa.eu", {"nl": "data.europa.eu", "en": "data.europa.eu"}, (
    Rule("eu-chain", REJECTED, "", _FACTS, {
        "nl": "Komt hier via Metadata Vlaanderen en data.gov.be, en het record wordt onderweg niet "
        "opgenomen. Wie rechtstreeks aanmeldt, heeft dat niet.",
        "en": "Comes here through Metadata Vlaanderen and data.gov.be, and the record is not taken "
        "in on the way. Who registers directly does not have that.",
    }, _not_taken),
    Rule("eu-title", NOTE, "dct:title", "standards/README.md 4 (DCAT-AP 3.0.1)", {
        "nl": "Er is geen titel, en DCAT-AP eist er een; wat het portaal dan doet, is niet "
        "nagegaan. Geef een titel.",
        "en": "There is no title, and DCAT-AP demands one; what the portal does then was not seen. "
        "Give a title.",
    }, missing("dct:title"), certain=False, status=UNKNOWN),
    Rule("eu-theme", DROPPED, "dcat:theme", "standards/README.md 5; quality.md 1.3", {
        "nl": "Het thema {values} is er geen van de Europese of Belgische lijst, waarin dit "
        "portaal zijn categorieën heeft. Zet er een Europees thema bij.",
        "en": "The theme {values} is none of the European or Belgian list, in which this "
        "portal has its categories. Add a European theme.",
    }, _other_themes, certain=False),
    Rule("eu-dcat-3", NOTE, "", _FACTS, {
        "nl": "Het portaal zet alles om naar DCAT-AP 2.1.1, dat {values} niet kent: dat kan "
        "verloren gaan. Zeg het ook in de beschrijving als mensen het moeten weten.",
        "en": "The portal turns everything into DCAT-AP 2.1.1, which does not know {values}: that "
        "may be lost. Say it in the description too if people must know it.",
    }, _newer, certain=False),
), _fields, (
    Rule("eu-service", DROPPED, "dcat:service", _FACTS, {
        "nl": "{count} dataservices worden niet gezien: geen catalogus noemt ze met dcat:service. "
        "Noem ze in de catalogus.",
        "en": "{count} data services are not seen: no catalogue names them with dcat:service. Name "
        "them in the catalogue.",
    }, _loose_services),
))  # fmt: skip
