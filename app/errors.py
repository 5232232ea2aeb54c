"""The one exception family; the edges (web, cli) translate it to statuses and exit codes.

VijfsterError
├── InputError                what somebody handed us cannot be used
│   ├── ProjectError          vijfster.toml or datapackage.json is wrong
│   │   ├── MappingError          a mapping is wrong
│   │   └── UnknownProfileError   it, or who asks, names a profile that is not there
│   ├── RdfSyntaxError        text is not the RDF it claims to be
│   │   └── SourceError       a source cannot be read; says where (validation/syntaxerrors)
│   ├── FetchError            an address is refused or gave no file (net/refusals)
│   ├── QueryRefusedError     a SPARQL query breaks a rule of the guard or the grammar
│   │   └── QueryTooLargeError    it has too many bytes
│   ├── LengthRequiredError   a request does not say how long its body is
│   ├── TooLargeError         a request is larger than what is taken
│   └── UploadTimeoutError    a request did not arrive in time
├── BuildError                nothing was published
│   ├── BuildLockedError      another build, or publication to the same engine, is running
│   ├── EngineError           an external engine does not do what a publication asks of it
│   │   └── MismatchError         it does not hold what it was given
│   ├── BaseIriChangedError   the base IRI differs from the published one
│   └── WithdrawalError       the build would withdraw too much of an inventory
├── HistoryError              the history of the checks cannot be used (store/history)
│   └── ChecksRunningError    another process is checking the feeds
├── ResourceNotFoundError     the release holds no such thing
├── AccessRefusedError        only some networks may ask
├── ResourceGoneError         the thing was published once and is withdrawn
├── NotAcceptableError        no representation is as the request asks
├── StoreUnavailableError     a store cannot be read; says nothing about existence
├── ServiceBusyError          no worker is free within the bounds
├── TooManyRequestsError      one client asked too often
├── StorageFullError          there is no room to keep something
├── QueryTimeoutError         the deadline passed
│   ├── CheckTimeoutError     of a validation
│   └── MapTimeoutError       of a mapping
├── QueryFailedError          the engine ended without an answer
│   ├── BadGatewayError       an external engine gave no answer that can be used
│   ├── CheckFailedError      of a validation
│   └── MapFailedError        of a mapping
└── ResultTooLargeError       the result passed its size limit

`detail` is English, may be shown to strangers, and never holds a stack or a server path.
"""

from __future__ import annotations

from collections.abc import Sequence


