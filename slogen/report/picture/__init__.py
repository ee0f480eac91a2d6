"""Pictures of what rules said of a history: SVG without any library, PNG with two more.

`draw.svg` makes the document, `png.from_svg` turns one into PNG.
"""

from slogen.report.picture.draw import svg
from slogen.report.picture.png import from_svg
from slogen.report.picture.style import THEMES

__all__ = ["THEMES", "from_svg", "svg"]
