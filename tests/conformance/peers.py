"""Run by the Python that has morph-kgc and yatter: `peers.py FOLDER …` maps each folder there.

`mapping.yml` is translated by yatter first; `mapping.ttl` becomes `peers.nq`.
"""

import logging
import os
import sys
from pathlib import Path

import morph_kgc  # type: ignore[import-not-found]
import yatter  # type: ignore[import-not-found]
from ruamel.yaml import YAML  # type: ignore[import-not-found]

CONFIG = """\
[CONFIGURATION]
output_format: N-QUADS
logging_level: ERROR
number_of_processes: 1
[S]
mappings: mapping.ttl
"""


def main(folder: Path) -> None:
    os.chdir(folder)
    if Path("mapping.yml").exists():
        made = yatter.translate(YAML(typ="safe").load(Path("mapping.yml")))
        Path("mapping.ttl").write_text(made, encoding="utf-8")
    lines = morph_kgc.materialize_set(CONFIG)
    Path("peers.nq").write_text("".join(f"{line} .\n" for line in sorted(lines)), encoding="utf-8")


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    for name in sys.argv[1:]:
        main(Path(name))
