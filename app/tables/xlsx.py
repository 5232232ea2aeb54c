"""An Excel workbook (.xlsx, ECMA-376), guarded: its sheets, and their rows as a stream of text."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, Final
from xml.etree.ElementTree import Element

from app.tables.archive import BROKEN, damaged, guard, local, parsed, refused
from app.tables.sheets import Page, SheetLimits
from app.tables.xlsxrows import Values, rows, strings
from app.tables.xlsxvalues import Text, formats

_OFFICE: Final = "/officeDocument"


class Xlsx:
    """An open workbook; the stream stays the caller's."""

    def __init__(self, stream: IO[bytes], file: str, limits: SheetLimits) -> None:
        """Open a workbook.

        Raises:
            InputError: It is no workbook, is damaged, or holds what a reader should not see.
        """
        self._file = file
        self._part_read: IO[bytes] | None = None
        self._parts = guard(stream, file, limits)
        try:
            self._archive = zipfile.ZipFile(stream)
            main = self._target("_rels/.rels", _OFFICE, "") or "xl/workbook.xml"
            self._related = self._relations(main)
            book = self._tree(main)
            self.pages = tuple(self._pages(book))
            if len(self.pages) > limits.max_sheets:
                raise refused(
                    file, f"the workbook has more than {limits.max_sheets} sheets",
                    f"het werkboek heeft meer dan {limits.max_sheets} bladen",
                )  # fmt: skip
            self._values = Values(self._strings(), self._formats(book))
        except BROKEN as error:
            raise damaged(file) from error

    @property
    def done(self) -> float:
        """The share of the sheet that was read."""
        part = self._part_read
        return 0.0 if part is None or part.closed else part.tell() / self._size

    def rows(self, page: Page) -> Iterator[tuple[int, list[str]]]:
        """Yield (number, texts) of the rows of a sheet that have cells.

        Raises:
            InputError: It is damaged.
        """
        try:
            with self._archive.open(page.part) as part:
                self._part_read, self._size = part, max(self._parts[page.part].size, 1)
                yield from rows(part, self._values, plain=self._parts[page.part].plain)
        except BROKEN as error:
            raise damaged(self._file) from error

    def _pages(self, book: Element) -> Iterator[Page]:
        sheets = next((item for item in book if local(item) == "sheets"), ())
        for sheet in sheets:
            ref = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
            kind, part = self._related.get(ref, ("", ""))
            # a sheet without its part, or of a chart, is no table
            if part in self._parts and kind.endswith("/worksheet"):
                if not part.endswith(".xml"):
                    raise ValueError(part)
                hidden = sheet.get("state", "visible") != "visible"
                yield Page(sheet.attrib["name"], hidden, self._parts[part].merged, part)

    def _relations(self, main: str) -> Mapping[str, tuple[str, str]]:
        folder, name = posixpath.split(main)
        rels = f"{folder}/_rels/{name}.rels".lstrip("/")
        return {} if rels not in self._parts else {
            item.get("Id", ""): (item.get("Type", ""), _path(folder, item.get("Target", "")))
            for item in self._tree(rels)
        }  # fmt: skip

    def _target(self, rels: str, kind: str, folder: str) -> str:
        if rels not in self._parts:
            return ""
        found = (item for item in self._tree(rels) if item.get("Type", "").endswith(kind))
        return next((_path(folder, item.get("Target", "")) for item in found), "")

    def _part(self, kind: str) -> str:
        return next((path for found, path in self._related.values()
                     if found.endswith(kind) and path in self._parts), "")  # fmt: skip

    def _tree(self, name: str) -> Element:
        if not name.endswith((".xml", ".rels")):
            raise ValueError(name)
        return parsed(self._archive.read(name))

    def _formats(self, book: Element) -> Mapping[str, Text]:
        from openpyxl.styles.numbers import BUILTIN_FORMATS  # noqa: PLC0415 - slow to import

        name = self._part("/styles")
        if not name:
            return {}
        codes, used = dict(BUILTIN_FORMATS), list[int]()
        for group in self._tree(name):
            if local(group) == "numFmts":
                codes |= {int(item.attrib["numFmtId"]): item.get("formatCode", "")
                          for item in group}  # fmt: skip
            elif local(group) == "cellXfs":
                used = [int(item.get("numFmtId", "0")) for item in group]
        settings = next((item for item in book if local(item) == "workbookPr"), None)
        from_1904 = settings is not None and settings.get("date1904") in {"1", "true", "on"}
        by_style = {style: codes.get(found, "") for style, found in enumerate(used)}
        return formats(by_style, from_1904=from_1904)

    def _strings(self) -> list[str]:
        name = self._part("/sharedStrings")
        if not name:
            return []
        if not name.endswith(".xml"):
            raise ValueError(name)
        with self._archive.open(name) as part:
            return strings(part, plain=self._parts[name].plain)


def _path(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
