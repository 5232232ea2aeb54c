"""Which column of a table labels, which counts, and when there is nothing to draw."""

from __future__ import annotations

import pytest

from app.web.charts import Chart, chart_of, is_number


def drawn(head: str, *rows: str) -> Chart | None:
    return chart_of(head.split(), [row.split(",") for row in rows], str.strip)


def bars(chart: Chart | None) -> list[tuple[str, str, float, float]]:
    assert chart is not None
    return [(bar.label, bar.text, bar.start, bar.width) for bar in chart.bars]


def test_first_words_and_first_numbers() -> None:
    chart = drawn("thing thingLabel n m", "http://x/a,imec,4,9", "http://x/b,VITO,1,9")
    assert bars(chart) == [("imec", "4", 0, 100), ("VITO", "1", 0, 25)]
    assert chart is not None
    assert chart.head == "n"


def test_addresses_label_where_there_are_no_words() -> None:
    chart = drawn("class n", "http://x/A,3", "http://x/B,6")
    assert [bar[0] for bar in bars(chart)] == ["http://x/A", "http://x/B"]


def test_two_columns_where_one_does_not_tell_rows_apart() -> None:
    chart = drawn("level kind n", "Vlaams,lening,3", "Vlaams,,1", ",lening,2")
    assert [bar[0] for bar in bars(chart)] == ["Vlaams · lening", "Vlaams · –", "– · lening"]
    assert drawn("level kind n", "Vlaams,lening,3", "Vlaams,lening,1") is None


def test_below_and_above_nothing() -> None:
    assert [bar[2:] for bar in bars(drawn("a n", "x,-1", "y,3", "z,0"))] == [
        (0, 25), (25, 75), (25, 0)
    ]  # fmt: skip
    assert [bar[2:] for bar in bars(drawn("a n", "x,0", "y,0"))] == [(0, 0), (0, 0)]


def test_rows_without_a_number_have_no_bar_and_only_the_first_are_drawn() -> None:
    chart = drawn("a n", *(f"row{n},{n or ''}" for n in range(40)))
    assert chart is not None
    assert (len(chart.bars), chart.rows) == (15, 39)
    assert chart.bars[0].label == "row1"


@pytest.mark.parametrize(
    "rows",
    [
        [], ["x,1"], ["x,1", "y,many"], ["x,2019", "y,2020"], ["x,", "y,"], ["1,2", "3,4"],
        [f"x,{'9' * 5_000}", "y,1"], ["x,NaN", "y,1"], ["x,1e999", "y,1"], ["x,²", "y,٣"],
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_not_drawn(rows: list[str]) -> None:
    assert drawn("a n", *rows) is None


@pytest.mark.parametrize("text", ["1", "-0.5", "+3", "1E6", ".5", "7."])
def test_numbers_as_sparql_writes_them(text: str) -> None:
    assert is_number(text)
