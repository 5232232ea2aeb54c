"""The words of the score page, Dutch first."""

from __future__ import annotations

from collections.abc import Mapping

SCORE: Mapping[str, tuple[str, str]] = {
    "score": ("Kwaliteit van open data", "Quality of open data"),
    "score_short": ("Kwaliteit", "Quality"),
    "score_text": (
        "Hoe goed is een catalogus volgens data.europa.eu, het Europese dataportaal, en wat doet u "
        "eerst om beter te scoren?",
        "How good is a catalog according to data.europa.eu, the European data portal, and what do "
        "you do first to score better?"),
    "score_home": ("Hoe goed is uw open data?", "How good are your open data?"),
    "score_home_text": (
        "Zie de punten van elke dataset, zoals Europa ze telt, en de drie dingen die het meest "
        "opbrengen. Scoor ook uw eigen catalogus.",
        "See the points of every dataset, as Europe counts them, and the three things that bring "
        "most. Score your own catalog too."),
    "score_yours": ("Scoor uw eigen catalogus", "Score your own catalog"),
    "score_other": ("Scoor een catalogus", "Score a catalog"),
    "score_give": ("Uw catalogus (DCAT)", "Your catalog (DCAT)"),
    "score_kinds": ("Turtle, RDF/XML, JSON-LD, N-Triples, TriG of N-Quads, ook als zip of gzip.",
                    "Turtle, RDF/XML, JSON-LD, N-Triples, TriG or N-Quads, also as zip or gzip."),
    "score_do": ("Geef de score", "Score it"),
    "score_do_links": ("Geef de score en ga de adressen na", "Score it and check the addresses"),
    "score_links_text": (
        "Met adressen vragen we beleefd aan de servers zelf of de pagina's en bestanden er zijn en "
        "wat erin zit: hoogstens {most} adressen, hoogstens twee minuten.",
        "With addresses we politely ask the servers themselves whether pages and files are there "
        "and what is in them: at most {most} addresses, at most two minutes."),
    "score_busy": ("Bezig met scoren…", "Scoring…"),
    "score_kept": (
        "Wat u aanbiedt wordt gescoord en niet bewaard.",
        "What you hand over is scored and not kept."),
    "score_limits": (
        "Hoogstens {megabytes} MB en {seconds} seconden; vanaf 5 MB ziet u de voortgang.",
        "At most {megabytes} MB and {seconds} seconds; from 5 MB you see the progress."),
    "score_own": ("Onze eigen catalogus", "Our own catalog"),
    "score_none": ("Van deze publicatie is geen score bewaard. Publiceer opnieuw (vijfster build) "
                   "om ze hier te zien.",
                   "Of this release no score was kept. Publish again (vijfster build) to see it "
                   "here."),
    "score_result": ("Scorekaart", "Score card"),
    "score_of": ("van {highest} punten", "of {highest} points"),
    "score_mean": ("gemiddeld over {count} datasets", "on average over {count} datasets"),
    "score_one": ("1 dataset", "1 dataset"),
    "score_to": ("{low} tot {high}", "{low} to {high}"),
    "score_range": (
        "{sure} punten zijn zeker. Het kunnen er {possible} worden: dat hangt af van wat niet "
        "nagegaan is, zoals of de adressen antwoorden.",
        "{sure} points are certain. They may become {possible}: that depends on what was not "
        "checked, such as whether the addresses answer."),
    "score_scale": ("{points} van {highest} punten: {word}",
                    "{points} of {highest} points: {word}"),
    "score_where": ("Waar de punten vandaan komen", "Where the points come from"),
    "score_part": ("{points} van {highest}", "{points} of {highest}"),
    "score_legend_sure": ("zeker", "certain"),
    "score_legend_possible": ("mogelijk", "possible"),
    "score_explained_findability": ("vindt men het: trefwoorden, thema, gebied, periode",
                                    "can it be found: keywords, theme, area, period"),
    "score_explained_accessibility": ("geraakt men erbij: adressen die antwoorden",
                                      "can one get at it: addresses that answer"),
    "score_explained_interoperability": ("kunnen programma's ermee werken: open formaten",
                                         "can programs work with it: open formats"),
    "score_explained_reusability": ("mag men het gebruiken: licentie, contact, uitgever",
                                    "may one use it: licence, contact, publisher"),
    "score_explained_contextuality": ("weet men genoeg: rechten, grootte, datums",
                                      "is enough known: rights, size, dates"),
    "score_ratings": ("Datasets per klasse", "Datasets per class"),
    "score_next": ("Doe eerst", "Do first"),
    "score_nothing": ("Er is niets meer te winnen: proficiat.",
                      "There is nothing left to win: congratulations."),
    "score_gain": ("+{points} punten", "+{points} points"),
    "score_gain_mean": ("gemiddeld +{points} punten", "+{points} points on average"),
    "score_doubt": ("{points} punten worden zeker", "{points} points become certain"),
    "score_datasets": ("bij {count} van {total} datasets", "for {count} of {total} datasets"),
    "score_effort": ("Werk", "Work"),
    "score_example": ("Bijvoorbeeld", "For example"),
    "score_run": ("Alles zien", "To see all"),
    "score_copy": ("Kopieer", "Copy"),
    "score_copied": ("Gekopieerd", "Copied"),
    "score_repair": ("Laat het herstellen waar de waarde zeker is",
                     "Have it mended where the value is certain"),
    "score_list": ("Alle datasets", "All datasets"),
    "score_sort": ("Volgorde:", "Order:"),
    "score_sort_worst": ("zwakste eerst", "weakest first"),
    "score_sort_best": ("sterkste eerst", "strongest first"),
    "score_sort_title": ("op titel", "by title"),
    "score_sort_stars": ("minste sterren eerst", "fewest stars first"),
    "score_points": ("Punten", "Points"),
    "score_rating": ("Klasse", "Class"),
    "score_dataset": ("Dataset", "Dataset"),
    "score_first": ("Doe eerst", "Do first"),
    "score_details": ("Dataset per dataset", "Dataset by dataset"),
    "score_todo": ("Wat u kunt doen", "What you can do"),
    "score_indicators": ("Wat er is en wat niet", "What is there and what is not"),
    "score_indicator": ("Vraag", "Question"),
    "score_answer": ("Antwoord", "Answer"),
    "score_worth": ("Waard", "Worth"),
    "score_yes": ("ja", "yes"),
    "score_no": ("nee", "no"),
    "score_unknown": ("niet nagegaan", "not checked"),
    "score_best": (
        "Van {count} distributies telt de beste; de andere geven geen punten.",
        "Of {count} distributions the best one counts; the others give no points."),
    "score_wrong": ("Fouten tegen DCAT-AP: {count}.", "Errors against DCAT-AP: {count}."),
    "score_see_wrong": ("Bekijk ze bij Nakijken", "See them with Check"),
    "score_links": ("Wat de adressen antwoordden", "What the addresses answered"),
    "score_address": ("Adres", "Address"),
    "score_seen": ("Gezien", "Seen"),
    "score_when": ("Wanneer (UTC)", "When (UTC)"),
    "score_no_answer": ("geen antwoord", "no answer"),
    "score_stars": ("Sterren", "Stars"),
    "score_stars_text": (
        "De vijf sterren van open data: 1 open op het web, 2 leesbaar voor programma's, 3 in een "
        "open formaat, 4 met webadressen voor dingen, 5 verbonden met data van anderen.",
        "The five stars of open data: 1 open on the web, 2 readable by programs, 3 in an open "
        "format, 4 with web addresses for things, 5 linked to data of others."),
    "score_star": ("Ster {star}", "Star {star}"),
    "score_star_next": ("Voor de volgende ster", "For the next star"),
    "score_portals": ("Wat portalen ermee doen", "What portals do with it"),
    "score_portal": ("Portaal", "Portal"),
    "score_datasets_head": ("Datasets", "Datasets"),
    "score_why": ("Waarom", "Why"),
    "score_does_rejected": ("geweigerd:", "rejected:"),
    "score_does_dropped": ("valt weg:", "left out:"),
    "score_does_otherwise": ("anders:", "otherwise:"),
    "score_looks": ("Zo komt het er te staan", "How it will look there"),
    "score_governance": ("Beheer", "Governance"),
    "score_is_stated": ("vermeld", "stated"),
    "score_is_lacking": ("niet goed genoeg", "not good enough"),
    "score_is_unknown": ("niet bekend", "not known"),
    "score_is_irrelevant": ("niet nodig", "not needed"),
    "score_charter": ("Open Data Charter", "Open Data Charter"),
    "score_downloads": ("Download:", "Download:"),
    "score_form_json": ("JSON", "JSON"),
    "score_form_csv": ("CSV (rekenblad)", "CSV (spreadsheet)"),
    "score_form_text": ("tekst voor een e-mail", "text for an e-mail"),
    "score_choose_again": (
        "Uw bestand is niet bewaard: kies het hieronder opnieuw voor u iets downloadt, sorteert "
        "of verder bladert.",
        "Your file was not kept: choose it again below before you download, sort or turn a page."),
    "score_how": ("Hoe er geteld wordt", "How this is counted"),
    "score_how_text": (
        "Punten volgen de kwaliteitsmeting (MQA) van data.europa.eu: 23 vragen, samen 405 punten. "
        "Vanaf 351 is een dataset uitstekend, vanaf 221 goed, vanaf 121 voldoende.",
        "Points follow the metadata quality assessment (MQA) of data.europa.eu: 23 questions, "
        "405 points in all. From 351 a dataset is excellent, from 221 good, from 121 sufficient."),
    "score_job_title": ("Bezig met scoren", "Scoring"),
    "score_job_waiting": ("Wacht op een vrije plaats.", "Waiting for a free place."),
    "score_job_reading": ("De catalogus wordt gelezen.", "The catalog is being read."),
    "score_job_steps": ("Stap {done} van {total} gedaan.", "Step {done} of {total} done."),
    "score_job_cancel": ("Stop het scoren", "Stop scoring"),
    "score_job_cancelled": ("Het scoren is gestopt; er is niets bewaard.",
                            "The scoring was stopped; nothing was kept."),
}  # fmt: skip
