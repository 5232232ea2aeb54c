"""RDF terms as HTML: text from data is escaped, only http(s) and mailto become links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from app.rdf.iris import relative
from app.rdf.namespaces import PREFIXES, RDF_TYPE
from app.rdf.terms import XSD, Quad, Term, literal_of
from app.store.documents import Description, Labels
from app.web.site import View

_LABELLED = [
    PREFIXES["skos"] + "prefLabel", PREFIXES["dct"] + "title", PREFIXES["foaf"] + "name",
    PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "altLabel", RDF_TYPE,
    PREFIXES["dct"] + "description", PREFIXES["skos"] + "definition",
]  # fmt: skip
_RANK = {name: rank for rank, name in enumerate(_LABELLED)}
_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "nonNegativeInteger")}


class Values:
    """Renders the values of one description for one view."""

    def __init__(self, view: View, labels: Mapping[str, Labels], base: str) -> None:
        self.view = view
        self.labels = labels
        self.base = base

    def href(self, iri: str) -> str:
        """Return where a page links for an IRI, or "" if it may not be followed.

        Own IRIs lead to their page at the address in use; the IRI itself stays in the data.
        """
        path = relative(self.base, iri)
        if path is not None:
            if path.startswith("id/"):
                path = "doc/" + path[3:]
            return self.view.link(path)
        if iri.startswith(("http://", "https://", "mailto:")):
            return iri
        return ""

    def label(self, iri: str) -> str:
        """Return a label for an IRI: stated, else its last part."""
        labels = self.labels.get(iri)
        if labels:
            return self.view.words.of(labels, iri)
        if iri.startswith("mailto:"):
            return iri[7:]
        return iri

    def short(self, iri: str) -> str:
        """Return a label for a property or class; a prefixed name where none is stated."""
        labels = self.labels.get(iri)
        if labels:
            return self.view.words.of(labels, iri)
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        return iri[cut:] or iri

    def iri(self, iri: str) -> str:
        """Return an IRI as a link with its label, or as text."""
        href, text = self.href(iri), escape(self.label(iri))
        if not href:
            return f"<code>{text}</code>"
        outside = "" if iri.startswith(self.base) else ' rel="noopener external" class="out"'
        return f'<a href="{escape(href)}"{outside}>{text}</a>'

    def term(self, term: Term) -> str:
        """Return a term as HTML."""
        if term.startswith("<"):
            return self.iri(term[1:-1])
        text, datatype, language = literal_of(term)
        if language:
            mark = (
                ""
                if language == self.view.language
                else f' <span class="lang">{escape(language)}</span>'
            )
            return f'<span lang="{escape(language)}">{escape(text)}</span>{mark}'
        if datatype == XSD + "boolean":
            words = self.view.words
            return words("yes") if text in {"true", "1"} else words("no")
        if datatype in _NUMBERS:
            return f'<span class="number">{escape(text)}</span>'
        return escape(text)

    def beside(self, name: str, term: Term) -> str:  # noqa: ARG002 - for who has more to say
        """Return HTML to stand beside a value of a property."""
        return ""

    def properties(self, quads: Iterable[Quad], *, skip: frozenset[str] = frozenset()) -> str:
        """Return a definition list of quads of one subject, the label and type first."""
        by_predicate: dict[str, list[Term]] = {}
        for _, predicate, object_, _ in quads:
            name = predicate[1:-1]
            if name not in skip:
                by_predicate.setdefault(name, []).append(object_)
        names = {name: self.short(name) for name in by_predicate}
        ordered = sorted(names, key=lambda name: (_RANK.get(name, 99), names[name].casefold()))
        own_first = self.view.language
        out = ['<dl class="facts">']
        for name in ordered:
            terms = sorted(by_predicate[name], key=lambda t: not t.endswith("@" + own_first))
            items = "".join(f"<dd>{self.term(term)}{self.beside(name, term)}</dd>"
                            for term in terms)  # fmt: skip
            href = self.href(name)
            label = escape(names[name])
            head = f'<a href="{escape(href)}" title="{escape(name)}">{label}</a>' if href else label
            out.append(f"<div><dt>{head}</dt>{items}</div>")
        out.append("</dl>")
        return "".join(out)


def list_items(items: Iterable[tuple[str, str, str, list[str]]]) -> str:
    """Return list items of (address, label, summary, tags)."""
    out = []
    for href, label, summary, tags in items:
        marks = "".join(f'<span class="badge">{escape(tag)}</span> ' for tag in tags)
        out.append(f'<li><a class="name" href="{escape(href)}">{escape(label)}</a>')
        if marks:
            out.append(f' <span class="tags">{marks}</span>')
        if summary:
            out.append(f"<p>{escape(summary)}</p>")
        out.append("</li>")
    return "".join(out)


def facet_values(values: Iterable[tuple[str, str, int, bool]]) -> str:
    """Return list items of (address, label, count, chosen)."""
    out = []
    for href, label, count, chosen in values:
        mark = ' class="chosen"' if chosen else ""
        current = ' aria-current="true"' if chosen else ""
        out.append(
            f'<li{mark}><a href="{escape(href)}"{current}><span>{escape(label)}</span> '
            f'<span class="count">{count}</span></a></li>'
        )
    return "".join(out)


def incoming(values: Values, description: Description) -> str:
    """Return what points here, grouped by property."""
    by_predicate: dict[str, list[Term]] = {}
    for subject, predicate, _, _ in description.pointing():
        by_predicate.setdefault(predicate[1:-1], []).append(subject)
    out = []
    for name in sorted(by_predicate, key=values.short):
        items = "".join(f"<dd>{values.term(s)}</dd>" for s in dict.fromkeys(by_predicate[name]))
        out.append(f"<div><dt>← {escape(values.short(name))}</dt>{items}</div>")
    return f'<dl class="facts">{"".join(out)}</dl>' if out else ""