class VijfsterError(Exception):
    """Base of all our errors."""

    code = "error"
    title = "Something went wrong"
    title_nl = "Er ging iets mis"
    quotes = False  # whether `detail` may hold what was handed over, which is not logged

    def __init__(self, detail: str, *, nl: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.detail_nl = nl or detail

    def __reduce__(self) -> tuple[object, ...]:
        # so that a worker process can hand over any of the family, whatever it is made with
        return _remade, (type(self), self.args, vars(self))


def _remade(
    kind: type[VijfsterError], args: tuple[object, ...], facts: dict[str, object]
) -> object:
    error = kind.__new__(kind, *args)
    error.args = args
    vars(error).update(facts)
    return error


class InputError(VijfsterError):
    """What was handed over cannot be used."""

    code = "bad-input"
    title = "The input cannot be used"
    title_nl = "De invoer kan niet gebruikt worden"


class ProjectError(InputError):
    """A project file is wrong; `where` names the file and the key."""

    code = "bad-project"
    title = "The project is not set up correctly"
    title_nl = "De projectmap is niet in orde"

    def __init__(self, detail: str, *, where: str, nl: str = "") -> None:
        super().__init__(f"{where}: {detail}", nl=f"{where}: {nl or detail}")
        self.where = where


class MappingError(ProjectError):
    """A mapping is wrong; `where` names the file, its line if known, and the key."""

    code = "bad-mapping"
    title = "The mapping cannot be used"
    title_nl = "De mapping kan niet gebruikt worden"


class UnknownProfileError(ProjectError):
    """There is no profile of the name `where`."""

    title, title_nl = InputError.title, InputError.title_nl


class RdfSyntaxError(InputError):
    """Text is not well-formed RDF; `line` is 1-based, or None when the parser gives none."""

    code = "rdf-syntax"
    title = "The RDF is not well formed"
    title_nl = "De RDF is niet welgevormd"

    def __init__(self, detail: str, *, where: str, line: int | None = None) -> None:
        super().__init__(f"{where}{f', line {line}' if line else ''}: {detail}")
        self.where = where
        self.line = line


class QueryRefusedError(InputError):
    """A query breaks a rule; the detail names the rule, `position` is (line, column) if known."""

    code = "query-refused"
    title = "The query is refused"
    title_nl = "De zoekvraag is geweigerd"

    def __init__(
        self, detail: str, *, nl: str = "", position: tuple[int, int] | None = None
    ) -> None:
        super().__init__(detail, nl=nl)
        self.position = position


class QueryTooLargeError(QueryRefusedError):
    """A query, or the body it came in, has too many bytes (RFC 9110, 15.5.14)."""

    code = "query-too-large"
    title = "The query is too large"
    title_nl = "De zoekvraag is te groot"


class AccessRefusedError(VijfsterError):
    """Who asks may not (RFC 9110, 15.5.4)."""

    code = "access-refused"
    title = "This is not open to everybody"
    title_nl = "Dit staat niet voor iedereen open"


class LengthRequiredError(InputError):
    """A request does not say how long its body is (RFC 9110, 15.5.12)."""

    code = "length-required"
    title = "Length required"
    title_nl = "De lengte ontbreekt"


class TooLargeError(InputError):
    """A request is larger than what is taken (RFC 9110, 15.5.14)."""

    code = "too-large"
    title = "Content too large"
    title_nl = "Te groot"


class UploadTimeoutError(InputError):
    """A request did not arrive in time (RFC 9110, 15.5.9)."""

    code = "upload-timeout"
    title = "The upload took too long"
    title_nl = "Het opladen duurde te lang"


class BuildError(VijfsterError):
    """A build could not run; the earlier release still stands."""

    code = "build-failed"
    title = "Nothing was published"
    title_nl = "Niets gepubliceerd"


class BuildLockedError(BuildError):
    """Another process holds the lock of the state directory, or of an engine."""

    code = "build-locked"


class EngineError(BuildError):
    """An external engine refuses, fails or is gone; what it serves is whole all the same."""

    code = "engine-failed"


class MismatchError(EngineError):
    """An external engine holds something else than what it was given."""

    code = "engine-differs"


class BaseIriChangedError(BuildError):
    """The base IRI differs from the one all published IRIs are made of."""

    code = "base-iri-changed"


class WithdrawalError(BuildError):
    """A build would withdraw more than the allowed share of an inventory."""

    code = "too-many-withdrawals"

    def __init__(self, detail: str, *, graph: str, withdrawn: Sequence[str], nl: str = "") -> None:
        super().__init__(detail, nl=nl)
        self.graph = graph
        self.withdrawn = tuple(withdrawn)


class ResourceNotFoundError(VijfsterError):
    """The release holds no such thing."""

    code = "not-found"
    title = "Not found"


class ResourceGoneError(VijfsterError):
    """The thing was published and has been withdrawn; `since` is an xsd:dateTime."""

    code = "gone"
    title = "Withdrawn"

    def __init__(self, detail: str, *, iri: str, since: str, nl: str = "") -> None:
        super().__init__(detail, nl=nl)
        self.iri = iri
        self.since = since


class NotAcceptableError(VijfsterError):
    """No representation is as asked; `offers` lists media types, or profiles."""

    code = "not-acceptable"
    title = "No representation is as asked"

    def __init__(self, detail: str, *, offers: Sequence[str], nl: str = "") -> None:
        super().__init__(detail, nl=nl)
        self.offers = tuple(offers)


class StoreUnavailableError(VijfsterError):
    """A store cannot be read now; says nothing about what it holds."""

    code = "store-unavailable"
    title = "The data cannot be read at the moment"
    title_nl = "De data kunnen nu niet gelezen worden"


class ServiceBusyError(VijfsterError):
    """All workers are taken and the queue is full."""

    code = "busy"
    title = "The service is busy"


class TooManyRequestsError(VijfsterError):
    """One client asked too often (RFC 6585, 4); `seconds` is how long to wait."""

    code = "too-many-requests"
    title = "Too many requests"
    title_nl = "Te veel aanvragen"

    def __init__(self, seconds: int, detail: str = "", *, nl: str = "") -> None:
        super().__init__(
            detail or f"Too many requests were made. Try again in {seconds} seconds.",
            nl=nl
            or f"Er zijn te veel aanvragen gedaan. Probeer het opnieuw over {seconds} seconden.",
        )
        self.seconds = seconds


class StorageFullError(VijfsterError):
    """There is no room to keep something (RFC 4918, 11.5)."""

    code = "storage-full"
    title = "There is no room"
    title_nl = "Er is geen plaats"


class QueryTimeoutError(VijfsterError):
    """The query was ended at its deadline."""

    code = "query-timeout"
    title = "The query took too long"


class CheckTimeoutError(QueryTimeoutError):
    """A validation was ended at its deadline."""

    code = "check-timeout"
    title = "The check took too long"
    title_nl = "De controle duurde te lang"


class MapTimeoutError(QueryTimeoutError):
    """A mapping was ended at its deadline."""

    code = "map-timeout"
    title = "The mapping took too long"
    title_nl = "Het omzetten duurde te lang"


class QueryFailedError(VijfsterError):
    """The query engine ended without an answer."""

    code = "query-failed"
    title = "The query failed"
    quotes = True


class BadGatewayError(QueryFailedError):
    """An external engine gave no answer that can be used."""

    code = "bad-gateway"
    title = "The query engine gave no usable answer"
    title_nl = "De zoekmachine gaf geen bruikbaar antwoord"


class CheckFailedError(QueryFailedError):
    """A validation ended without an answer."""

    code = "check-failed"
    title = "The check failed"
    title_nl = "De controle is mislukt"


class MapFailedError(QueryFailedError):
    """A mapping ended without an answer."""

    code = "map-failed"
    title = "The mapping failed"
    title_nl = "Het omzetten is mislukt"


class ResultTooLargeError(VijfsterError):
    """The result passed its size limit and was cut off."""

    code = "result-too-large"
    title = "The result is too large"
