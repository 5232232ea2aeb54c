"""The words of the page `/sparql`, Dutch first."""

from __future__ import annotations

from collections.abc import Mapping

SPARQL: Mapping[str, tuple[str, str]] = {
    "sparql": ("SPARQL", "SPARQL"),
    "sparql_text": (
        "Bevraag alle inventarissen, codelijsten en de catalogus. De standaardgraaf is de "
        "vereniging van alle benoemde grafen. Getallen kunnen hier in een andere schrijfwijze "
        "staan dan in de bestanden en op de pagina's.",
        "Query all inventories, code lists and the catalog. The default graph is the union of all "
        "named graphs. Numbers may be written differently here than in the files and pages."),
    "query": ("Zoekvraag", "Query"),
    "run": ("Voer uit", "Run"),
    "sparql_busy": ("Bezig…", "Running…"),
    "sparql_keys": (
        "Ctrl+Enter voert uit, Ctrl+spatie vult klassen, eigenschappen en grafen aan.",
        "Ctrl+Enter runs, Ctrl+Space completes classes, properties and graphs."),
    "sparql_line_wrong": ("Regel {line} klopt nog niet.", "Line {line} is not right yet."),
    "examples": ("Voorbeelden", "Examples"),
    "examples_find": ("Zoek een voorbeeld", "Find an example"),
    "examples_none": ("Geen voorbeeld met die woorden.", "No example with those words."),
    "examples_asked": ("Vragen over deze gegevens", "Questions about these data"),
    "examples_general": ("Wat is hier?", "What is here?"),
    "examples_rows": ("Alles over de dingen van een inventaris",
                      "Everything about the things of an inventory"),
    "how_many": ("Hoeveel dingen van elke klasse?", "How many things of each class?"),
    "how_many_graphs": ("Hoeveel feiten in elke graaf?", "How many facts in each graph?"),
    "most_points": ("Welke datasets hebben de meeste kwaliteitspunten te winnen?",
                    "Which datasets have the most quality points to win?"),
    "result": ("Resultaat", "Result"),
    "result_read": ("Vraag en antwoord met uitleg", "Question and answer, explained"),
    "rows_in": ("{count} rijen in {seconds} s", "{count} rows in {seconds} s"),
    "row_in": ("1 rij in {seconds} s", "1 row in {seconds} s"),
    "first_rows_in": ("De eerste {count} rijen, in {seconds} s",
                      "The first {count} rows, in {seconds} s"),
    "answer_in": ("Antwoord in {seconds} s", "Answer in {seconds} s"),
    "no_rows": ("Niets in de gegevens voldoet aan deze zoekvraag.",
                "Nothing in the data meets this query."),
    "truncated": ("Alleen de eerste {count} rijen worden getoond; kies CSV of JSON voor alles.",
                  "Only the first {count} rows are shown; choose CSV or JSON for all."),
    "cut": ("Alleen het begin wordt getoond; kies een vorm hierboven voor alles.",
            "Only the beginning is shown; choose a form above for all of it."),
    "chart": ("Grafiek", "Chart"),
    "chart_first": ("De eerste {count} van {total} rijen.", "The first {count} of {total} rows."),
    "download_as": ("Download als", "Download as"),
    "permalink": ("Link naar deze zoekvraag", "Link to this query"),
    "no_permalink": ("Deze zoekvraag is te lang voor een link: bewaar haar in een bestand.",
                     "This query is too long for a link: keep it in a file."),
    "at_line": ("Regel {line}, teken {column}:", "Line {line}, character {column}:"),
    "advice_query-timeout": (
        "Vraag minder: begin met LIMIT 100, noem een graaf, of laat een voorwaarde weg.",
        "Ask for less: begin with LIMIT 100, name a graph, or leave out a condition."),
    "advice_result-too-large": ("Vraag minder: zet onderaan LIMIT 1000.",
                                "Ask for less: put LIMIT 1000 at the end."),
    "advice_busy": ("Uw zoekvraag staat er nog: probeer ze over {seconds} seconden opnieuw.",
                    "Your query is still here: try it again in {seconds} seconds."),
    "advice_too-many-requests": ("Uw zoekvraag staat er nog.", "Your query is still here."),
}  # fmt: skip
