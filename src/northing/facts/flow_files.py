"""What was worked out of work, as files that never change: what it was made of is in its name's place, a manifest.

A layer is what items came to whose facts changed; a later layer's items stand for the earlier ones'. So a new delivery
costs as much as the items that it speaks of. All of this can be removed at any time: it is worked out again.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from .dialect import query
from .in_force import File
from .newest import fill
from .relation import of_paths, put_in
from .store import Store

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

VERSION = 4
"""Of the columns: what an older one worked out is not read."""
MOST_LAYERS = 12
"""Beyond this many they are put together into one."""


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """Names of files in the folder: items, their spans, changes without an item, and the items that it speaks of, also
    where they are gone."""

    items: tuple[str, ...]
    spans: tuple[str, ...]
    orphans: tuple[str, ...]
    touched: str | None
    """None: every item."""
    worked: int
    """Items that were worked out for it."""

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.items, *self.spans, *self.orphans, *((self.touched,) if self.touched else ()))


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What one reading made of one set of files in force."""

    version: int
    files: tuple[File, ...]
    layers: tuple[Layer, ...]


class Folder:
    """The layers and manifests of one reading."""

    def __init__(self, store: Store, reading: str, aside: Path | None = None) -> None:
        self.path = aside or store.folder / "derived" / f"flow-{VERSION}" / reading

    def read(self, key: str) -> Manifest | None:
        """The manifest of the files in force called *key*, whose layers are all there."""
        return self._read(self.path / f"{key}.json")

    def newest(self) -> Manifest | None:
        """The one that was made last, to go on from."""
        found = sorted(self.path.glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
        return next((told for path in found if (told := self._read(path)) is not None), None)

    def _read(self, path: Path) -> Manifest | None:
        try:
            told = msgspec.json.decode(path.read_bytes(), type=Manifest)
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        names = [name for layer in told.layers for name in layer.names]
        return told if all((self.path / name).exists() for name in names) else None

    def keep(self, key: str, manifest: Manifest) -> None:
        draft = self.path / f"{secrets.token_hex(8)}.draft"
        draft.write_bytes(msgspec.json.encode(manifest))
        draft.rename(self.path / f"{key}.json")

    def name(self, what: str) -> Path:
        """A name for a new file."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.path / f"{what}-{secrets.token_hex(16)}.parquet"

    def relation(self, layers: Sequence[Layer], what: str) -> Any:
        """The items, spans or orphans of *layers*: of each item those of the last layer that speaks of it."""
        from sqlglot import exp

        found: Any = None
        for number, layer in enumerate(layers):
            rows: Any = of_paths([self.path / name for name in getattr(layer, what)], named=False)
            later = [self.path / each.touched for each in layers[number + 1 :] if each.touched]
            if later:
                touched = put_in(query("flow_touched"), of_paths(later, named=False))
                rows = fill(put_in(query("flow_layer"), rows), {"touched": touched})
            found = rows if found is None else exp.Union(this=found, expression=rows, distinct=False)
        return found


def table(cursor: DuckDBPyConnection, name: str, tree: Any) -> int:
    """The rows of *tree* as a table of the cursor's own, gone with it; how many there are."""
    done = cursor.execute(f"CREATE TEMP TABLE {name} AS {tree.sql(dialect='duckdb', copy=False)}").fetchone()
    return int(done[0]) if done else 0


def write(cursor: DuckDBPyConnection, tree: Any, path: Path) -> int:
    """The rows of *tree* as a file at *path*, and how many there are. It has its name when it is complete."""
    draft = path.with_suffix(".draft")
    sql, quoted = tree.sql(dialect="duckdb", copy=False), str(draft).replace("'", "''")
    done = cursor.execute(f"COPY ({sql}) TO '{quoted}' (FORMAT parquet, COMPRESSION snappy)").fetchone()
    draft.rename(path)
    return int(done[0]) if done else 0
