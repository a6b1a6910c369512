"""Every feature speaks of one kind of evidence."""

import pytest

from graph.features import client_pairs, households, owners
from graph.features.groups import declared


@pytest.mark.parametrize("features", [client_pairs.FEATURES, owners.FEATURES, households.FEATURES])
def test_every_feature_of_an_offer_has_a_group(features: tuple[str, ...]) -> None:
    assert set(features) <= set(declared())
    assert len(set(features)) == len(features)
