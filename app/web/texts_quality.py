"""The words of what pages say of quality, Dutch first."""

from __future__ import annotations

from collections.abc import Mapping

QUALITY: Mapping[str, tuple[str, str]] = {
    "metadata_quality": ("Kwaliteit van de beschrijving", "Quality of the description"),
    "points_of": ("{points} van {highest} punten", "{points} of {highest} points"),
    "points_on_average": ("gemiddeld {points} van {highest} punten",
                          "{points} of {highest} points on average"),
    "points_text": ("Volgens de regels waarmee data.europa.eu elke dataset beoordeelt.",
                    "By the rules that data.europa.eu judges every dataset with."),
    "from_to": ("{low} tot {high}", "{low} to {high}"),
    "of_highest": ("{points} van {highest}", "{points} of {highest}"),
    "do_first": ("Doe eerst", "Do first"),
    "nothing_to_do": ("Er is niets meer te winnen.", "There is nothing left to win."),
    "task_gain": ("+{points} punten", "+{points} points"),
    "task_doubt": ("{points} punten worden zeker", "{points} points become sure"),
    "task_datasets": ("bij {count} van {total}", "for {count} of {total}"),
    "task_example": ("Bijvoorbeeld", "For example"),
    "score_another": ("Hoe de punten geteld worden, en die van een eigen catalogus",
                      "How points are counted, and those of a catalog of your own"),
    "trend": ("Verloop", "Trend"),
    "trend_table": ("Als tabel", "As a table"),
    "trend_day": ("Dag", "Day"),
    "trend_points": ("Punten", "Points"),
    "trend_datasets": ("Datasets", "Datasets"),
    "per_dataset": ("Per dataset", "By dataset"),
    "per_dataset_more": ("Getoond: de {shown} met de minste punten, van {total}.",
                         "Shown: the {shown} with the fewest points, of {total}."),
    "rating": ("Oordeel", "Rating"),
    "as_measurements": ("Alle metingen", "All measurements"),
    "badge": ("Badge voor uw eigen site", "Badge for your own site"),
    "badge_text": ("Het plaatje volgt de score vanzelf: neem een van deze regels over.",
                   "The picture follows the score by itself: copy one of these lines."),
    "badge_alt_points": ("Kwaliteit van de metadata: {title}",
                         "Quality of the metadata: {title}"),
    "badge_alt_stars": ("Sterren van open data: {title}", "Stars of open data: {title}"),
    "overview_downloads": ("Ook als", "Also as"),
    "overview_badges": ("Badges voor uitgevers", "Badges for publishers"),
    "badge_missing": ("deze badge is er niet", "there is no such badge"),
}  # fmt: skip
