"""The libraries as npm delivers them, on the demonstration site."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import clinic, enter, page_mode, records, third_parties, third_party
from tests.peers.pages import APP, LIBRARIES

__all__ = ["clinic", "enter", "page_mode", "records", "third_parties", "third_party"]


@pytest.fixture(autouse=True, scope="session")
def _installed() -> None:
    missing = [path for path in (*LIBRARIES.values(), APP) if not path.exists()]
    assert not missing, f"Run `make test-peers`, which installs and bundles: {missing}"
