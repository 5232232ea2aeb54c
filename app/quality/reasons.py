"""Why an address gave no file, in a few plain words of two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.quality.evidence import Look

Text = Mapping[str, str]


def _text(nl: str, en: str) -> Text:
    return {"nl": nl, "en": en}


_ODD: Final = _text("geen correct geschreven adres", "not a correctly written address")
_PACKED: Final = _text("verkeerd samengedrukt", "wrongly compressed")
_ASTRAY: Final = _text("verwijst door naar waar we niet mogen komen",
                       "redirects to where we may not come")  # fmt: skip
REASONS: Final[Mapping[str, Text]] = {
    "url": _ODD,
    "scheme": _ODD,
    "userinfo": _text("een gebruikersnaam of wachtwoord in het adres",
                      "a user name or password in the address"),
    "host": _ODD,
    "port": _text("een poort waar we niets vragen", "a port where we do not ask"),
    "address": _text("server onbekend of niet publiek", "server unknown or not public"),
    "connect": _text("geen verbinding", "no connection"),
    "tls": _text("certificaat niet in orde", "certificate not valid"),
    "timeout": _text("antwoordde niet op tijd", "did not answer in time"),
    "slow": _text("stuurt te traag", "sends too slowly"),
    "answer": _text("antwoordde geen correct HTTP", "did not answer in correct HTTP"),
    "cut-off": _text("brak halverwege af", "broke off halfway"),
    "broken": _PACKED,
    "encoding": _PACKED,
    "ratio": _PACKED,
    "unpacked-too-large": _PACKED,
    "too-large": _text("te groot", "too large"),
    "redirects": _text("verwijst te vaak door", "redirects too often"),
    "loop": _text("verwijst in een kring door", "redirects in a circle"),
    "redirect": _ASTRAY,
    "downgrade": _ASTRAY,
    "status": _text("gaf geen bestand", "gave no file"),
    "soft-404": _text("zegt dat het er is, maar toont dat er niets is",
                      "says that it is there, but shows that nothing is"),
    "robots": _text("niet gevraagd: robots.txt verbiedt het", "not asked: robots.txt forbids it"),
    "robots-failed": _text("niet gevraagd: robots.txt gaf een fout",
                           "not asked: robots.txt gave an error"),
    "left-alone": _text("niet gevraagd: de server had moeite met antwoorden",
                        "not asked: the server had trouble answering"),
    "unreached": _text("niet bereikt, net als alle andere: heeft deze computer internet?",
                       "not reached, like all others: does this computer have internet?"),
    "spent": _text("niet gevraagd: de tijd of de bytes waren op",
                   "not asked: time or bytes were used up"),
    "budget": _text("niet gevraagd: te veel aanvragen", "not asked: too many requests"),
}  # fmt: skip


def said(look: Look) -> Text:
    """Return what an address answered: the reason that it gave no file, else its status."""
    if look.reason:
        return REASONS[look.reason]
    status = look.head if look.status is None else look.status
    return _text("niet gevraagd", "not asked") if status is None else _text(
        f"HTTP-status {status}", f"HTTP status {status}"
    )  # fmt: skip
