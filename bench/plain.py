"""The mapping of bench/mapping.ttl as somebody would write it by hand: `plain.py FOLDER OUTPUT`.

One pass of the csv module, percent-encoding, escaping, and a pattern for addresses; no other check,
no message, no row number.
"""

import csv
import re
import sys
from pathlib import Path
from urllib.parse import quote

ID = "https://voorbeeld.test/id/"
DCT = "http://purl.org/dc/terms/"
ORG = "http://www.w3.org/ns/org#"
SCHEMA = "https://schema.org/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')


def escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")


def main(folder: Path, output: Path) -> None:
    places = {}
    with (
        output.open("w", encoding="utf-8", newline="") as out,
        (folder / "gemeenten.csv").open(encoding="utf-8", newline="") as file,
    ):
        for town in csv.DictReader(file):
            places[town["naam"]] = place = f"{ID}gemeente/{quote(town['nis'], safe='')}"
            out.write(f'<{place}> <{SKOS}prefLabel> "{escape(town["naam"])}"@nl .\n')
        with (folder / "organisaties.csv").open(encoding="utf-8", newline="") as rows:
            reader = csv.reader(rows)
            next(reader)
            for row in reader:
                out.write(organisation(row, places))


def organisation(row: list[str], places: dict[str, str]) -> str:
    (ref, kbo, naam, name, soort, gemeente, opgericht, personeel, toelage, website, mail,
     opmerking) = row  # fmt: skip
    item = f"<{ID}organisatie/{quote(ref, safe='')}>"
    number = f"<{ID}identificator/kbo/{quote(kbo, safe='')}>"
    label = escape(naam)
    out = (
        f"{item} <{RDF_TYPE}> <{ORG}Organization> .\n"
        f'{item} <{DCT}identifier> "{escape(ref)}" .\n'
        f'{item} <{SKOS}prefLabel> "{label}"@nl .\n'
        f"{item} <{ORG}classification> <{ID}concept/soort/{quote(soort, safe='')}> .\n"
        f'{item} <{SCHEMA}foundingDate> "{escape(opgericht)}"^^<{XSD}date> .\n'
        f'{item} <{SCHEMA}numberOfEmployees> "{escape(personeel)}"^^<{XSD}integer> .\n'
        f"{item} <{SCHEMA}email> <{ID}contact/{quote(mail, safe='')}> .\n"
        f"{item} <http://www.w3.org/ns/regorg#registration> {number} .\n"
        f'{number} <{SKOS}notation> "{escape(kbo)}" .\n'
        f'{number} <{DCT}title> "KBO {escape(kbo)}: {label}"@nl .\n'
    )
    if gemeente in places:
        out += f"{item} <{DCT}spatial> <{places[gemeente]}> .\n"
    if name:
        out += f'{item} <{SKOS}prefLabel> "{escape(name)}"@en .\n'
    if toelage:
        out += f'{item} <{SCHEMA}funding> "{escape(toelage)}"^^<{XSD}decimal> .\n'
    if website and IRI.fullmatch(website):
        out += f"{item} <http://xmlns.com/foaf/0.1/homepage> <{website}> .\n"
    if opmerking:
        out += f'{item} <{DCT}description> "{escape(opmerking)}"@nl .\n'
    return out


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
