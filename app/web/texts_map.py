"""The words of the page where a table is mapped, Dutch first."""

from __future__ import annotations

from collections.abc import Mapping

MAP: Mapping[str, tuple[str, str]] = {
    "map": ("Tabel omzetten", "Map a table"),
    "map_short": ("Omzetten", "Map"),
    "map_text": (
        "Zie wat uw rekenblad wordt als open data, voor u iets publiceert. U kiest een bestand, "
        "wij stellen een mapping voor (welke kolom wat wordt), en u ziet het resultaat en elke "
        "cel die niet klopt.",
        "See what your spreadsheet becomes as open data, before you publish anything. You choose a "
        "file, we propose a mapping (which column becomes what), and you see the result and every "
        "cell that is wrong."),
    "map_kept": (
        "Er wordt niets gepubliceerd en niets bewaard: uw bestand wordt gelezen en weggegooid.",
        "Nothing is published and nothing is kept: your file is read and thrown away."),
    "map_limits": (
        "Hoogstens {megabytes} MB; tot 5 MB hebt u antwoord binnen {seconds} seconden, daarboven "
        "ziet u de voortgang.",
        "At most {megabytes} MB; up to 5 MB you have an answer within {seconds} seconds, above "
        "that you see the progress."),
    "map_step_file": ("1. Uw tabel", "1. Your table"),
    "map_file": ("Kies een bestand", "Choose a file"),
    "map_kinds": (
        "Excel (.xlsx, .xls), OpenDocument (.ods), CSV of JSON. Leest uw mapping meer dan één "
        "tabel, kies ze dan samen.",
        "Excel (.xlsx, .xls), OpenDocument (.ods), CSV or JSON. If your mapping reads more than "
        "one table, choose them together."),
    "map_reading": ("Wordt het niet goed gelezen?", "Is it not read well?"),
    "map_reading_text": (
        "Wat u leeg laat, zoeken wij zelf uit.", "What you leave empty, we find out ourselves."),
    "map_give_sheet": ("Blad (naam of nummer)", "Sheet (name or number)"),
    "map_header_row": ("Rij met de kolomnamen", "Row with the column names"),
    "map_delimiter": ("Scheidingsteken (CSV)", "Separator (CSV)"),
    "map_encoding": ("Tekencodering (CSV)", "Encoding (CSV)"),
    "map_items": ("Waar de rijen staan (JSON), bv. data.items",
                  "Where the rows are (JSON), e.g. data.items"),
    "map_find_out": ("zoek het uit", "find out"),
    "map_step_mapping": ("2. Wat elke kolom wordt", "2. What each column becomes"),
    "map_profile": ("Wat is elke rij?", "What is each row?"),
    "map_profile_none": ("kies …", "choose …"),
    "map_propose": ("Stel een mapping voor", "Propose a mapping"),
    "map_own": ("Mapping (YARRRML of RML): van u, of het voorstel, om aan te passen",
                "Mapping (YARRRML or RML): yours, or the proposal, to change"),
    "map_own_file": ("of een bestand met uw mapping", "or a file with your mapping"),
    "map_base": ("Begin van de adressen", "Start of the addresses"),
    "map_base_text": ("Elk ding krijgt een adres dat hiermee begint, als uw mapping het niet zegt.",
                      "Every thing gets an address that starts with this, if your mapping does not "
                      "say it."),
    "map_show": ("Toon wat het wordt", "Show what it becomes"),
    "map_busy": ("Bezig met omzetten…", "Mapping…"),
    "map_pasted": ("geplakt.csv", "pasted.csv"),
    "map_sending": ("Uw bestand wordt verstuurd…", "Your file is being sent…"),
    "map_result": ("3. Wat het wordt", "3. What it becomes"),
    "map_counts": (
        "{rows} rijen gelezen, {quads} uitspraken gemaakt (triples).",
        "{rows} rows read, {quads} statements made (triples)."),
    "map_no_problems": ("Geen enkele cel gaf een probleem.", "No cell gave a problem."),
    "map_some_problems": ("Problemen: {problems}, in {rows} rijen.",
                          "Problems: {problems}, in {rows} rows."),
    "map_nothing_made": (
        "Uit deze rijen komt niets. Kijk na of het onderwerp (s:) van de mapping een kolom leest "
        "die gevuld is.",
        "Nothing comes of these rows. Check whether the subject (s:) of the mapping reads a column "
        "that is filled."),
    "map_nothing_kept": ("Er is niets gepubliceerd en niets bewaard.",
                         "Nothing was published and nothing was kept."),
    "map_how_read": ("Hoe het bestand gelezen is", "How the file was read"),
    "map_proposal": ("Het voorstel: {title}", "The proposal: {title}"),
    "map_recognised": (
        "{count} van {total} kolommen herkend. Lees elke regel na; de mapping hierboven kunt u "
        "aanpassen en opnieuw tonen.",
        "{count} of {total} columns recognised. Read every line; you can change the mapping above "
        "and show it again."),
    "map_key": ("Sleutel van elke rij: kolom {column}: {why}.",
                "Key of each row: column {column}: {why}."),
    "map_column": ("kolom", "column"),
    "map_becomes": ("wordt", "becomes"),
    "map_certain": ("hoe zeker", "how sure"),
    "map_why": ("waarom", "why"),
    "map_sure": ("zeker", "sure"),
    "map_likely": ("waarschijnlijk", "likely"),
    "map_perhaps": ("misschien, kijk na", "perhaps, check"),
    "map_left": ("Kolommen die niet gemapt zijn: {count}", "Columns that are not mapped: {count}"),
    "map_personal": ("Let op, wellicht persoonsgegevens.", "Note, perhaps personal data."),
    "map_options": ("Het kan zijn:", "It may be:"),
    "map_problems": ("Wat niet klopt", "What is wrong"),
    "map_where": ("waar", "where"),
    "map_value": ("wat er staat", "what is there"),
    "map_what": ("wat er mis is", "what is wrong"),
    "map_mend": ("wat u kunt doen", "what you can do"),
    "map_more_problems": ("En nog {count} andere.", "And {count} more."),
    "map_times": ("{count} keer", "{count} times"),
    "map_skipped": ("Download de rijen waar iets van wegvalt (CSV)",
                    "Download the rows of which something is left out (CSV)"),
    "map_marked": ("Download uw tabel met die cellen gemarkeerd (Excel)",
                   "Download your table with those cells marked (Excel)"),
    "map_things": ("Zo ziet het eruit", "This is how it looks"),
    "map_things_text": (
        "De eerste {count} dingen, met achter elke waarde de cel waar ze uit komt.",
        "The first {count} things, with behind every value the cell it comes from."),
    "map_more_things": ("Nog {count} dingen", "{count} more things"),
    "map_data": ("De eerste dingen als data (Turtle)", "The first things as data (Turtle)"),
    "map_downloads": ("Download alles als:", "Download all of it as:"),
    "map_as_mapping": ("mapping", "mapping"),
    "map_as_turtle": ("Turtle", "Turtle"),
    "map_as_jsonld": ("JSON-LD", "JSON-LD"),
    "map_as_rdfxml": ("RDF/XML", "RDF/XML"),
    "map_as_nquads": ("N-Quads", "N-Quads"),
    "map_as_json": ("verslag (JSON)", "report (JSON)"),
    "map_next": ("Wat nu?", "What next?"),
    "map_next_mend": (
        "Verbeter de cellen hierboven in uw eigen bestand, kies het opnieuw en toon het nog eens.",
        "Mend the cells above in your own file, choose it again and show it once more."),
    "map_next_project": (
        "Download de mapping en zet ze met uw tabel in uw projectmap; vijfster build publiceert "
        "ze. De gids “Van rekenblad naar vijf sterren” leidt u er stap voor stap door:",
        "Download the mapping and put it with your table in your project folder; vijfster build "
        "publishes them. The guide “From spreadsheet to five stars” leads you through it:"),
    "map_next_check": ("Kijk de data na tegen een profiel:", "Check the data against a profile:"),
    "map_choose_again": (
        "Uw bestand is niet bewaard: kies het hierboven opnieuw voor u iets downloadt.",
        "Your file was not kept: choose it again above before you download anything."),
    "map_row": ("rij", "row"),
    "map_item": ("item", "item"),
    "map_member": ("lid", "member"),
    "map_sheet": ("blad", "sheet"),
    "map_used": ("De gebruikte mapping", "The mapping that was used"),
    "map_again": ("Pas de mapping aan en zet opnieuw om", "Change the mapping and map again"),
    "map_first": (
        "Is uw tabel nog geen open data? Zie eerst wat ze wordt.",
        "Is your table no open data yet? See first what it becomes."),
    "map_home": ("Zelf data publiceren?", "Publish data yourself?"),
    "map_home_text": (
        "Zie wat uw rekenblad wordt als open data, en kijk na of het de standaarden volgt. Er "
        "wordt niets bewaard.",
        "See what your spreadsheet becomes as open data, and check whether it follows the "
        "standards. Nothing is kept."),
    "map_job_title": ("Bezig met omzetten", "Mapping"),
    "map_job_waiting": ("Wacht op een vrije plaats.", "Waiting for a free place."),
    "map_job_reading": ("De tabel wordt gelezen.", "The table is being read."),
    "map_job_steps": ("{done} % omgezet.", "{done}% mapped."),
    "map_job_cancel": ("Stop het omzetten", "Stop the mapping"),
    "map_job_cancelled": ("Het omzetten is gestopt; er is niets bewaard.",
                          "The mapping was stopped; nothing was kept."),
}  # fmt: skip
