"""The project in an empty folder that commands are tried in, too."""

from tests.cli.conftest import brief as brief
from tests.cli.conftest import project as project
from tests.cli.conftest import promtool as promtool
from tests.cli.conftest import slogen as slogen
