"""Nothing whose licence reaches our own code is imported."""

import pytest

from tests.licences import REFUSED, problems


def test_every_package_is_listed_with_its_licence_and_none_is_refused() -> None:
    assert problems() == []


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "AGPL-3.0", "GNU General Public License v2 (GPLv2)"])
def test_strong_copyleft_is_refused(licence: str) -> None:
    assert REFUSED.search(licence)


@pytest.mark.parametrize("licence", ["LGPL-3.0-only", "GNU Lesser General Public License v3 (LGPLv3)", "MIT"])
def test_what_stays_with_the_library_is_not(licence: str) -> None:
    assert not REFUSED.search(licence)
