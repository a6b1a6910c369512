"""Works side by side: results in order, made once, and stopped together."""

import time
from threading import Event

import pytest

from graph.side_by_side import Once, side_by_side
from texts.progress import Shared, Silent, Stopped


def test_results_are_in_the_order_of_the_works() -> None:
    later = Event()

    def first() -> str:
        later.wait(10)
        return "first"

    def second() -> str:
        later.set()
        return "second"

    assert side_by_side([first, second]) == ["first", "second"]


def test_what_two_works_ask_for_is_made_once() -> None:
    once, made = Once(), list[int]()

    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return len(made)

    assert side_by_side([lambda: once.get("it", make)] * 4) == [1, 1, 1, 1]


def test_who_fails_stops_the_others_when_they_next_tell_how_far_they_are() -> None:
    watcher, ended, begun = Shared(Silent()), list[str](), Event()

    def fails() -> None:
        begun.wait(10)
        raise LookupError

    def goes_on() -> None:
        begun.set()
        try:
            while True:
                watcher.advance()
        except Stopped:
            ended.append("stopped")
            raise

    with pytest.raises(LookupError):
        side_by_side([fails, goes_on], watcher.stop)
    assert ended == ["stopped"]


def test_a_step_is_moved_by_the_work_that_began_it() -> None:
    class Seen(Silent):
        moved = 0

        def advance(self, items: int = 1) -> None:
            self.moved += items

    seen = Seen()
    watcher = Shared(seen)
    watcher.step("find.scoring", 5)
    side_by_side([lambda: watcher.advance(3)])
    assert seen.moved == 0
    watcher.advance(2)
    assert seen.moved == 2
