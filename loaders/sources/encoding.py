"""The bytes of a text file: decompressed, and in which encoding they are.

UTF-8, else GB18030 where the whole file is that and no line of it is clearly UTF-8. A file that is neither, or
both, is refused: half of its names would load as nonsense.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from texts import UserError

_BLOCK: Final = 4 << 20
_COMPRESSION: Final = {".gz": "gzip", ".zst": "zstd"}

# Lines by what they hold. Two Chinese characters of UTF-8 also occur by chance in a long GB18030 file
# (three rare characters in a row), four practically never.
_CHARACTER: Final = rb"[\xe3-\xe9][\x80-\xbf]{2}"
_FEW_CHINESE: Final = re.compile(rb"^[^\x80-\xff\n]*(?:" + _CHARACTER + rb"[^\x80-\xff\n]*){2,3}$", re.MULTILINE)
_MANY_CHINESE: Final = re.compile(rb"^[^\x80-\xff\n]*(?:" + _CHARACTER + rb"[^\x80-\xff\n]*){4,}$", re.MULTILINE)
_NOT_ASCII: Final = re.compile(rb"^[^\x80-\xff\n]*[\x80-\xff]", re.MULTILINE)
_CHANCE: Final = 1000


@dataclass(frozen=True)
class Text:
    """What one pass over a text file tells: `encoding` is `utf-8` or `gb18030`."""

    encoding: str
    quotes: bool
    blank_lines: bool
    ends_with_newline: bool
    empty: bool


def open_bytes(file: Path) -> pa.NativeFile:
    """The decompressed bytes of a file, by its suffix."""
    return pa.input_stream(str(file), compression=_COMPRESSION.get(file.suffix))


def examine(file: Path, name: str) -> Text:
    """Read the whole file once: is it whole, and what is in it.

    Raises:
        UserError: it is truncated, not compressed as its suffix says, or in neither or both encodings.
    """
    quotes = blank = False
    tail = b""
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8 = True
    for block in _blocks(file, name):
        quotes = quotes or b'"' in block
        seam = tail[-2:] + block[:2]
        blank = blank or any(pair in part for pair in (b"\n\n", b"\n\r\n") for part in (block, seam))
        utf8 = utf8 and _decodes(decoder, block)
        tail = block[-2:]
    utf8 = utf8 and _decodes(decoder, b"", final=True)
    encoding = "utf-8" if utf8 else _other_encoding(file, name)
    return Text(encoding, quotes, blank, tail.endswith((b"\n", b"\r")), not tail)


def _blocks(file: Path, name: str) -> Iterator[bytes]:
    try:
        with open_bytes(file) as stream:
            while block := stream.read(_BLOCK):
                yield block
    except OSError as fault:
        raise UserError("source.broken_file", file=name, reason=fault) from fault


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _other_encoding(file: Path, name: str) -> str:
    decoder = codecs.getincrementaldecoder("gb18030")()
    foreign = few = many = 0
    for lines in _whole_lines(_blocks(file, name)):
        foreign += len(_NOT_ASCII.findall(lines))
        few += len(_FEW_CHINESE.findall(lines))
        many += len(_MANY_CHINESE.findall(lines))
        if not _decodes(decoder, lines):
            raise UserError("source.mixed_encoding" if few or many else "source.unknown_encoding", file=name)
    if not _decodes(decoder, b"", final=True):
        raise UserError("source.unknown_encoding", file=name)
    if many or few * _CHANCE > foreign:
        raise UserError("source.mixed_encoding", file=name)
    return "gb18030"


def _whole_lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Blocks cut at line ends."""
    rest = b""
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if end:
            yield rest + block[:end]
            rest = block[end:]
        else:
            rest += block
    yield rest
