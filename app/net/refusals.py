"""Why something was not fetched, in plain words; never response bytes, addresses or a stack."""

from __future__ import annotations

from typing import Final

from app.errors import InputError

# reason -> Dutch, English; names between braces are numbers of ours, never text of the server
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "url": (
        "Dit webadres is niet correct geschreven. Geef een volledig adres, "
        "bijvoorbeeld https://www.voorbeeld.be/catalogus.ttl.",
        "This web address is not written correctly. Give a complete address, "
        "for example https://www.example.org/catalog.ttl.",
    ),
    "scheme": (
        "Alleen adressen die met http:// of https:// beginnen worden opgehaald.",
        "Only addresses that start with http:// or https:// are fetched.",
    ),
    "userinfo": (
        "Een adres met een gebruikersnaam of wachtwoord wordt niet opgehaald.",
        "An address with a user name or password is not fetched.",
    ),
    "host": (
        "De naam van de server in het adres is ongewoon geschreven en wordt daarom geweigerd. "
        "Schrijf de gewone naam, zonder punt op het einde en niet als getal.",
        "The server name in the address is written in an unusual way and is refused. "
        "Write the ordinary name, without a dot at the end and not as a number.",
    ),
    "port": (
        "De poort in het adres is niet toegelaten.",
        "The port in the address is not allowed.",
    ),
    # one text for "unknown" and "not public": the difference would map somebody's network
    "address": (
        "De server in dit adres is niet bekend of niet publiek bereikbaar. "
        "Alleen publieke adressen worden opgehaald.",
        "The server in this address is unknown or not public. Only public addresses are fetched.",
    ),
    "connect": (
        "Er kon geen verbinding met de server gemaakt worden.",
        "No connection to the server could be made.",
    ),
    "tls": (
        "De beveiligde verbinding met de server is mislukt; het certificaat is niet in orde.",
        "The secure connection to the server failed; its certificate is not valid.",
    ),
    "timeout": (
        "De server antwoordde niet binnen de {seconds} seconden die we wachten.",
        "The server did not answer within the {seconds} seconds we wait.",
    ),
    "slow": (
        "De server stuurt het bestand te traag door (minder dan {rate} bytes per seconde).",
        "The server sends the file too slowly (less than {rate} bytes per second).",
    ),
    "too-large": (
        "Het bestand is groter dan de {limit} bytes die we ophalen.",
        "The file is larger than the {limit} bytes we fetch.",
    ),
    "unpacked-too-large": (
        "Het bestand is na het uitpakken groter dan de toegelaten {limit} bytes.",
        "The file is larger than the allowed {limit} bytes once unpacked.",
    ),
    "ratio": (
        "Het bestand is verdacht sterk samengedrukt (meer dan {limit} keer) en wordt geweigerd.",
        "The file is compressed suspiciously far (more than {limit} times) and is refused.",
    ),
    "broken": (
        "Het samengedrukte bestand is beschadigd of onvolledig.",
        "The compressed file is damaged or incomplete.",
    ),
    "encoding": (
        "De server gebruikt een manier van samendrukken die we niet kennen.",
        "The server uses a compression that we do not know.",
    ),
    "redirects": (
        "De server verwijst meer dan {limit} keer door.",
        "The server redirects more than {limit} times.",
    ),
    "loop": (
        "De server verwijst in een kring door.",
        "The server redirects in a circle.",
    ),
    "redirect": (
        "De server verwijst door naar een adres dat niet opgehaald mag worden.",
        "The server redirects to an address that may not be fetched.",
    ),
    "downgrade": (
        "De server verwijst van een beveiligd (https) naar een onbeveiligd adres (http).",
        "The server redirects from a secure (https) to an insecure address (http).",
    ),
    "answer": (
        "De server gaf een antwoord dat geen correct HTTP is.",
        "The server gave an answer that is not correct HTTP.",
    ),
    "status": (
        "De server gaf het bestand niet (HTTP-status {status}).",
        "The server did not give the file (HTTP status {status}).",
    ),
    "cut-off": (
        "De verbinding werd verbroken voor het bestand volledig was.",
        "The connection was closed before the file was complete.",
    ),
    "robots": (
        "De server vraagt programma's om dit adres niet op te halen (robots.txt).",
        "The server asks programs not to fetch this address (robots.txt).",
    ),
    "robots-failed": (
        "De server kon niet zeggen wat programma's mogen ophalen (robots.txt gaf een fout); "
        "daarom wordt hem nu niets gevraagd.",
        "The server could not say what programs may fetch (robots.txt failed); nothing is asked "
        "of it for now.",
    ),
    "left-alone": (
        "De server antwoordde een paar keer na elkaar niet en wordt deze keer met rust gelaten.",
        "The server failed to answer several times in a row and is left alone for this time.",
    ),
    "spent": (
        "De tijd of het aantal bytes voor deze keer is op; de volgende keer gaat het verder.",
        "The time or bytes for this time are used up; the next time goes on from here.",
    ),
    "unreached": (
        "Geen enkele server was vanaf deze computer te bereiken. Kijk na of hij internet heeft.",
        "Not one server could be reached from this computer. See whether it has internet.",
    ),
    "soft-404": (
        "De server zegt dat het adres bestaat (status 200), maar geeft een pagina die zegt dat er "
        "niets gevonden is, of die hij op elk adres geeft.",
        "The server says that the address exists (status 200), but gives a page that says that "
        "nothing was found, or that it gives at any address.",
    ),
    "budget": (
        "Er zijn te veel aanvragen gedaan. Probeer het opnieuw over {seconds} seconden.",
        "Too many requests were made. Try again in {seconds} seconds.",
    ),
}


class FetchError(InputError):
    """An address was refused or did not give a usable file; `reason` is a stable word.

    `seconds` is how long to wait, or None where waiting does not help.
    """

    code = "not-fetched"
    title = "The address could not be fetched"
    title_nl = "Het adres kon niet opgehaald worden"

    def __init__(self, reason: str, *, seconds: int | None = None, **facts: int) -> None:
        nl, en = _TEXTS[reason]
        values = {**facts, **({} if seconds is None else {"seconds": seconds})}
        super().__init__(en.format(**values), nl=nl.format(**values))
        self.reason = reason
        self.seconds = seconds if reason == "budget" else None


REASONS: Final = frozenset(_TEXTS)
