"""The roadmap as an accessible picture, laid out here and drawn as SVG: on a page, and the same in a paper."""

from .draw import Parts, drawing, parts
from .picture import Group, Line, Mark, Period, Picture, Row, Slip, Stretch, Words

__all__ = [
    "Group",
    "Line",
    "Mark",
    "Parts",
    "Period",
    "Picture",
    "Row",
    "Slip",
    "Stretch",
    "Words",
    "drawing",
    "parts",
]
