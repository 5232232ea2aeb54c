"""What goes wrong behind the endpoint, without a word of the engine's own."""

from __future__ import annotations

from typing import NoReturn

from app.errors import BadGatewayError, QueryTimeoutError, ResultTooLargeError


def broken() -> NoReturn:
    """Raise the error of a result that is not what it says, or not whole."""
    raise broken_off()


def broken_off() -> BadGatewayError:
    """Return that error."""
    return BadGatewayError(
        "The SPARQL engine behind this service broke its answer off.",
        nl="De SPARQL-engine achter deze dienst brak haar antwoord af.",
    )


def unusable() -> BadGatewayError:
    """Return the error of an answer that is no result."""
    return BadGatewayError(
        "The SPARQL engine behind this service did not answer as it should.",
        nl="De SPARQL-engine achter deze dienst antwoordde niet zoals het hoort.",
    )


def late(seconds: float) -> QueryTimeoutError:
    """Return the error of a query that reached the deadline, here or in the engine."""
    return QueryTimeoutError(
        f"The query was ended after at most {seconds:g} s.",
        nl=f"De zoekvraag is na hoogstens {seconds:g} s afgebroken.",
    )


def cut() -> ResultTooLargeError:
    """Return the error of a result that the engine cut at its own number of rows."""
    return ResultTooLargeError(
        "The result has more rows than the SPARQL engine gives; ask for less at a time, with "
        "ORDER BY, LIMIT and OFFSET.",
        nl="Het resultaat heeft meer rijen dan de SPARQL-engine geeft; vraag minder in een keer, "
        "met ORDER BY, LIMIT en OFFSET.",
    )
