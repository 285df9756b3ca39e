"""Bars drawn on the server by a library, as SVG that needs neither script nor style.

The library writes presentation attributes alone, which the Content-Security-Policy lets be, and
escapes every word. A plot is hidden from screen readers: the table beside it holds its numbers.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from xml.etree import ElementTree as ET

import leather
from leather import theme
from markupsafe import Markup

WIDTH, DAYS_HIGH, BAR_HIGH, AXIS_HIGH = 460, 260, 40, 60
BLUE, GREY, DARK = "#005eb8", "#d8dde0", "#4c6272"
"""Colours of the design system: NHS blue, and its borders and secondary text."""

FONT = "Frutiger W01, Arial, sans-serif"
TICKS = 4
LONGEST_LABEL = 18
MOST_BARS = 12
"""What a plot can show; the table shows them all."""


theme.background_color = "#ffffff"
theme.margin = 0.03
theme.tick_color, theme.zero_color = GREY, DARK
theme.label_color = DARK
theme.tick_font_family = FONT
theme.tick_font_size = theme.tick_font_char_height = 15
theme.default_series_colors = [BLUE]


def columns(numbers: Sequence[tuple[str, int]]) -> Markup:
    """One column for each label, in the order given; nothing when all are nought."""
    if not any(number for _, number in numbers):
        return Markup()
    chart = leather.Chart()
    chart.add_columns([(label, number) for label, number in numbers])
    _scale(chart.add_y_scale, chart.add_y_axis, numbers)
    return _drawn(chart, DAYS_HIGH)


def bars(numbers: Sequence[tuple[str, int]]) -> Markup:
    """One bar for each label, the first on top; labels are cut where they are long."""
    if not any(number for _, number in numbers):
        return Markup()
    chart = leather.Chart()
    chart.add_bars([(number, _short(label)) for label, number in numbers])
    _scale(chart.add_x_scale, chart.add_x_axis, numbers, room=1.1)
    return _drawn(chart, AXIS_HIGH + BAR_HIGH * len(numbers))


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def _scale(
    add_scale: Callable[..., None],
    add_axis: Callable[..., None],
    numbers: Sequence[tuple[str, int]],
    *,
    room: float = 1,
) -> None:
    """From nought, in steps of whole numbers that are easily read; ``room`` for the last one."""
    step = _step(max(number for _, number in numbers))
    top = step * -(-max(number for _, number in numbers) // step)
    add_scale(0, top * room)
    add_axis(ticks=list(range(0, top + 1, step)), tick_formatter=_written)


def _step(most: int) -> int:
    """1, 2 or 5 times a power of ten, so that few steps reach ``most``."""
    size = 1
    while True:
        for times in (1, 2, 5):
            if size * times * TICKS >= most:
                return size * times
        size *= 10


def _written(value: Decimal | int, _index: int, _count: int) -> str:
    return f"{int(value):,}"


def _drawn(chart: leather.Chart, height: int) -> Markup:
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {height}",
            "width": "100%",
            "aria-hidden": "true",
            "focusable": "false",
        },
    )
    svg.append(chart.to_svg_group(WIDTH, height))
    return Markup(ET.tostring(svg, encoding="unicode"))  # noqa: S704 - escaped by the tree
