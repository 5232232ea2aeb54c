"""A validation as one page that can be saved, mailed and printed; nothing in it runs or loads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from app.validation.forms.words import word

_EXAMPLES, _OPEN = 50, 5
_CLASSES = {"error": "Violation", "warning": "Warning", "info": "Info"}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem}"
    "h1{font-size:1.7rem}h2{font-size:1.25rem;margin-top:2rem}article{border:1px solid #c9d6da;"
    "border-radius:8px;padding:.8rem 1rem;margin:1rem 0;break-inside:avoid}.Violation{border-left:"
    "6px solid #b3261e}.Warning{border-left:6px solid #b7791f}.Info{border-left:6px solid #12414f}"
    ".badge{font-weight:700}.hint{color:#51616a}code{overflow-wrap:anywhere}ul{margin:.4rem 0}"
)


def html(model: Mapping[str, Any], lang: str) -> bytes:
    """Return a whole document; every text of the data is escaped."""
    title = escape(word("title", lang))
    body = "".join(_parts(model, lang))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>{body}"
        "</body></html>\n"
    ).encode()


def _parts(model: Mapping[str, Any], lang: str) -> Iterator[str]:
    names = [f"{item['title'].get(lang) or item['name']}" for item in model["profiles"]]
    for source in model["sources"]:
        yield f"<section><h2>{escape(source['name'])}: {word(source['verdict'], lang)}</h2>"
        if source["error"]:
            line = source["error"]["line"]
            where = f"{word('line', lang)} {line}: " if line else ""
            yield f"<p>{where}{escape(source['error']['message'][lang])}</p></section>"
            continue
        checked = word("checked", lang, triples=source["triples"], profiles=", ".join(names))
        yield f"<p>{escape(checked)} {word('summary', lang, **source['counts'])}</p>"
        for gap in source["unchecked"]:
            reason = escape(gap["reason"][lang])
            yield f"<p><strong>{word('unchecked', lang)}.</strong> {reason}</p>"
        if not source["groups"]:
            yield f"<p>{word('nothing_wrong', lang)}</p>"
        yield from (group_html(group, lang) for group in source["groups"])
        yield terms_html(source["terms"], lang)
        yield "</section>"


def _item(result: Mapping[str, Any], lang: str) -> str:
    where = f", {word('line', lang)} {result['line']}" if result["line"] else ""
    found = result["found"].get(lang, "")
    told = f": {word('found', lang)} {escape(found)}" if found else ""
    return f"<li>{escape(result['label'][lang])}{where}{told}</li>"


def group_html(group: Mapping[str, Any], lang: str) -> str:
    """Return one cause as HTML, escaped."""
    times = f" · {group['count']} {word('times', lang)}" if group["count"] > 1 else ""
    out = [
        f'<article class="cause {escape(group["severity"])}"><p><span class="badge">'
        f"{escape(word(group['severity'], lang))}</span>{times} · "
        f"{escape(group['property'][lang])}</p><p>{escape(group['message'][lang])}</p><ul>"
    ]
    items = [_item(result, lang) for result in group["results"][:_EXAMPLES]]
    rest = group["count"] - len(items)
    if rest > 0:
        items.append(f"<li>{word('more', lang, count=rest)}</li>")
    out.append("".join(items[:_OPEN]) + "</ul>")
    if len(items) > _OPEN:
        more = word("more", lang, count=group["count"] - _OPEN)
        out.append(f"<details><summary>{more}</summary><ul>{''.join(items[_OPEN:])}</ul></details>")
    if group["example"]:
        out.append(f"<p>{word('example', lang)}: <code>{escape(group['example'])}</code></p>")
    if group["clause"].startswith(("http://", "https://")):
        clause = escape(group["clause"])
        out.append(f'<p class="hint">{word("clause", lang)}: <a href="{clause}" '
                   f'rel="noopener external">{clause}</a></p>')  # fmt: skip
    out.append("</article>")
    return "".join(out)


def terms_html(findings: Sequence[Mapping[str, Any]] | None, lang: str) -> str:
    """Return slips in names and values as HTML, escaped; "" if there are none or nobody looked."""
    if not findings:
        return ""
    out = [f"<h3>{word('terms', lang)}</h3><p>{word('terms_text', lang)}</p>"]
    for finding in findings:
        times = f" · {finding['count']} {word('times', lang)}" if finding["count"] > 1 else ""
        about = f" · {escape(finding['property'][lang])}" if finding["property"] else ""
        items = "".join(_item({**result, "found": {}}, lang) for result in finding["results"])
        out.append(
            f'<article class="cause {_CLASSES[finding["severity"]]}"><p><span class="badge">'
            f"{word(finding['severity'], lang)}</span>{times}{about}</p>"
            f"<p>{escape(finding['message'][lang])}</p><ul>{items}</ul>"
            f'<p class="hint">{escape(finding["remedy"][lang])}</p></article>'
        )
    return "".join(out)
