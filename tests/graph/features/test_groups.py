"""Every feature speaks of one kind of evidence."""

from types import ModuleType

import pytest

from graph.features import client_pairs, clients, companies, households, owners, pairs, staff
from graph.features.groups import declared


@pytest.mark.parametrize("features", [client_pairs.FEATURES, owners.FEATURES, households.FEATURES])
def test_every_feature_of_an_offer_has_a_group(features: tuple[str, ...]) -> None:
    assert set(features) <= set(declared())
    assert len(set(features)) == len(features)


@pytest.mark.parametrize("room", [client_pairs, clients, companies, households, owners, pairs, staff], ids=str)
def test_every_category_is_a_feature(room: ModuleType) -> None:
    assert set(room.CATEGORICAL) <= set(room.FEATURES)
