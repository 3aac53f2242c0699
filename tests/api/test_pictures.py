"""What phones write is taken and made smaller, or refused in a sentence of its own."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageDraw
from service_field import a_picture

from api.errors import Problem
from api.field import pictures


def scene(size: tuple[int, int] = (400, 300), mode: str = "RGB") -> Image.Image:
    picture = Image.new("RGB", size, (30, 90, 160))
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2, size[1] // 2), fill="red")
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def heic(**how: Any) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(scene()).save(out, quality=60, **how)
    return out.getvalue()


def exif(data: bytes) -> bytes:
    """A JPEG with this EXIF segment."""
    block = b"Exif\0\0" + data
    plain = saved(scene())
    return (
        plain[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + plain[2:]
    )


def gps() -> bytes:
    return a_picture(size=(400, 300))


def deep() -> Image.Image:
    return Image.frombytes("I;16", (40, 30), struct.pack("<H", 40_000) * 1200)


TAKEN: dict[str, Callable[[], bytes]] = {
    "plain JPEG": lambda: saved(scene()),
    "grey JPEG": lambda: saved(scene(mode="L")),
    "printing colours": lambda: saved(scene(mode="CMYK")),
    "progressive": lambda: saved(scene(), progressive=True),
    "two pictures in one file (HDR, portrait)": lambda: saved(
        scene(), "MPO", save_all=True, append_images=[scene((40, 30))]
    ),
    "EXIF, GPS, XMP, comment": gps,
    "EXIF cut short": lambda: exif(b"MM\0*\0\0\0\x08\0\x05\x01"),
    "EXIF that is noise": lambda: exif(b"\xff" * 40),
    "EXIF empty": lambda: exif(b""),
    "a tail of other data (motion photo)": lambda: (
        saved(scene()) + b"\0\0\0\x18ftypmp42"
    ),
    "thumbnail inside": lambda: saved(scene(), exif=scene().getexif().tobytes()),
    "two by one pixel": lambda: saved(scene((2, 1))),
    "12 megapixels": lambda: saved(scene((4000, 3000))),
    "48 megapixels": lambda: saved(scene((8000, 6000)), quality=60),
    "a panorama": lambda: saved(scene((12_000, 900))),
    "HEIC": heic,
    "HEIC, named .jpg": heic,
    "PNG": lambda: saved(scene(), "PNG"),
    "PNG, 16 bits": lambda: saved(deep(), "PNG"),
    "PNG with a palette": lambda: saved(scene(mode="P"), "PNG"),
    "PNG with transparency": lambda: saved(scene(mode="RGBA"), "PNG"),
    "PNG, black and white": lambda: saved(scene(mode="1"), "PNG"),
    "WebP": lambda: saved(scene(), "WEBP"),
    "WebP, moving": lambda: saved(
        scene(), "WEBP", save_all=True, append_images=[scene()]
    ),
    "GIF": lambda: saved(scene(mode="P"), "GIF"),
    "BMP": lambda: saved(scene(), "BMP"),
}
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "photo.empty"),
    "JPEG cut in the middle": (lambda: saved(scene())[:3000], "photo.cut"),
    "JPEG cut in its head": (lambda: saved(scene())[:100], "photo.cut"),
    "JPEG of three bytes": (lambda: b"\xff\xd8\xff", "photo.cut"),
    "PNG cut": (lambda: saved(scene(), "PNG")[:200], "photo.cut"),
    "WebP cut": (lambda: saved(scene(), "WEBP")[:200], "photo.cut"),
    "HEIC cut": (lambda: heic()[:400], "photo.cut"),
    "a video": (lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 99, "photo.video"),
    "a film of an iPhone": (lambda: b"\0\0\0\x14ftypqt  " + b"\0" * 99, "photo.video"),
    "a film of an old camera": (
        lambda: b"RIFF\0\0\0\0AVI LIST" + b"\0" * 99,
        "photo.video",
    ),
    "a sound": (lambda: b"RIFF\0\0\0\0WAVEfmt " + b"\0" * 99, "photo.media"),
    "a film without a head": (lambda: b"\0\0\0\x08mdat" + b"\0" * 99, "photo.video"),
    "raw data of another": (lambda: b"\0\0\0\x18ftypcrx " + b"\0" * 99, "photo.raw"),
    "raw data": (lambda: b"II*\0" + b"\0" * 99, "photo.raw"),
    "PDF": (lambda: b"%PDF-1.7", "photo.media"),
    "text": (lambda: b"hello", "photo.media"),
    "too many bytes": (lambda: b"x" * (pictures.MOST_BYTES + 1), "photo.size"),
    "too many pixels": (
        lambda: saved(Image.new("1", (9000, 9000)), "PNG"),
        "photo.size",
    ),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_phones_write_is_taken(name: str) -> None:
    found = pictures.taken(TAKEN[name]())
    assert found.media in pictures.MEDIA.values()
    with Image.open(io.BytesIO(found.copy)) as copy:
        copy.load()
        assert max(copy.size) <= pictures.LONG_SIDE
        assert dict(copy.getexif()) == {}
        assert not {"icc_profile", "comment", "xmp", "Comment"} & set(copy.info)
        assert pictures.MEDIA[copy.format or ""] == found.copy_media
    assert b"SECRET" not in found.copy


def test_the_first_of_two_pictures_is_the_photo() -> None:
    found = pictures.taken(TAKEN["two pictures in one file (HDR, portrait)"]())
    with Image.open(io.BytesIO(found.copy)) as copy:
        assert (copy.format, copy.size) == ("JPEG", (400, 300))


def test_a_deep_grey_keeps_its_brightness() -> None:
    with Image.open(io.BytesIO(pictures.taken(TAKEN["PNG, 16 bits"]()).copy)) as copy:
        assert abs(copy.convert("L").getpixel((5, 5)) - 40_000 / 257) < 2  # type: ignore[operator]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why(name: str) -> None:
    made, code = REFUSED[name]
    with pytest.raises(Problem) as refused:
        pictures.taken(made())
    assert refused.value.code == code


def test_every_cut_of_a_photo_is_a_photo_or_a_sentence() -> None:
    for data in (saved(scene((80, 60))), saved(scene((80, 60)), "PNG"), gps()):
        for end in range(0, len(data), max(1, len(data) // 40)):
            try:
                pictures.taken(data[:end])
            except Problem as e:
                assert e.code.startswith("photo.")
