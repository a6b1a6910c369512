"""An analyst at a machine of their own: Streamlit's messages over its websocket, and nothing drawn on this machine."""

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from analyst.work import BY_CLICK, Targets, visits

_KEY: Final = re.compile(r"^\$\$ID-[0-9a-f]{32}-(.*)$", re.DOTALL)
_DONE: Final = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass
class Ran:
    """What the server finished for one analyst."""

    pages: list[float] = field(default_factory=list[float])
    """seconds from asking until the run was said to be finished, for pages"""
    acts: list[float] = field(default_factory=list[float])
    """the same for acts on them"""
    messages: int = 0

    def summary(self) -> dict[str, float]:
        """How many runs ended well, and their seconds at the median and the 95th percentile."""
        found: dict[str, float] = {"messages": self.messages}
        for kind, seconds in (("pages", self.pages), ("acts", self.acts)):
            ordered = sorted(seconds)
            found[kind] = len(ordered)
            for share in (50, 95):
                place = min(len(ordered) * share // 100, len(ordered) - 1)
                found[f"{kind}_p{share}"] = round(ordered[place], 2) if ordered else 0.0
        return found


class Wire:
    """One session, as a browser's tab would have it."""

    def __init__(self, socket: ClientConnection, ran: Ran, query: str) -> None:
        self._socket = socket
        self._ran = ran
        self._query = query
        self._page = ""
        self._pages: dict[str, str] = {}
        self._widgets: dict[str, tuple[Any, str]] = {}
        self._states: dict[str, dict[str, Any]] = {}

    @classmethod
    @asynccontextmanager
    async def opened(cls, address: str, ran: Ran, page: str, link: dict[str, str]) -> AsyncGenerator[Self]:
        """Load a page as from a link."""
        at = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
        async with connect(at, subprotocols=["streamlit"], max_size=None) as socket:  # pyright: ignore[reportArgumentType]
            wire = cls(socket, ran, urlencode({"lang": "en"} | link))
            ask = BackMsg()
            ask.rerun_script.query_string = wire._query
            ask.rerun_script.page_name = page
            ran.pages.append(await wire._answered(ask))
            yield wire

    async def go(self, page: str) -> None:
        """Another page, by the navigation."""
        self._query, self._page = "", self._pages[page]
        self._states.clear()
        self._ran.pages.append(await self._answered(self._asked("")))

    async def act(self, name: str, **value: Any) -> None:
        """Give the widget whose key begins with `name` a value, by the field of Streamlit's message for it.

        Raises:
            RuntimeError: the page has no such widget.
        """
        widget, fragment = self._latest(name)
        self._states[widget.id] = value
        self._ran.acts.append(await self._answered(self._asked(fragment)))

    def options(self, name: str) -> list[str]:
        """What the widget whose key begins with `name` offers.

        Raises:
            RuntimeError: the page has no such widget, or it offers nothing.
        """
        widget, _ = self._latest(name)
        if not widget.options:
            raise RuntimeError(f"{name} offers nothing")
        return [str(getattr(each, "content", each)) for each in widget.options]

    def _latest(self, name: str) -> tuple[Any, str]:
        for key, said in reversed(self._widgets.items()):
            if key.startswith(name):
                return said
        raise RuntimeError(f"no widget {name} among {sorted(self._widgets)}")

    def _asked(self, fragment: str) -> BackMsg:
        ask = BackMsg()
        state = ask.rerun_script
        state.query_string, state.page_script_hash, state.fragment_id = self._query, self._page, fragment
        for widget, value in self._states.items():
            one = state.widget_states.widgets.add(id=widget)
            for kind, said in value.items():
                if isinstance(said, list):
                    getattr(one, kind).data.extend(said)
                else:
                    setattr(one, kind, said)
        return ask

    async def _answered(self, ask: BackMsg) -> float:
        """Seconds until the run, and those that it started, is finished.

        Raises:
            RuntimeError: it ended otherwise, or shows a fault.
        """
        begun = time.perf_counter()
        await self._socket.send(ask.SerializeToString())
        while True:
            said = ForwardMsg()
            said.ParseFromString(await self._socket.recv(decode=False))
            self._ran.messages += 1
            match said.WhichOneof("type"):
                case "delta":
                    self._seen(said.delta)
                case "navigation":
                    self._pages = {page.url_pathname: page.page_script_hash for page in said.navigation.app_pages}
                case "page_info_changed":
                    self._query = said.page_info_changed.query_string
                case "new_session":
                    if not ask.rerun_script.fragment_id:
                        self._widgets.clear()
                    self._page = said.new_session.page_script_hash
                case "script_finished" if said.script_finished in _DONE:
                    return time.perf_counter() - begun
                case "script_finished" if said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    raise RuntimeError(f"a run ended with {said.script_finished}")
                case _:
                    pass

    def _seen(self, delta: Any) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception" or (kind == "alert" and element.alert.format == element.alert.ERROR):
            raise RuntimeError(str(element))
        shown = getattr(element, kind) if kind else None
        if key := _KEY.match(getattr(shown, "id", "")):
            self._widgets.pop(key[1], None)  # the latest stands last
            self._widgets[key[1]] = shown, delta.fragment_id


async def work(address: str, to: Targets, number: int, pause: float, ran: Ran) -> None:
    """Rounds like those of the browser, at its pace, until cancelled."""
    while True:
        for page, link in visits(to, number):
            async with Wire.opened(address, ran, page, link) as wire:
                await asyncio.sleep(pause)
                for name, value in _acts(wire, page, number):
                    await wire.act(name, **value)
                    await asyncio.sleep(pause)
        async with Wire.opened(address, ran, "", {}) as wire:
            for page in BY_CLICK[:-1]:
                await asyncio.sleep(pause)
                await wire.go(page)
        number += 1


def _acts(wire: Wire, page: str, number: int) -> list[tuple[str, dict[str, Any]]]:
    """(beginning of a widget's key, its value) of what is done on a page."""

    def chosen(name: str, place: int) -> list[str]:
        options = wire.options(name)
        return options[place % len(options) :][:1]

    def row(place: int) -> dict[str, str]:
        return {"string_value": json.dumps({"selection": {"rows": [place], "columns": [], "cells": []}})}

    match page:
        case "opportunities":
            return [
                ("kind-", {"string_array_value": chosen("kind-", number)}),
                ("probability-", {"double_value": float(5 + 5 * (number % 3))}),
                ("opportunities-priority", row(0)),
                ("opportunities-sort", {"string_value": chosen("opportunities-sort", 1 + number % 3)[0]}),
                ("opportunities-page", {"int_value": 2}),
            ]
        case "customer" | "company":
            places = range(1, len(wire.options(f"{page}-part")))
            return [(f"{page}-part", {"string_array_value": chosen(f"{page}-part", place)}) for place in places]
        case "payroll":
            return [
                ("payroll-companies", row(number % 5)),
                ("payroll-part", {"string_array_value": chosen("payroll-part", 1)}),
            ]
        case "quality":
            return [("quality-tables", row(number % 5))]
        case "explore":
            followed = wire.options("types-")
            return [("types-", {"string_array_value": [name for name in followed if name != followed[4]]})]
        case _:
            return []
