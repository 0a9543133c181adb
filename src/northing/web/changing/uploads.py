"""Files that wait to be brought in: kept on disk between the upload and the decision, a day at the most."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.utils.translation import gettext as _

from northing.portfolio.errors import Invalid, NotFound
from northing.sources.octets import MAX_FILE

KEPT_FOR = 24 * 3600
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")


class Bounded(FileUploadHandler):
    """Reads past the rest of a file that is too large without keeping it; the first handler of every request."""

    def new_file(self, *given: Any, **named: Any) -> None:
        super().new_file(*given, **named)
        self.taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.taken += len(raw_data)
        if self.taken > MAX_FILE:
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class Waiting(msgspec.Struct, kw_only=True):
    """What is known of a waiting file, and what a person has said of it so far."""

    name: str
    size: int
    user: int
    made: float
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    edition: str = ""
    effective_on: date | None = None
    as_table: bool = False
    """Read it by a mapping, even where it has the form of an inventory."""
    called: str = ""
    """The name under which its mapping is remembered."""
    layout: dict[str, Any] | None = None
    """The mapping that a person has confirmed; None until then."""
    source: dict[str, Any] = {}
    """Of facts: the source that it is from, as chosen or filled in so far."""


class Upload:
    """One waiting file of one workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.token = folder.name
        self.file = folder / "file"
        self.about: Waiting = msgspec.json.decode((folder / "about.json").read_bytes(), type=Waiting)

    def keep(self) -> None:
        """Write down what is known now."""
        part = self.folder / "about.part"
        part.write_bytes(msgspec.json.encode(self.about))
        part.replace(self.folder / "about.json")

    def discard(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def receive(workspace: str, user: int, upload: UploadedFile[Any]) -> Upload:
    """Stream an upload to disk. Raises :class:`Invalid` where it is empty or larger than a reader takes."""
    name = name_of(upload)
    if upload.size is not None and upload.size > MAX_FILE:
        raise _too_large(name)
    return hold(workspace, user, name, upload.chunks())


def name_of(upload: UploadedFile[Any]) -> str:
    """What the file is called, without folders."""
    return Path((upload.name or "").replace("\\", "/")).name[:200] or "file"


def hold(workspace: str, user: int, name: str, pieces: Iterable[bytes]) -> Upload:
    """Stream *pieces* to disk as a waiting file. Raises :class:`Invalid` as :func:`receive` does."""
    sweep(workspace)
    token = secrets.token_urlsafe(18)
    folder = _home(workspace) / token
    folder.mkdir(parents=True, mode=0o700)
    size = 0
    try:
        with (folder / "file").open("wb") as target:
            for piece in pieces:
                size += len(piece)
                if size > MAX_FILE:
                    raise _too_large(name)
                target.write(piece)
        if not size:
            raise Invalid(_("%(name)s is empty.") % {"name": name}, remedy=_("Save it again, and check its size."))
        about = Waiting(name=name, size=size, user=user, made=time.time())
        (folder / "about.json").write_bytes(msgspec.json.encode(about))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Upload(folder)


def find(workspace: str, user: int, token: str) -> Upload:
    """The waiting file that *user* brought; raises :class:`NotFound` for everybody else's."""
    folder = _home(workspace) / token
    if TOKEN.fullmatch(token) and (folder / "about.json").is_file():
        found = Upload(folder)
        if found.about.user == user:
            return found
    raise NotFound(_("This file is not waiting any more."), remedy=_("Upload it again."))


def sweep(workspace: str) -> None:
    """Forget what has waited for too long."""
    home = _home(workspace)
    if not home.is_dir():
        return
    for folder in home.iterdir():
        if time.time() - folder.stat().st_mtime > KEPT_FOR:
            shutil.rmtree(folder, ignore_errors=True)


def _home(workspace: str) -> Path:
    return Path(settings.HOME) / "uploads" / workspace


def _too_large(name: str) -> Invalid:
    return Invalid(
        _("%(name)s is larger than %(limit)s MB.") % {"name": name, "limit": MAX_FILE >> 20},
        remedy=_("Split it, or leave out the columns that are not needed."),
    )
