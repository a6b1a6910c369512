"""Saved segments."""

from graph.home import Home
from graph.segments import remove_segment, save_segment, segments


def test_a_segment_is_kept_under_its_name(home: Home) -> None:
    save_segment(home, " 杭州 ", '{"kinds":["cross_sell"]}', "li")
    assert segments(home)["杭州"]["filter"] == '{"kinds":["cross_sell"]}'
    assert segments(home)["杭州"]["saved_by"] == "li"


def test_saving_again_replaces_and_removing_forgets(home: Home) -> None:
    save_segment(home, "a", "{}", "li")
    save_segment(home, "a", '{"only_new":true}', "wang")
    assert segments(home)["a"]["saved_by"] == "wang"
    remove_segment(home, "a")
    assert segments(home) == {}
