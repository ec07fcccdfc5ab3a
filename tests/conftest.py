"""For meson's runs: the record of each case of FOLDER/test_FILE.py goes to $WEIR_JUNIT/FOLDER_test_FILE.xml,
so that scripts/test can count the cases and see why one was skipped."""
import os
import pathlib

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    folder = os.environ.get("WEIR_JUNIT")
    if folder and len(config.args) == 1:
        path = pathlib.Path(config.args[0]).resolve()
        config.option.xmlpath = str(pathlib.Path(folder, path.parent.name + "_" + path.stem + ".xml"))
