"""What a page of the feed says of itself: Hydra Core, and the older words harvesters read."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from app.rdf.namespaces import term
from app.rdf.terms import XSD, Term, Triple, literal

_HYDRA = "<http://www.w3.org/ns/hydra/core#"
# the older word, the newer word
_RELATIONS = {"first": "firstPage", "previous": "previousPage", "next": "nextPage",
              "last": "lastPage"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page of the feed or of a slice: `address` is that of the feed in this format.

    `slice_` holds the parameters that narrow it, as they were asked.
    """

    address: str
    total: int
    page: int
    size: int
    slice_: tuple[tuple[str, str], ...] = ()

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def collection(self) -> str:
        """The address of all pages together."""
        return f"{self.address}?{urlencode(self.slice_)}" if self.slice_ else self.address

    def query(self, page: int) -> str:
        """Return the query of a page."""
        return urlencode([*self.slice_, ("page", page), ("page_size", self.size)])

    def relations(self) -> dict[str, int]:
        """Return the pages one can go to, by relation."""
        out = {"first": 1, "last": self.pages}
        if 1 < self.page <= self.pages + 1:
            out["previous"] = self.page - 1
        if self.page < self.pages:
            out["next"] = self.page + 1
        return out

    def triples(self) -> list[Triple]:
        """Return both descriptions of the page, sorted.

        hydra:PagedCollection is on the page itself, as ckanext-dcat and the harvester of
        data.gov.be read it: addresses and numbers as texts.
        """
        view, whole = f"<{self.address}?{self.query(self.page)}>", f"<{self.collection}>"
        total = literal(str(self.total), datatype=XSD + "integer")
        out = {
            (whole, term("rdf:type"), _word("Collection")),
            (whole, _word("totalItems"), total),
            (whole, _word("view"), view),
            (view, term("rdf:type"), _word("PartialCollectionView")),
            (view, term("rdf:type"), _word("PagedCollection")),
            (view, _word("totalItems"), literal(str(self.total))),
            (view, _word("itemsPerPage"), literal(str(self.size))),
        }
        for relation, number in self.relations().items():
            address = f"{self.address}?{self.query(number)}"
            out.add((view, _word(relation), f"<{address}>"))
            out.add((view, _word(_RELATIONS[relation]), literal(address)))
        return sorted(out)


def _word(name: str) -> Term:
    return f"{_HYDRA}{name}>"
