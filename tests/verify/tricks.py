"""Byte and zip tricks: what is no bundle, or not the published bytes of one."""

from __future__ import annotations

import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping

Files = Mapping[str, bytes]
Bytes = Callable[[bytes], bytes]
Zip = Callable[[Files], bytes]

DEEP = 100_000


def _swap(old: bytes, new: bytes) -> Bytes:
    return lambda data: data.replace(old, new, 1)


def _before_end(text: bytes) -> Bytes:
    """`text` inside the outermost object, after its last value."""
    return lambda data: data[:-1] + text + b"}"


def _first_key(text: bytes) -> Bytes:
    return lambda data: b"{" + text + data[1:]


def _sorted_wrong(data: bytes) -> bytes:
    rows = dict(reversed(json.loads(data).items()))
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def _spread(data: bytes) -> bytes:
    return json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True).encode()


def _escaped(data: bytes) -> bytes:
    rows = json.loads(data)
    return json.dumps(rows, sort_keys=True, separators=(",", ":")).encode() + b" "


MONTH = b'"month":"2026-12"'
# Of one document (log.json, seal.json or freeze.json): its bytes → other bytes.
BYTES: dict[str, Bytes] = {
    "byte order mark": lambda d: b"\xef\xbb\xbf" + d,
    "UTF-16": lambda d: d.decode().encode("utf-16"),
    "UTF-16 without mark": lambda d: d.decode().encode("utf-16-le"),
    "UTF-32": lambda d: d.decode().encode("utf-32"),
    "GB 18030 of the rest": lambda d: d[:-1] + b',"\xb0\xa1":1}',
    "Latin-1": _before_end(b',"z":"\xe9"'),
    "final newline": lambda d: d + b"\n",
    "final CRLF": lambda d: d + b"\r\n",
    "final blank": lambda d: d + b" ",
    "final NUL": lambda d: d + b"\0",
    "final ^Z": lambda d: d + b"\x1a",
    "first newline": lambda d: b"\n" + d,
    "first blank": lambda d: b" " + d,
    "first NUL": lambda d: b"\0" + d,
    "CRLF between": lambda d: d.replace(b",", b",\r\n", 1),
    "tab between": lambda d: d.replace(b":", b":\t", 1),
    "blanks between": _spread,
    "no-break space between": lambda d: d.replace(b",", b",\xc2\xa0", 1),
    "keys in another order": _sorted_wrong,
    "escapes for characters": _escaped,
    "escaped letter": _swap(b'"month"', b'"mont\\u0068"'),
    "escaped capital hex": _swap(b'"2026-12"', b'"2026\\u002D12"'),
    "escaped slash": _swap(b"inspector/", b"inspector\\/"),
    "empty": lambda d: b"",
    "one byte less": lambda d: d[:-1],
    "first byte less": lambda d: d[1:],
    "half": lambda d: d[: len(d) // 2],
    "twice": lambda d: d + d,
    "twice with newline": lambda d: d + b"\n" + d,
    "comma after the last": _before_end(b","),
    "comment": lambda d: d + b"// x",
    "block comment": lambda d: b"/**/" + d,
    "single quotes": _before_end(b",'z':1"),
    "bare key": _before_end(b",z:1"),
    "key twice": _first_key(b'"schema":"x",'),
    "key twice, equal": _first_key(b'"zz":1,"zz":1,'),
    "key twice by escape": _first_key(b'"sch\\u0065ma":"x",'),
    "key twice inside": _before_end(b',"zz":{"a":1,"a":1}'),
    "unknown key": _before_end(b',"zz":1'),
    "empty key": _first_key(b'"":1,'),
    "key of Python": _first_key(b'"__class__":1,'),
    "key of a dictionary": _before_end(b',"zitems":{"items":1}'),
    "key not ASCII": _before_end(',"日":1'.encode()),
    "key with a blank": _before_end(b',"schema ":1'),
    "float": _before_end(b',"zz":1.0'),
    "exponent": _before_end(b',"zz":1e3'),
    "exponent without sign": _before_end(b',"zz":1E0'),
    "minus nought": _before_end(b',"zz":-0'),
    "leading nought": _before_end(b',"zz":01'),
    "plus": _before_end(b',"zz":+1'),
    "hexadecimal": _before_end(b',"zz":0x1'),
    "2^53": _before_end(b',"zz":9007199254740992'),
    "minus 2^53": _before_end(b',"zz":-9007199254740992'),
    "5,000 digits": _before_end(b',"zz":' + b"9" * 5000),
    "a million digits": _before_end(b',"zz":' + b"1" * 1_000_000),
    "exponent of a billion": _before_end(b',"zz":1e999999999'),
    "NaN": _before_end(b',"zz":NaN'),
    "Infinity": _before_end(b',"zz":Infinity'),
    "minus Infinity": _before_end(b',"zz":-Infinity'),
    "True of Python": _before_end(b',"zz":True'),
    "full-width digits": _before_end(',"zz":１'.encode()),
    "deep lists": _before_end(b',"zz":' + b"[" * DEEP + b"]" * DEEP),
    "deep lists, open": _before_end(b',"zz":' + b"[" * DEEP),
    "deep objects": _before_end(b',"zz":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP),
    "40 deep": _before_end(b',"zz":' + b"[" * 40 + b"]" * 40),
    "900 deep": _before_end(b',"zz":' + b"[" * 900 + b"]" * 900),
    "lone high surrogate": _before_end(b',"zz":"\\ud800"'),
    "lone low surrogate": _before_end(b',"zz":"\\udc00"'),
    "surrogates reversed": _before_end(b',"zz":"\\udc00\\ud800"'),
    "surrogate pair": _before_end(b',"zz":"\\ud83d\\ude00"'),
    "surrogate in UTF-8": _before_end(b',"zz":"\xed\xa0\x80"'),
    "CESU-8": _before_end(b',"zz":"\xed\xa0\xbd\xed\xb8\x80"'),
    "overlong": _before_end(b',"zz":"\xc0\xaf"'),
    "beyond Unicode": _before_end(b',"zz":"\xf4\x90\x80\x80"'),
    "cut character": _before_end(b',"zz":"\xe6\x97"'),
    "not NFC": _before_end(',"zz":"e\u0301"'.encode()),
    "not NFC by escape": _before_end(b',"zz":"e\\u0301"'),
    "compatibility character": _before_end(',"zz":"\u2f00\ufb01"'.encode()),
    "zero-width space": _swap(MONTH, '"month":"2026-12\u200b"'.encode()),
    "right-to-left mark": _swap(MONTH, '"month":"2026-12\u202e"'.encode()),
    "control character": _before_end(b',"zz":"\x01"'),
    "line feed in text": _before_end(b',"zz":"\n"'),
    "NUL in text": _swap(MONTH, b'"month":"2026-12\\u0000"'),
    "DEL in text": _before_end(b',"zz":"\x7f"'),
    "text not ended": _before_end(b',"zz":"'),
    "bad escape": _before_end(b',"zz":"\\x41"'),
    "a list": lambda d: b"[" + d + b"]",
    "a text": lambda d: json.dumps(d.decode()).encode(),
    "a number": lambda d: b"1",
    "null": lambda d: b"null",
    "an empty object": lambda d: b"{}",
    "a gzip": lambda d: b"\x1f\x8b\x08" + d,
    "version 1": _swap(b"/v2", b"/v1"),
    "version 3": _swap(b"/v2", b"/v3"),
    "version ２": lambda d: d.replace(b"/v2", "/v２".encode(), 1),
    "another schema": _swap(b"inspector/", b"inspector/x"),
    "no month": _swap(b'"month"', b'"monat"'),
}


def _zipped(files: Files, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as box:
        for name, data in files.items():
            box.writestr(name, data)
    return out.getvalue()


def _more(name: str, data: bytes = b"{}", mode: int = 0) -> Zip:
    """One more member."""

    def made(files: Files) -> bytes:
        out = io.BytesIO(_zipped(files))
        info = zipfile.ZipInfo("x" * len(name))
        info.external_attr = mode << 16
        with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as box:
            warnings.simplefilter("ignore")
            box.writestr(info, data)
        old, new = (x.encode() for x in ("x" * len(name), name))
        return out.getvalue().replace(old, new.ljust(len(old), b"x")[: len(old)])

    return made


def _renamed(old: str, new: str) -> Zip:
    return lambda files: _zipped(
        {(new if n == old else n): d for n, d in files.items()}
    )


def _patched(signature: bytes, at: int, new: bytes, every: bool = False) -> Zip:
    """Bytes of the first (or every) header of a kind replaced."""

    def made(files: Files) -> bytes:
        data = bytearray(_zipped(files))
        start = 0
        while (start := data.find(signature, start)) >= 0:
            data[start + at : start + at + len(new)] = new
            start += 4
            if not every:
                break
        return bytes(data)

    return made


def _locator(files: Files) -> bytes:
    """A zip64 end that says 2^40 members of 2^40 bytes."""
    data = _zipped(files)
    end = data.rindex(b"PK\5\6")
    big = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, *[1 << 40] * 4)
    there = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    return data[:end] + big + there + data[end:]


CENTRAL, LOCAL, END = b"PK\1\2", b"PK\3\4", b"PK\5\6"
LINK, PIPE = 0o120777, 0o010644
# Of a zip: its files → the zip.
ZIPS: dict[str, Zip] = {
    "member twice": _more("seal.json"),
    "member twice, equal": lambda f: _more("seal.json", f["seal.json"])(f),
    "member twice in capitals": _more("SEAL.JSON"),
    "unknown member": _more("readme.txt"),
    "unknown document": _more("verify.json"),
    "absolute name": _more("/seal.json"),
    "name of the folder above": _more("../seal.json"),
    "name through a folder": _more("a/../seal.json"),
    "name with a point": _more("./seal.json"),
    "double slash": _more("a//seal.json"),
    "backslash": _more("..\\seal.json"),
    "drive": _more("C:seal.json"),
    "drive and slash": _more("C:/seal.json"),
    "NUL in the name": _more("log.json\0.txt"),
    "newline in the name": _more("log.json\n"),
    "blank after the name": _more("log.json "),
    "point after the name": _more("log.json."),
    "full-width name": _more("ｌog.json"),
    "link": _more("plan.json", b"/etc/passwd", LINK),
    "link with another name": _more("x.json", b"/dev/zero", LINK),
    "document by link": _more("../log.json", b"log.json", LINK),
    "two homes": lambda f: _zipped({**f, **{f"bundle/{n}": d for n, d in f.items()}}),
    "two folders": lambda f: _zipped(
        {f"{h}/{n}": d for h in "ab" for n, d in f.items()}
    ),
    "a home in capitals": lambda f: _zipped({**f, "Bundle/log.json": f["log.json"]}),
    "seal in another folder": _renamed("seal.json", "bundle/seal.json"),
    "log renamed": _renamed("log.json", "Log.json"),
    "encrypted": _patched(CENTRAL, 8, b"\1\0", every=True),
    "patched data": _patched(CENTRAL, 8, b"\x20\0", every=True),
    "strong encryption": _patched(CENTRAL, 8, b"\x41\0", every=True),
    "wrong sum": _patched(CENTRAL, 16, b"\0\0\0\0"),
    "version 99": _patched(CENTRAL, 6, b"\x63\0", every=True),
    "method 99": _patched(CENTRAL, 10, b"\x63\0", every=True),
    "deflate64": _patched(CENTRAL, 10, b"\x09\0", every=True),
    "bzip2": lambda f: _zipped(f, zipfile.ZIP_BZIP2),
    "lzma": lambda f: _zipped(f, zipfile.ZIP_LZMA),
    "says stored": _patched(CENTRAL, 10, b"\0\0", every=True),
    "says 4 GB": _patched(CENTRAL, 24, b"\xfe\xff\xff\xff", every=True),
    "says 1 byte": _patched(CENTRAL, 24, b"\1\0\0\0", every=True),
    "says 4 GB packed": _patched(CENTRAL, 20, b"\xfe\xff\xff\xff", every=True),
    "other local name": _patched(LOCAL, 30, b"X"),
    "places overlap": _patched(CENTRAL, 42, b"\0\0\0\0", every=True),
    "places beyond the end": _patched(CENTRAL, 42, b"\xff\xff\xff\x7f", every=True),
    "extra field cut": _patched(CENTRAL, 30, b"\xff\xff"),
    "no central part": _patched(CENTRAL, 0, b"PKxx", every=True),
    "count wrong": _patched(END, 12, b"\xff\xff\xff\x7f"),
    "zip64 lies": _locator,
    "zip64 sizes": lambda f: _patched(END, 8, b"\xff" * 12)(f),
    "cut": lambda f: _zipped(f)[:-30],
    "first half": lambda f: _zipped(f)[: len(_zipped(f)) // 2],
    "zip in a zip": lambda f: _zipped({"bundle.zip": _zipped(f)}),
    "zip named as a document": lambda f: _zipped({"log.json": _zipped(f)}),
    "empty zip": lambda f: _zipped({}),
    "2,000 members": lambda f: _zipped({**f, **{f"x/{i}": b"" for i in range(2000)}}),
    "folder named as a document": lambda f: _zipped(
        {n + ("/" if n == "log.json" else ""): d for n, d in f.items()}
    ),
    "documents of no bytes": lambda f: _zipped(dict.fromkeys(f, b"")),
    "no zip": lambda f: b"PK\3\4",
    "nothing": lambda f: b"",
    "a document": lambda f: f["freeze.json"],
    "gzip": lambda f: b"\x1f\x8b\x08\0" + bytes(60),
    "7-Zip": lambda f: b"7z\xbc\xaf\x27\x1c" + bytes(60),
    "RAR": lambda f: b"Rar!\x1a\7\1\0" + bytes(60),
    "web page": lambda f: b"<!doctype html><title>404</title>",
}
# What a file manager leaves in a folder, or a packer in a zip: read as if not there.
LEFT_BEHIND = (
    ".DS_Store",
    "._freeze.json",
    "._log.json",
    "Thumbs.db",
    "~$registry.xlsx",
    "freeze.json:Zone.Identifier",
    "thumbs.DB",
    "ehthumbs.db",
    "desktop.ini",
    "Desktop.ini",
    ".directory",
    "Icon\r",
    "__MACOSX/._freeze.json",
    "__MACOSX/freeze.json",
    "__MACOSX/bundle/log.json",
)


def every(files: Files) -> Iterator[tuple[str, dict[str, bytes] | bytes]]:
    """(name, files or a zip): each trick on each document that it changes."""
    for name, change in BYTES.items():
        for file, data in files.items():
            if (new := change(data)) != data:
                yield f"{name}: {file}", {**files, file: new}
    for name, make in ZIPS.items():
        yield f"zip: {name}", make(files)


def packed(files: Files) -> bytes:
    return _zipped(files)
