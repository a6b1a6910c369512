import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.facts.control import Control, control

Stake = tuple[int, int, int]
PEOPLE = range(5)
COMPANIES = range(5, 12)


def controls(stakes: list[Stake], *families: set[int], companies: range = COMPANIES) -> Control:
    """Who controls what; stakes are (owner, company, percent), people have codes under 5."""
    rows = [(owner, company, percent * 10_000) for owner, company, percent in stakes]
    owned = pl.DataFrame(rows, schema={"from": pl.UInt32, "to": pl.UInt32, "millionths": pl.Int64}, orient="row")
    kin = [(person, min(family)) for family in families for person in family]
    groups = pl.DataFrame(kin, schema={"entity": pl.UInt32, "group": pl.UInt32}, orient="row")
    return control(owned.sort("from", "to"), groups, pl.Series(companies, dtype=pl.UInt32))


def pairs(found: Control) -> set[tuple[int, int]]:
    return set(found.controllers.select("from", "to").iter_rows())


def test_half_is_not_control() -> None:
    assert pairs(controls([(1, 5, 50), (2, 6, 51)])) == {(2, 6)}


def test_a_family_that_holds_51_percent_together_controls() -> None:
    stakes = [(1, 5, 30), (2, 5, 21), (3, 5, 49)]
    assert pairs(controls(stakes)) == set()
    found = controls(stakes, {1, 2})
    assert found.controllers.rows() == [(1, 5, 0.51, True), (2, 5, 0.51, True)]


def test_control_reaches_through_what_is_controlled() -> None:
    found = controls([(1, 5, 60), (5, 6, 40), (1, 6, 15)])
    assert found.controllers.rows() == [(1, 5, 0.6, False), (1, 6, 0.55, False)]


def test_only_members_with_a_stake_take_part() -> None:
    assert pairs(controls([(1, 5, 60), (2, 6, 60), (5, 7, 60)], {1, 2})) == {(1, 5), (1, 7), (2, 6), (5, 7)}


def test_a_circle_controls_itself_and_has_no_head() -> None:
    found = controls([(5, 6, 60), (6, 5, 60)])
    assert pairs(found) == {(5, 6), (6, 5)}
    assert found.groups.rows() == [(5, 5, 2, None), (6, 5, 2, None)]


def test_a_group_is_what_one_family_controls() -> None:
    found = controls([(1, 5, 60), (2, 6, 60), (6, 7, 60), (3, 8, 60)], {1, 2})
    assert found.groups.rows() == [(5, 5, 3, 1), (6, 5, 3, 2), (7, 5, 3, 2), (8, None, None, 3)]


def test_without_owners_nothing_is_controlled() -> None:
    found = controls([])
    assert found.controllers.is_empty()
    assert found.groups.is_empty()


def by_brute_force(stakes: list[Stake], families: list[set[int]]) -> set[tuple[frozenset[int], int]]:
    """The least fixed point for every agent on its own, with sets."""
    kin = {person: frozenset(family) for family in families for person in family}
    agents = {kin.get(node, frozenset({node})) for node in (*PEOPLE, *COMPANIES)}
    found: set[tuple[frozenset[int], int]] = set()
    for agent in agents:
        held: set[int] = set()
        while True:
            now = {
                company for company in COMPANIES
                if company not in agent
                and sum(p for owner, to, p in stakes if to == company and owner in (agent | held)) > 50
            }  # fmt: skip
            if now == held:
                break
            held = now
        found |= {(agent, company) for company in held}
    return found


stake = st.tuples(st.sampled_from([*PEOPLE, *COMPANIES]), st.sampled_from(COMPANIES), st.integers(1, 60))
family = st.sampled_from([[], [{0, 1}], [{0, 1, 2}], [{0, 1}, {2, 3}]])


@settings(max_examples=150, deadline=None)
@given(st.lists(stake.filter(lambda s: s[0] != s[1]), unique_by=lambda s: s[:2], max_size=25), family)
def test_equals_the_fixed_point_by_brute_force(stakes: list[Stake], families: list[set[int]]) -> None:
    kin = {person: frozenset(family) for family in families for person in family}
    found = {(kin.get(one, frozenset({one})), two) for one, two in pairs(controls(stakes, *families))}
    assert found == by_brute_force(stakes, families)
