"""The words of the validation lab's pages, Dutch first."""

from __future__ import annotations

from collections.abc import Mapping

LAB: Mapping[str, tuple[str, str]] = {
    "validate": ("Data nakijken", "Check data"),
    "validate_short": ("Nakijken", "Check"),
    "validate_text": (
        "Kijk na of uw data de standaarden volgen: DCAT-AP Vlaanderen, OSLO en andere. U krijgt "
        "per oorzaak te lezen wat er mis is, waar het staat en wat u kunt doen.",
        "Check whether your data follow the standards: DCAT-AP Flanders, OSLO and others. Per "
        "cause you read what is wrong, where it stands and what you can do."),
    "validate_kept": ("Wat u aanbiedt wordt nagekeken en niet bewaard.",
                      "What you hand over is checked and not kept."),
    "validate_limits": ("Hoogstens {megabytes} MB en {seconds} seconden.",
                        "At most {megabytes} MB and {seconds} seconds."),
    "for_programs": ("Voor programma's en pijplijnen:", "For programs and pipelines:"),
    "your_data": ("Uw data", "Your data"),
    "give_file": ("Een bestand", "A file"),
    "file_kinds": ("Turtle, JSON-LD, RDF/XML, N-Triples, TriG of N-Quads, ook als zip of gzip.",
                   "Turtle, JSON-LD, RDF/XML, N-Triples, TriG or N-Quads, also as zip or gzip."),
    "drop_here": ("U kunt het ook hierheen slepen of plakken.",
                  "You can also drop or paste it here."),
    "give_url": ("of een adres op het web", "or an address on the web"),
    "give_text": ("of tekst", "or text"),
    "give_profile": ("Nakijken tegen", "Check against"),
    "profile_stated": ("wat de data zelf zeggen te volgen", "what the data say they follow"),
    "what_they_ask": ("Wat ze vragen", "What they ask"),
    "own_shapes": ("Eigen regels (SHACL)", "Own rules (SHACL)"),
    "give_shapes": ("Een bestand met eigen regels", "A file with rules of your own"),
    "check": ("Kijk na", "Check"),
    "busy_checking": ("Bezig met nakijken…", "Checking…"),
    "send_failed": ("Er kwam geen antwoord. Kijk uw verbinding na en probeer het opnieuw.",
                    "There was no answer. Check your connection and try again."),
    "result": ("Resultaat", "Result"),
    "download_as": ("Download dit verslag:", "Download this report:"),
    "choose_again": (
        "Uw bestand is niet bewaard: kies het hierboven opnieuw voor u een verslag downloadt.",
        "Your file was not kept: choose it again above before you download a report."),
    "repair": ("Herstel wat zeker is", "Mend what is certain"),
    "repaired": ("{name}: wat hersteld kan worden", "{name}: what can be mended"),
    "download_repaired": ("Download het herstelde bestand", "Download the mended file"),
    "download_diff": ("Download het verschil", "Download the difference"),
    "difference": ("Het verschil", "The difference"),
    "diff_more": ("En nog {count} lijnen; download het verschil voor alles.",
                  "And {count} more lines; download the difference for all of it."),
    "severity": ("Ernst", "Severity"),
    "profile": ("Profiel", "Profile"),
    "words": ("Woorden", "Words"),
    "all": ("alles", "all"),
    "filter": ("Verfijn", "Narrow down"),
    "causes_shown": ("{shown} van {total} oorzaken getoond", "{shown} of {total} causes shown"),
    "causes_found": ("Aantal gevonden oorzaken: {count}", "Causes found: {count}"),
    "form_csv": ("CSV (rekenblad)", "CSV (spreadsheet)"),
    "form_html": ("HTML (afdrukken)", "HTML (to print)"),
    "form_text": ("tekst", "text"),
    "form_json": ("JSON", "JSON"),
    "form_turtle": ("Turtle", "Turtle"),
    "form_jsonld": ("JSON-LD", "JSON-LD"),
    "form_sarif": ("SARIF", "SARIF"),
    "form_junit": ("JUnit", "JUnit"),
}  # fmt: skip
