"""What a process of the mapping service does: map what was handed over, or tell it in a form.

How orders and answers are written is in `app.workers.orders`.
"""

from __future__ import annotations

import errno
import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.errors import ResultTooLargeError
from app.workers.child import ChildLimits, Handler, Reply, run_zygote
from app.workers.orders import packed, tell, told, unpacked

if TYPE_CHECKING:
    from app.mapping.preview import Preview, Previewer

# all that came of it, to be told in a form later
WHOLE: Final = "whole"
MODEL: Final = "json"
MAPPING: Final = "mapping"
SKIPPED: Final = "skipped"
# the table itself, its problems marked; only while it is there
MARKED: Final = "xlsx"
_UNSAFE = re.compile(r"[^\w .()+-]")
_MAX_NAME: Final = 60
# bytes of one file that a process may write
_MAX_FILE: Final = 500_000_000


def _open(vocab: Path) -> Handler:
    from app.mapping.preview import Previewer  # noqa: PLC0415 - in the worker, not in the web
    from app.tables.sheets import SheetLimits  # noqa: PLC0415

    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_FILE, hard))
    limits = SheetLimits()
    previewer = Previewer(vocab, limits)

    def answer(request: bytes, reply: Reply) -> None:
        facts, data = unpacked(request)
        if facts["task"] == "render":
            reply.write(rendered(_preview(data), facts["form"]))
            return
        try:
            preview = _run(previewer, facts, data, reply)
        except OSError as error:
            if error.errno != errno.EFBIG:
                raise
            raise ResultTooLargeError("the result is too large") from error
        if facts["progress"]:
            told(reply)
        if facts["form"] == MARKED and "rows" in preview.model:
            from app.mapping.marked import marked  # noqa: PLC0415

            files = _places(Path(facts["folder"]), facts["files"])
            reply.write(marked(preview.model, files, facts["lang"], limits))
        else:
            reply.write(rendered(preview, facts["form"]))

    return answer


def _run(previewer: Previewer, facts: dict[str, Any], data: bytes, reply: Reply) -> Preview:
    from app.mapping.preview import Wish  # noqa: PLC0415
    from app.tables.batch import Dialect  # noqa: PLC0415

    folder = Path(facts["folder"])
    mapping, data = data[: facts["mapping"]], data[facts["mapping"] :]
    files = _files(folder, facts["files"], data)
    wish = Wish(
        files, facts["base"], mapping, facts["mapping_name"], facts["profile"],
        Dialect(**facts["dialect"]), facts["on_error"], facts["lang"], facts["only_proposal"],
    )  # fmt: skip
    return previewer.run(wish, folder, _percents(reply) if facts["progress"] else _quiet)


def _files(folder: Path, files: Sequence[dict[str, Any]], data: bytes) -> list[Path]:
    """Return the tables under names that are safe, each in a folder of its own."""
    places = _places(folder, files)
    for place, file in zip(places, files, strict=True):
        place.parent.mkdir()
        if file["path"]:
            place.symlink_to(file["path"])
        else:
            place.write_bytes(data[: file["size"]])
            data = data[file["size"] :]
    return places


def _places(folder: Path, files: Sequence[dict[str, Any]]) -> list[Path]:
    return [folder / str(number) / safe_name(file["name"]) for number, file in enumerate(files)]


def safe_name(name: str) -> str:
    """Return the name of a file with letters that no path or reference minds."""
    stem, dot, suffix = _UNSAFE.sub("_", name).strip(" .").rpartition(".")
    stem, suffix = (stem, suffix[:8]) if dot else (suffix, "")
    return f"{stem[:_MAX_NAME] or 'tabel'}{dot}{suffix}"


def _percents(reply: Reply) -> Callable[[float], None]:
    last = [-1]

    def one(share: float) -> None:
        percent = int(100 * min(max(share, 0.0), 1.0))
        if percent > last[0]:
            last[0] = percent
            tell(reply, percent, 100)

    return one


def _quiet(_share: float) -> None:
    pass


def rendered(preview: Preview, form: str) -> bytes:
    """Return what came of it in a form: json, mapping, skipped, whole, or a form of RDF.

    Raises:
        InputError: A form of RDF cannot say it.
    """
    from app.mapping.forms import written  # noqa: PLC0415

    if form == MODEL:
        return json.dumps(preview.model, ensure_ascii=False).encode()
    if form == MAPPING:
        return str(preview.model["mapping"]["text"]).encode()
    if form == SKIPPED:
        return _skipped(preview.kept)
    if form == WHOLE:
        kept = [(name, len(data)) for name, data in preview.kept]
        # a tenth of it: lines of a table are much alike
        quads = zlib.compress(preview.quads, 1)
        facts = {"model": preview.model, "quads": len(quads), "kept": kept}
        return packed(facts, quads + b"".join(data for _, data in preview.kept))
    return written(preview.quads, form)


def _preview(whole: bytes) -> Preview:
    from app.mapping.preview import Preview  # noqa: PLC0415

    facts, data = unpacked(whole)
    quads, data = zlib.decompress(data[: facts["quads"]]), data[facts["quads"] :]
    kept = []
    for name, size in facts["kept"]:
        kept.append((name, data[:size]))
        data = data[size:]
    return Preview(facts["model"], quads, kept)


def _skipped(kept: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the rows left out of one table as CSV, of several as a zip file of those."""
    if len(kept) < 2:
        return b"".join(data for _, data in kept)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in kept:
            archive.writestr(name, data)
    return out.getvalue()


def main(arguments: list[str]) -> None:
    """Serve a pool: control socket, folder of vocabularies, then `ChildLimits`."""
    control, vocab, memory_bytes, stack_bytes, result_bytes = arguments
    limits = ChildLimits(int(memory_bytes), int(stack_bytes), int(result_bytes))
    # what every worker needs is imported once, before the fork
    import app.mapping.preview  # noqa: F401, PLC0415
    from app.tables.workbook import warm  # noqa: PLC0415

    warm()

    run_zygote(int(control), lambda: _open(Path(vocab)), limits)


if __name__ == "__main__":
    main(sys.argv[1:])
