"""What a phone's camera writes → one upright picture that says nothing else.

Bytes of a file → its media type and a copy without place, device, comment, no larger
than `LONG_SIDE`; or one sentence why not. Memory stays bounded: a large JPEG is decoded
at a fraction of its size. Used by `photos`.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from api.errors import Problem
from inspector.errors import messages

MOST_BYTES = 30 * 2**20
MOST_PIXELS = 210_000_000  # the largest sensor of a phone has 200 million
# Formats that are decoded whole, four bytes a pixel.
MOST_WHOLE = 64_000_000
LONG_SIDE = 2560  # of the copy: a sheet of A4 at 220 dpi
MEDIA = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
    "GIF": "image/gif",
    "BMP": "image/bmp",
}
# Two pictures in one JPEG (MPO) are opened as one.
_OPENED = tuple(kind for kind in MEDIA if kind != "MPO")
# Of which the copy keeps the format; all others become JPEG.
_KEPT = {"JPEG": ("RGB", "L"), "PNG": ("RGBA", "RGB", "L"), "WEBP": ("RGBA", "RGB")}
_STARTS = (b"\xff\xd8", b"\x89PNG", b"GIF8")
_VIDEO = (
    *(b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"qt  ", b"3g"),
    *(b"M4V", b"avc1", b"MSNV", b"dash", b"hvc1"),
)
_HEIF = (
    b"heic",
    b"heix",
    b"hevc",
    b"mif1",
    b"msf1",
    b"heim",
    b"hevx",
    b"mif2",
    b"avif",
)

pillow_heif.register_heif_opener()
# Sizes are judged here, before anything is decoded.
Image.MAX_IMAGE_PIXELS = None

messages(
    {
        "photo.size": (
            "照片过大：至多 {mib} MB、{pixels} 万像素；请在相机设置中降低分辨率后重拍",
            "the photo is too large: at most {mib} MiB and {millions} million pixels;"
            " lower the camera's resolution and take it again",
        ),
        "photo.media": (
            "这不是照片（可用 JPEG、HEIC、PNG、WebP）",
            "this is no photo (JPEG, HEIC, PNG and WebP are taken)",
        ),
        "photo.empty": (
            "照片文件是空的，请重新拍摄或上传",
            "the photo is empty; take or send it again",
        ),
        "photo.cut": (
            "照片不完整或已损坏，可能上传中断，请重新上传",
            "the photo is incomplete or damaged, as when an upload breaks off; send it"
            " again",
        ),
        "photo.video": (
            "这是视频，只收照片",
            "this is a video; only photos are taken",
        ),
        "photo.raw": (
            "这是相机的原始数据（RAW），请改用 JPEG 或 HEIC 拍摄",
            "this is raw data of a camera; take the photo as JPEG or HEIC",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A photo: its media type, and the bare copy with its own."""

    media: str
    copy: bytes
    copy_media: str


def taken(data: bytes) -> Taken:
    """The photo in `data`.

    Raises Problem: photo.size, .empty, .cut (incomplete), .video, .raw, .media.
    """
    if not data:
        raise Problem("photo.empty")
    if len(data) > MOST_BYTES:
        raise _too_large()
    with warnings.catch_warnings():
        # Of EXIF that is cut or odd; nothing of it is kept.
        warnings.simplefilter("ignore")
        picture = _opened(data)
        kind = picture.format or ""
        try:
            copy, copied = _bare(picture, kind)
        except MemoryError:
            raise _too_large() from None
        except _DAMAGE:
            raise Problem("photo.cut") from None
    return Taken(MEDIA[kind], copy, MEDIA[copied])


def _opened(data: bytes) -> Image.Image:
    """A picture of which the head alone is read, small enough to be decoded."""
    try:
        picture = Image.open(BytesIO(data), formats=_OPENED)
    except (UnidentifiedImageError, *_DAMAGE):
        raise Problem(_other(data)) from None
    jpeg = picture.format in ("JPEG", "MPO")
    whole = not jpeg or bool(picture.info.get("progressive"))
    most = MOST_WHOLE if whole else MOST_PIXELS
    if picture.width * picture.height > most:
        raise _too_large(most)
    return picture


# What damage makes Pillow raise, beside its own errors (all of them OSError).
_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError)


def _too_large(most: int = 0) -> Problem:
    most = most or MOST_PIXELS
    tens, millions = most // 10_000, most // 1_000_000
    return Problem(
        "photo.size", mib=MOST_BYTES // 2**20, pixels=tens, millions=millions
    )


def _other(data: bytes) -> str:
    """What a file is that no picture could be opened from."""
    brand = data[8:12] if data[4:8] == b"ftyp" else b""
    riff = data[8:12] if data[:4] == b"RIFF" else b""
    film = (
        brand.startswith(_VIDEO) or riff == b"AVI " or data[4:8] in (b"moov", b"mdat")
    )
    if film or data.startswith((b"\x1aE\xdf\xa3", b"\0\0\x01\xba")):
        return "photo.video"
    if (
        data[:4] in (b"II*\0", b"MM\0*", b"IIRO", b"IIU\0")
        or data[:8] == b"FUJIFILM"
        or brand == b"crx "
    ):
        return "photo.raw"
    if data.startswith(_STARTS) or brand in _HEIF or riff[:4] == b"WEBP":
        return "photo.cut"
    return "photo.media"


def _bare(picture: Image.Image, kind: str) -> tuple[bytes, str]:
    """The pixels, turned the way the camera was held, in a file that says no more;
    and its format."""
    if kind in ("JPEG", "MPO"):
        # Decoded at 1/2, 1/4 or 1/8: as small as still fills the copy.
        picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
    picture.load()
    try:
        turned = ImageOps.exif_transpose(picture)
    except Exception:  # EXIF that is broken raises whatever it happens to
        turned = picture.copy()
    copied = kind if kind in _KEPT else "JPEG"
    plain = _plain(turned, copied)
    plain.thumbnail((LONG_SIDE, LONG_SIDE))
    # What saving could carry along: comments, colour profile, XMP, text.
    plain.info = {}
    out = BytesIO()
    plain.save(out, copied, quality=88, exif=b"")
    return out.getvalue(), copied


def _plain(picture: Image.Image, kind: str) -> Image.Image:
    """In a mode that the format takes: eight bits, no palette, no print colours."""
    if picture.mode.startswith(("I", "F")):
        wide = picture.convert("I") if picture.mode != "F" else picture
        picture = wide.point(lambda v: v * (1 / 257) + 0).convert("L")
    if picture.mode in _KEPT[kind]:
        return picture
    if kind == "JPEG" and picture.mode in ("RGBA", "LA", "PA", "P"):
        seen = picture.convert("RGBA")
        white = Image.new("RGB", seen.size, "white")
        white.paste(seen, mask=seen.getchannel("A"))
        return white
    return picture.convert(_KEPT[kind][0])
