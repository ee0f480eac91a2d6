"""Reading: files and folders in, plain data with the position of every value out."""

from slogen.load.document import Document, Path
from slogen.load.files import find
from slogen.load.reader import read

__all__ = ["Document", "Path", "find", "read"]
