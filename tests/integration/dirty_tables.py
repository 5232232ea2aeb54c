"""Tables with dirt planted at known cells, in every form that is read, and what they should give.

What is expected is worked out from what was planted, by a model of the mapping in plain Python; no
code of the app takes part in it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import openpyxl

from tests.unit.spreadsheets import flag, label, number, ods, xls

BASE = "https://b.test/"
NS = "https://e.test/ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
COLUMNS = ("nr", "naam", "dag", "aantal", "bedrag", "actief", "web", "kbo", "soort", "begin",
           "extra")  # fmt: skip
CODES = {"b": "boom", "h": "heester", "007": "zeven"}
MAPPING = f"""\
prefixes: {{e: '{NS}'}}
sources: {{t: [FILE~csv], u: [u.csv~csv]}}
mappings:
  ding:
    sources: t
    s: https://e.test/id/$(nr)
    po:
      - [a, e:Ding]
      - [e:naam, $(naam), nl~lang]
      - [e:titel, "$(nr): $(naam)"]
      - [e:groot, {{f: 'grel:toUpperCase(value = $(naam))'}}]
      - [e:dag, $(dag), xsd:date]
      - [e:aantal, $(aantal), xsd:int]
      - [e:bedrag, $(bedrag), xsd:decimal]
      - [e:actief, $(actief), xsd:boolean]
      - [e:web, $(web)~iri]
      - [e:kbo, "https://kbo.test/$(kbo)~iri"]
      - [e:begin, {{f: 'grel:toDate(value = $(begin))'}}, xsd:date]
      - p: e:soort
        o: {{mapping: soort, condition: {{function: equal,
             parameters: [[str1, $(soort), s], [str2, $(code), o]]}}}}
  soort: {{sources: u, s: 'https://e.test/soort/$(code)', po: [[e:label, $(label)]]}}
