"""A validation as one page that can be saved, mailed and printed; nothing in it runs or loads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from app.validation.forms.picture import picture
from app.validation.forms.words import place, word

_EXAMPLES, _OPEN = 50, 5
_CLASSES = {"error": "Violation", "warning": "Warning", "info": "Info"}
_VERDICTS = {"conforms": "good", "not-fully-checked": "doubt"}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem}"
    "h1,h2,pre,td{overflow-wrap:anywhere}"
    "h1{font-size:1.7rem}h2{font-size:1.25rem;margin-top:2rem}h3{font-size:1.05rem;margin:0}"
    "article{border:1px solid #c9d6da;border-radius:8px;padding:.8rem 1rem;margin:1rem 0;"
    "overflow-wrap:anywhere}.Violation{border-left:6px solid #b3261e}"
    ".Warning{border-left:6px solid #b7791f}.Info{border-left:6px solid #12414f}"
    ".badge{font-weight:700}.hint{color:#51616a}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.2rem .6rem .2rem 0;vertical-align:top}"
    "th{font-size:.85rem;color:#51616a}.charts{display:flex;flex-wrap:wrap;gap:0 3rem}"
    "figure{margin:0;flex:1 1 22rem}figcaption{font-weight:700}"
    ".bars{list-style:none;padding:0;margin:.3rem 0}"
    ".bars a,.bars .bar{display:grid;grid-template-columns:13rem 1fr 3.5rem;gap:.6rem;"
    "align-items:center;color:inherit}.bars svg{width:100%;height:.75rem}"
    ".value{text-align:right}rect.Violation{fill:#b3261e}rect.Warning{fill:#b7791f}"
    "rect.Info{fill:#12414f}pre{white-space:pre-wrap}"
)


def html(model: Mapping[str, Any], lang: str) -> bytes:
    """Return a whole document; every text of the data is escaped."""
    title = escape(word("title", lang))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f"{report_html(model, lang)}</body></html>\n"
    ).encode()


def report_html(model: Mapping[str, Any], lang: str) -> str:
    """Return the part of a document below its title; every text of the data is escaped."""
    return "".join(_parts(model, lang))


def _parts(model: Mapping[str, Any], lang: str) -> Iterator[str]:
    names = [f"{item['title'].get(lang) or item['name']}" for item in model["profiles"]]
    for number, source in enumerate(model["sources"], 1):
        verdict = source["verdict"]
        yield (
            f'<section class="verdict"><h2>{escape(source["name"])}: '
            f'<span class="{_VERDICTS.get(verdict, "bad")}">{word(verdict, lang)}</span></h2>'
        )
        if source["error"]:
            # which line is part of the message
            yield f"<p>{escape(source['error']['message'][lang])}</p></section>"
            continue
        checked = word("checked", lang, triples=source["triples"], profiles=", ".join(names))
        key = "summary" if any(source["counts"].values()) else "nothing_wrong"
        summary = word(key, lang, **source["counts"])
        yield f'<p role="status">{summary} {escape(checked)}</p>'
        anchors = [f"c{number}-{at}" for at in range(1, len(source["groups"]) + 1)]
        yield picture(source, lang, anchors)
        for note in source.get("notes", ()):
            yield f'<p class="hint">{escape(note["message"][lang])}</p>'
        for gap in source["unchecked"]:
            reason = escape(gap["reason"][lang])
            yield f"<p><strong>{word('unchecked', lang)}.</strong> {reason}</p>"
        for group, anchor in zip(source["groups"], anchors, strict=True):
            yield _group(group, lang, anchor)
        yield _terms(source["terms"], lang)
        yield "</section>"


def _group(group: Mapping[str, Any], lang: str, anchor: str) -> str:
    """Return one cause: what is wrong, where, an example, the clause."""
    head = _head(group["severity"], group["count"], group["property"][lang], lang)
    out = [
        f'<article class="cause {escape(group["severity"])}" id="{anchor}" '
        f'data-profile="{escape(group["profile"])}">'
        f"<h3>{escape(group['message'][lang])}</h3>{head}",
        _things(group["results"][:_EXAMPLES], group["count"], lang),
    ]
    if group["example"]:
        out.append(f"<p>{word('example', lang)}: <code>{escape(group['example'])}</code></p>")
    if group.get("snippet"):
        code = f"<pre><code>{escape(group['snippet'])}</code></pre>"
        out.append(f"<details><summary>{word('snippet', lang)}</summary>{code}</details>")
    if group["clause"].startswith(("http://", "https://")):
        clause = escape(group["clause"])
        out.append(f'<p class="hint">{word("clause", lang)}: <a href="{clause}" '
                   f'rel="noopener external">{clause}</a></p>')  # fmt: skip
    out.append("</article>")
    return "".join(out)


def _terms(findings: Sequence[Mapping[str, Any]] | None, lang: str) -> str:
    """Return slips in names and values; "" if there are none or nobody looked."""
    if not findings:
        return ""
    out = [f"<h2>{word('terms', lang)}</h2><p>{word('terms_text', lang)}</p>"]
    for finding in findings:
        about = finding["property"].get(lang, "")
        out.append(
            f'<article class="cause {_CLASSES[finding["severity"]]}">'
            f"<h3>{escape(finding['message'][lang])}</h3>"
            f"{_head(finding['severity'], finding['count'], about, lang)}"
            f"<p>{escape(finding['remedy'][lang])}</p>"
            f"{_things(finding['results'], finding['count'], lang)}</article>"
        )
    return "".join(out)


def _head(severity: str, count: int, about: str, lang: str) -> str:
    times = f" · {count} {word('times', lang)}" if count > 1 else ""
    what = f" · {escape(about)}" if about else ""
    badge = f'<span class="badge">{escape(word(severity, lang))}</span>'
    return f"<p>{badge}{times}{what}</p>"


def _things(results: Sequence[Mapping[str, Any]], count: int, lang: str) -> str:
    """Return the things something holds for: the first in sight, more to open."""
    columns = ["thing"]
    # what no result has is no column
    columns += ["found_there"] if any(result.get("found") for result in results) else []
    columns += ["line_there"] if any(result["line"] for result in results) else []
    columns += ["cell"] if any(result.get("cells") for result in results) else []
    columns += ["remedy"] if any("remedy" in result for result in results) else []
    head = "".join(f'<th scope="col">{word(name, lang)}</th>' for name in columns)
    rows = [_row(result, columns, lang) for result in results]
    out = [f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows[:_OPEN])}</tbody></table>"]
    rest = word("more", lang, count=count - _OPEN)
    if len(rows) > _OPEN:
        hidden = count - len(rows)
        last = f"<p>{word('more', lang, count=hidden)}</p>" if hidden > 0 else ""
        out.append(
            f"<details><summary>{rest}</summary><table><thead><tr>{head}</tr></thead>"
            f"<tbody>{''.join(rows[_OPEN:])}</tbody></table>{last}</details>"
        )
    elif count > len(rows):
        out.append(f"<p>{word('more', lang, count=count - len(rows))}</p>")
    return "".join(out)


def _row(result: Mapping[str, Any], columns: Sequence[str], lang: str) -> str:
    cells = {
        "thing": escape(result["label"][lang]),
        "found_there": escape(result.get("found", {}).get(lang, "")),
        "line_there": str(result["line"] or ""),
        "cell": escape(place(result, lang)) if result.get("cells") else "",
        "remedy": escape(result.get("remedy", {}).get(lang, "")),
    }
    return f"<tr>{''.join(f'<td>{cells[name]}</td>' for name in columns)}</tr>"