"""
FIELDS: list[dict[str, Any]] = [
    {"name": "nr", "constraints": {"required": True, "unique": True}}, {"name": "naam"},
    {"name": "dag", "type": "date"}, {"name": "aantal", "type": "integer"},
    {"name": "bedrag", "type": "number", "decimalChar": ",", "groupChar": "."},
    {"name": "actief", "type": "boolean"}, {"name": "web"},
    {"name": "kbo", "constraints": {"pattern": "0[0-9]{9}"}}, {"name": "soort"},
    {"name": "begin"}, {"name": "extra"},
]  # fmt: skip
FORMS = ("csv", "csv", "csv", "xlsx", "csv", "xlsx", "ods", "xls", "json", "csv")


@dataclass(frozen=True)
class Cell:
    """A cell: what is put in it, what a reader should see, and which problem it is.

    `wrong` is the problem without a descriptor, `told` the one with it; "?" is any.
    """

    native: Any
    wrong: str = ""
    told: str = ""
    # with a descriptor, where that is something else than the text
    read: str = ""

    @property
    def text(self) -> str:
        value = self.native
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, float):
            return f"{value:.15g}"
        return str(value).strip()


EMPTY = Cell("")


def damaged(text: str, code: str) -> Cell:
    return Cell(text, code, code)


DAMAGED = [damaged(text, "formula") for text in ("#DIV/0!", "#VERW!", "#N/A", "=A1*2", "Err:502")]
CONTROL = [damaged("a\x02b", "control"), damaged("\x7fx\x1b", "control"),
           damaged("kapot \ufffd", "encoding")]  # fmt: skip
NAMES = [
    "De Linde", 'zegt "ja"', "twee\nregels", "a,b;c\td", "’t Ezeltje “x”", "brug 🌉",
    "e\u0301e\u0301n", "  spaties  ", "\u00a0hard\u00a0", "nul\u200bbreed", "+32 9 123",
    "-5 graden", "@thuis", "'s avonds", "C:\\map\\x", "1.234,56", "0012", "TRUE", "x" * 30_000,
    '"', '""', "a''b", "50 % & <b>", "é" * 40, "regel\r\nregel", "sep=;", "#1 van 2", "a=b",
    "ﬁ ß", "null",
]  # fmt: skip
DATES = [Cell("2020-01-31"), Cell("2020-02-29"), Cell("0999-12-31"), Cell(" 2021-03-04 ")]
BAD_DATES = ["31/12/2020", "2020-02-30", "1/2/20", "44196", "morgen", "2020-1-5", "n.v.t.",
             "2020-01-31\u200b", "2020\u00a001\u00a031", "31-12-2020", "2020-13-01"]  # fmt: skip
NUMBERS = [Cell("12"), Cell("-3"), Cell("0"), Cell("1234567")]
BAD_NUMBERS = ["1.234", "1.234,56", "12,0", "12.5", "1 234", "één", "1e3", "1\u00a0234", "€ 5"]
AMOUNTS = [
    Cell("1234"), Cell("-7"), Cell("1.234,56", "datatype", read="1234.56"),
    Cell("12,5", "datatype", read="12.5"),
]  # fmt: skip
BAD_AMOUNTS = ["€ 5", "vijf", "1e3,", "12,5,6", "1\u200b2"]
YES_NO = [Cell("true"), Cell("false"), Cell("1", told="type-boolean")]
BAD_YES_NO = ["ja", "WAAR", "neen", "True", "x"]
PAGES = [Cell("https://a.test/x?y=1&z=2#deel"), Cell("http://a.test/caf%C3%A9"),
         Cell("https://café.test/é"), Cell("mailto:info@a.test")]  # fmt: skip
BAD_PAGES = ["www.gent.be", "pad/x", "https://a b.test/", "https://a.test/<x>", "geen adres",
             "https://a.test/%zz", 'https://a.test/"', "https://a.test/{x}",
             "http://a.test/\\"]  # fmt: skip
KBO = [Cell("0123456789"), Cell("0400000001"), Cell("400000001", told="pattern")]
KINDS = [Cell("b"), Cell("h"), Cell("007"), Cell("x y", told="reference"), EMPTY]
STARTS = {"31/12/2020": "2020-12-31", "1 mei 2019": "2019-05-01", "2020-02-29": "2020-02-29",
          "3.4.2021": "2021-04-03"}  # fmt: skip
BAD_STARTS = ["12/31/2020", "1/2/20", "binnenkort", "31/02/2020"]
KEYS = ["a b", "x/y", "é", "50%", "a.b~c", "q?w", "🌉", "a&b=c", '"k"', "[1]", "a\\b", "a:b"]


@dataclass
class Row:
    """A row of cells in the order of `COLUMNS`; or, with `broken`, one that is no row of them."""

    place: int
    cells: dict[str, Cell]
    broken: str = ""
    raw: list[str] = field(default_factory=list)

    @property
    def texts(self) -> dict[str, str]:
        return {name: cell.text for name, cell in self.cells.items()}


@dataclass
class Dirty:
    """A file, and the rows in it; `place` is how references to its cells begin."""

    file: str
    place: str
    rows: list[Row]
    order: list[str]
    data: bytes = b""

    def ref(self, row: Row, column: str = "") -> str:
        if self.file.endswith(".json"):
            return f"{self.place}#item={row.place}" + (f"&member={column}" if column else "")
        if self.file.endswith(".csv"):
            return f"{self.place}#row={row.place}" + (f"&column={column}" if column else "")
        return f"{self.place}&cell={chr(ord('A') + self.order.index(column))}{row.place}"


@dataclass
class Expected:
    """What a file comes to with one policy, with or without a descriptor."""

    quads: set[str]
    # (reference, code); "?" is any code
    problems: list[tuple[str, str]]
    # numbers of rows in the file of rows left out
    kept: list[int]
    rows: int
    unmatched: int
    # of those kept, the ones that have nothing wrong but their empty key
    silent: int = 0


def make(seed: int) -> Dirty:
    """Return the dirty file of a seed."""
    rnd = random.Random(seed)
    form = FORMS[seed % len(FORMS)]
    order = rnd.sample(COLUMNS, len(COLUMNS))
    rows = [Row(0, _cells(rnd, form, n)) for n in range(rnd.randint(3, 25))]
    if rnd.random() < 0.5:
        twin = rnd.choice(rows)
        rows.append(Row(0, {**rows[0].cells, "nr": twin.cells["nr"]}))
    dirty = Dirty(f"t.{form}", f"t.{form}", rows, order)
    {"csv": _csv, "xlsx": _xlsx, "ods": _ods, "xls": _xls, "json": _json}[form](rnd, dirty)
    return dirty


def _cells(rnd: random.Random, form: str, n: int) -> dict[str, Cell]:
    def one(good: list[Cell], bad: list[str], code: str, told: str) -> Cell:
        chance = rnd.random()
        if chance < 0.15:
            return EMPTY
        if chance < 0.3:
            return Cell(rnd.choice(bad), code, told)
        if chance < 0.36:
            return rnd.choice(DAMAGED)
        return rnd.choice(good)

    texts = [text for text in NAMES if form != "xls" or (len(text) < 200 and "🌉" not in text)]
    # XML has no bare carriage return, and these forms no controls
    texts = [text for text in texts if form in {"csv", "json"} or "\r" not in text]
    name = Cell(rnd.choice(texts))
    if form in {"csv", "json"} and rnd.random() < 0.1:
        name = rnd.choice(CONTROL)
    elif rnd.random() < 0.1:
        name = rnd.choice(DAMAGED)
    key = Cell(f"{rnd.choice(KEYS)}{n}") if form != "xls" else Cell(f"k {n}")
    if rnd.random() < 0.15:
        key = rnd.choice([EMPTY, Cell("..", "iri", "iri"), DAMAGED[0]])
    start = rnd.choice(list(STARTS))
    cells = {
        "nr": Cell(key.native, key.wrong, key.told or ("" if key.text else "required")),
        "naam": name,
        "dag": one(DATES, BAD_DATES, "datatype", "type-date"),
        "aantal": one(NUMBERS, BAD_NUMBERS, "datatype", "type-number"),
        "bedrag": one(AMOUNTS, BAD_AMOUNTS, "datatype", "type-number"),
        "actief": one(YES_NO, BAD_YES_NO, "datatype", "type-boolean"),
        "web": one(PAGES, BAD_PAGES, "iri", "iri"),
        "kbo": rnd.choice(KBO),
        "soort": rnd.choice(KINDS),
        "begin": Cell(rnd.choice(BAD_STARTS), "?", "?") if rnd.random() < 0.15 else Cell(start),
        "extra": rnd.choice([*map(Cell, texts), Cell("=x", told="formula")]),
    }
    if form in {"xlsx", "ods", "xls", "json"}:
        _typed(rnd, form, cells)
    return cells


def _typed(rnd: random.Random, form: str, cells: dict[str, Cell]) -> None:
    """Put real dates, numbers and booleans in, as workbooks and JSON have them."""
    if rnd.random() < 0.3 and form != "json":
        cells["dag"] = Cell(dt.date(2001, 5, rnd.randint(1, 28)))
    if rnd.random() < 0.3:
        cells["aantal"] = Cell(float(rnd.randint(-5, 99_999)))
    if rnd.random() < 0.3:
        # a number of a workbook has a point, which is not how the descriptor says it is written
        cells["bedrag"] = Cell(1234.5, told="type-number")
    if rnd.random() < 0.3:
        cells["actief"] = Cell(rnd.random() < 0.5)


# what is read of it


def expected(dirty: Dirty, policy: str, *, described: bool) -> Expected:
    """Return what a file should come to, from what was planted."""
    out = Expected(set(), [], [], 0, 0)
    out.quads |= {f'<https://e.test/soort/{code}> <{NS}label> "{text}" .'
                  for code, text in CODES.items()}  # fmt: skip
    seen: set[str] = set()
    for row in dirty.rows:
        if row.broken:
            code, _, column = row.broken.partition(" ")
            out.problems.append((dirty.ref(row, column), code))
            out.kept.append(row.place)
            continue
        if not any(row.texts.values()):
            continue
        out.rows += 1
        wrong = _wrong(row, seen, described=described)
        out.problems += [(dirty.ref(row, name), code) for name, code in wrong.items()]
        key = "" if "nr" in wrong else row.cells["nr"].text
        if wrong or not key:
            out.kept.append(row.place)
            out.silent += not wrong
        if key:
            quads, lost = _quads(key, row, wrong, described=described)
            out.unmatched += lost
            if not (policy == "skip-row" and wrong):
                out.quads |= quads
    if policy == "stop" and out.problems:
        out.quads = set()
    return out


def _wrong(row: Row, seen: set[str], *, described: bool) -> dict[str, str]:
    wrong: dict[str, str] = {}
    key = row.cells["nr"]
    if described:
        wrong = {name: cell.told for name, cell in row.cells.items()
                 if cell.told and name not in {"web", "begin"} and cell.told != "iri"}  # fmt: skip
        # a problem of the mapping is found after those of the table
        wrong |= {name: cell.told for name, cell in row.cells.items()
                  if name in {"web", "begin", "extra"} and _is_damaged(cell)}  # fmt: skip
        if key.text and "nr" not in wrong:
            if key.text in seen:
                wrong["nr"] = "duplicate"
            seen.add(key.text)
    if key.wrong and "nr" not in wrong:
        wrong["nr"] = key.wrong
    if key.text and "nr" not in wrong:
        for name, cell in row.cells.items():
            sound = described and (cell.read or not cell.told or name in wrong)
            sound = sound and name not in {"web", "begin"}
            if cell.wrong and not sound and name not in {"nr", "extra"}:
                wrong.setdefault(name, cell.wrong)
    return wrong


def _is_damaged(cell: Cell) -> bool:
    return cell.text.startswith("=") or cell in DAMAGED or cell in CONTROL


def _quads(key: str, row: Row, wrong: dict[str, str], *, described: bool) -> tuple[set[str], int]:
    subject = f"<https://e.test/id/{_segment(key)}>"
    texts = {name: "" if name in wrong else (described and cell.read) or cell.text
             for name, cell in row.cells.items()}  # fmt: skip
    found = [(TYPE, f"<{NS}Ding>")]

    def say(name: str, term: str) -> None:
        found.append((f"<{NS}{name}>", term))

    if texts["naam"]:
        say("naam", f"{_literal(texts['naam'])}@nl")
        say("titel", _literal(f"{key}: {texts['naam']}"))
        say("groot", _literal(texts["naam"].upper()))
    for name, kind in (("dag", "date"), ("aantal", "int"), ("bedrag", "decimal"),
                       ("actief", "boolean")):  # fmt: skip
        if texts[name]:
            say(name, f"{_literal(texts[name])}^^<{XSD}{kind}>")
    if texts["web"]:
        say("web", f"<{texts['web']}>")
    if texts["kbo"]:
        say("kbo", f"<https://kbo.test/{texts['kbo']}>")
    if texts["begin"]:
        say("begin", f'"{STARTS[texts["begin"]]}"^^<{XSD}date>')
    if texts["soort"] in CODES:
        say("soort", f"<https://e.test/soort/{texts['soort']}>")
    lost = int(bool(texts["soort"]) and texts["soort"] not in CODES)
    return {f"{subject} {predicate} {term} ." for predicate, term in found}, lost


def _segment(text: str) -> str:
    return "".join(sign if sign > "\xa0" else quote(sign, safe="") for sign in text)


def _literal(text: str) -> str:
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"),
                          ("\t", "\\t")):  # fmt: skip
        text = text.replace(sign, written)
    return f'"{text}"'


# the forms


def _csv(rnd: random.Random, dirty: Dirty) -> None:
    encoding = rnd.choice(["utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16"])
    if encoding == "cp1252":
        for row in dirty.rows:
            row.cells = {name: _narrow(name, cell) for name, cell in row.cells.items()}
    delimiter, end = rnd.choice(",;\t"), rnd.choice(["\n", "\n", "\r\n", "\r"])
    # the csv module leaves a newline without quotes where lines end otherwise
    style = csv.QUOTE_ALL if end == "\r" else rnd.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    out = io.StringIO(newline="")

    def line(cells: list[str], quoting: Any = style) -> None:
        csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerow(cells)

    number_ = 0
    for _ in range(rnd.choice([0, 0, 0, 1, 2])):
        line(["Lijst, versie 2; van de stad", "", ""])
        number_ += 1
    heads = [f" {name} " if rnd.random() < 0.1 else name for name in dirty.order]
    line(heads)
    number_ += 1
    width = len(dirty.order)
    rows, dirty.rows = dirty.rows, []
    for row in rows:
        chance = rnd.random()
        if chance < 0.05:
            out.write(end)
            number_ += 1
        elif chance < 0.1:
            line([" "] * width)
            number_ += 1
        elif chance < 0.17:
            number_ += 1
            short = ["te", "kort"] if chance < 0.14 else ["x"] * (width + 2)
            line(short)
            dirty.rows.append(Row(number_, {}, "ragged-row", short))
        elif chance < 0.2 and end != "\r":
            number_ += 1
            broken = ['"a "b" c"', *"123456789", "z"]
            out.write(delimiter.join(broken) + end)
            dirty.rows.append(Row(number_, {}, "csv", broken))
        number_ += 1
        row.place = number_
        more = ["", " "] if rnd.random() < 0.1 else []
        line([str(row.cells[name].native) for name in dirty.order] + more)
        dirty.rows.append(row)
    text = out.getvalue()
    dirty.data = text.encode(encoding)


def _narrow(name: str, cell: Cell) -> Cell:
    """Return a cell that Windows-1252 can hold."""
    try:
        str(cell.native).encode("cp1252")
    except UnicodeEncodeError:
        return Cell("", told="required" if name == "nr" else "")
    return cell


def _sheet_rows(rnd: random.Random, dirty: Dirty) -> Iterator[tuple[int, list[Any]]]:
    """Yield rows of a sheet: titles, the header, and rows with empty ones between."""
    at = 0
    for _ in range(rnd.choice([0, 0, 1, 3])):
        at += 1
        yield at, ["Lijst van de stad"]
    at += rnd.choice([0, 0, 1]) + 1
    yield at, list(dirty.order)
    for row in dirty.rows:
        at += 1 + (rnd.random() < 0.1)
        row.place = at
        yield at, [row.cells[name] for name in dirty.order]


def _xlsx(rnd: random.Random, dirty: Dirty) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Oud"
    first.sheet_state = "hidden" if rnd.random() < 0.7 else "visible"
    sheet = book.create_sheet("Blad 1")
    if first.sheet_state == "visible":
        book.move_sheet(sheet, -1)
    dirty.place = "t.xlsx#sheet=Blad%201"
    for at, cells in _sheet_rows(rnd, dirty):
        for column, value in enumerate(cells, start=1):
            native = value.native if isinstance(value, Cell) else value
            if native == "":
                continue
            cell = sheet.cell(at, column)
            cell.value = native
            # openpyxl takes other texts for what they look like
            if isinstance(native, str) and not native.startswith(("=", "#")):
                cell.data_type = "s"
        if cells == ["Lijst van de stad"]:
            sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=3)
    out = io.BytesIO()
    book.save(out)
    dirty.data = out.getvalue()


def _ods(rnd: random.Random, dirty: Dirty) -> None:
    dirty.place = "t.ods#sheet=Blad"
    out, last = [], 0
    for at, cells in _sheet_rows(rnd, dirty):
        if at > last + 1:
            out.append(f'<table:table-row table:number-rows-repeated="{at - last - 1}">'
                       "<table:table-cell/></table:table-row>")  # fmt: skip
        out.append(f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>")
        last = at
    dirty.data = ods(f'<table:table table:name="Blad">{"".join(out)}</table:table>')


def _ods_cell(value: Any) -> str:
    native = value.native if isinstance(value, Cell) else value
    if native == "":
        return "<table:table-cell/>"
    if isinstance(native, bool):
        kind, extra = "boolean", f' office:boolean-value="{str(native).lower()}"'
    elif isinstance(native, float):
        kind, extra = "float", f' office:value="{native}"'
    elif isinstance(native, dt.date):
        kind, extra = "date", f' office:date-value="{native.isoformat()}"'
    elif native.startswith("="):
        return f'<table:table-cell table:formula="of:{escape(native)}"/>'
    else:
        kind, extra = "string", ""
    shown = str(native).replace("\t", "\v")
    lines = "".join(f"<text:p>{_ods_text(text)}</text:p>" for text in shown.split("\n"))
    return f'<table:table-cell office:value-type="{kind}"{extra}>{lines}</table:table-cell>'


def _ods_text(text: str) -> str:
    return escape(text).replace("\v", "<text:tab/>")


def _xls(rnd: random.Random, dirty: Dirty) -> None:
    dirty.place = "t.xls#sheet=Blad"
    errors = {"#DIV/0!": 0x07, "#N/A": 0x2A}
    records = []
    for at, cells in _sheet_rows(rnd, dirty):
        for column, value in enumerate(cells):
            native = value.native if isinstance(value, Cell) else value
            where = (at - 1, column)
            if native == "":
                continue
            if isinstance(native, bool):
                records.append(flag(*where, int(native)))
            elif isinstance(native, float):
                records.append(number(*where, native))
            elif isinstance(native, dt.date):
                records.append(number(*where, (native - dt.date(1899, 12, 30)).days, 1))
            elif native in errors:
                records.append(flag(*where, errors[native], error=True))
            else:
                records.append(label(*where, native))
    dirty.data = xls(records)


def _json(rnd: random.Random, dirty: Dirty) -> None:
    items = []
    for at, row in enumerate(dirty.rows, start=1):
        row.place = at
        item: dict[str, Any] = {name: row.cells[name].native for name in dirty.order
                                if row.cells[name].native != "" or rnd.random() < 0.5}  # fmt: skip
        item |= {name: None for name in item if item[name] == "" and rnd.random() < 0.5}
        if rnd.random() < 0.05:
            item["naam"] = [{"diep": 1}]
            row.broken = "json-value naam"
        items.append({name: int(value) if isinstance(value, float) and value.is_integer() else value
                      for name, value in item.items()})  # fmt: skip
    # every column is there at least once
    items.append(dict.fromkeys(dirty.order))
    dirty.data = json.dumps(items, ensure_ascii=rnd.random() < 0.5).encode()


def package(dirty: Dirty) -> str:
    """Return the descriptor of the table and of the one it refers to."""
    keys = [{"fields": "soort", "reference": {"resource": "u", "fields": "code"}}]
    return json.dumps({"resources": [
        {"name": "t", "path": dirty.file, "schema": {"fields": FIELDS, "foreignKeys": keys}},
        {"name": "u", "path": "u.csv", "schema": {"fields": [{"name": "code"}, {"name": "label"}]}},
    ]})  # fmt: skip


def write(dirty: Dirty, folder: Path, *, described: bool) -> None:
    """Write the file, its mapping, the table it joins with and, if asked, the descriptor."""
    (folder / dirty.file).write_bytes(dirty.data)
    (folder / "m.yml").write_text(MAPPING.replace("FILE", dirty.file), encoding="utf-8")
    lines = "".join(f"{code},{text}\n" for code, text in CODES.items())
    (folder / "u.csv").write_text(f"code,label\n{lines}", encoding="utf-8")
    if described:
        (folder / "datapackage.json").write_text(package(dirty), encoding="utf-8")
