"""Where a person at the command line sits: in which workspace, as whom, looking at which revision."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from northing.portfolio.errors import Invalid, NotFound

if TYPE_CHECKING:
    from northing.access.actor import Actor
    from northing.access.models import Workspace
    from northing.measure.view import View
    from northing.record import At, Record
    from northing.report.viewing import Look


def open_django() -> None:
    """Set Django up; what needs a table or a model comes after this."""
    import django
    from django.conf import settings

    if not settings.configured:
        # Not the variable's value: in a shell set up for another project it names that one's settings.
        os.environ["DJANGO_SETTINGS_MODULE"] = "northing.settings"
    django.setup()


class Step(Protocol):
    """Moves a progress bar on: ``step()``, ``step(50)``."""

    def __call__(self, by: int = 1) -> None: ...


class Desk:
    """The options that every command shares, and what they mean. Everything is looked up when first asked for."""

    def __init__(self) -> None:
        self.json = False
        self.slug: str | None = os.environ.get("NORTHING_WORKSPACE") or None
        self.email: str | None = os.environ.get("NORTHING_AS") or None
        self.ref: str | None = None
        self.mode = "known"

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace named by ``--workspace``, or the only one there is."""
        open_django()
        from northing.access.models import Workspace

        if self.email:
            return self._of_member(self.email)
        if self.slug:
            found = Workspace.objects.filter(slug=self.slug).first()
            if found is None:
                raise NotFound(f"There is no workspace “{self.slug}”.", remedy=self._workspaces())
            return found
        several = list(Workspace.objects.order_by("slug")[:2])
        if len(several) == 1:
            return several[0]
        if several:
            raise Invalid("There are several workspaces.", remedy=f"Say which: --workspace SLUG. {self._workspaces()}")
        raise NotFound(
            "There is no workspace yet.", remedy="northing user add EMAIL --workspace SLUG, or northing demo"
        )

    def _of_member(self, email: str) -> Workspace:
        """The workspace as *email* sees it: one without a place for them is not there."""
        from northing.access import workspaces
        from northing.access.models import User

        user = User.objects.filter(email=email.strip().lower()).first()
        mine = [] if user is None or not user.is_active else [place for place, _ in workspaces.of_user(user)]
        found = [place for place in mine if self.slug in (None, place.slug)]
        if len(found) == 1:
            return found[0]
        if found:
            slugs = ", ".join(place.slug for place in found)
            raise Invalid(f"{email} has several workspaces.", remedy=f"Say which: --workspace SLUG ({slugs}).")
        raise workspaces.nowhere()

    def _workspaces(self) -> str:
        from northing.access.models import Workspace

        slugs = Workspace.objects.order_by("slug").values_list("slug", flat=True)[:20]
        return "There are: " + ", ".join(slugs) if slugs else "There is none yet; northing demo makes one."

    @cached_property
    def actor(self) -> Actor:
        """Who is at work: ``--as``, or the workspace's owner. Whoever can run this can read the database anyway."""
        workspace = self.workspace
        from northing.access import workspaces
        from northing.access.models import Membership, Role

        places = Membership.objects.select_related("user").filter(workspace=workspace, user__is_active=True)
        if self.email:
            place = places.filter(user__email=self.email.strip().lower()).first()
            if place is None:
                raise NotFound(f"{self.email} has no place in “{workspace.slug}”.", remedy="northing user list")
        else:
            place = places.filter(role=Role.OWNER).order_by("pk").first()
            if place is None:
                raise NotFound(f"“{workspace.slug}” has no owner.", remedy="northing user add EMAIL --role owner")
        return workspaces.actor_of(place, workspace, place.user, "cli")

    @cached_property
    def record(self) -> Record:
        """The record of the workspace: of the plan, or of the scenario that ``--at scenario:NAME`` leads to."""
        workspace = self.workspace
        from northing.record import Record

        return Record(workspace.id, self.branch)

    @property
    def branch(self) -> str:
        """What is changed: the scenario that ``--at`` names, else the plan of record."""
        ref = self.ref or ""
        name = ref.removeprefix("scenario:")
        return name if name != ref and "@" not in name else "main"

    @property
    def is_past(self) -> bool:
        """Whether ``--at`` leads to what cannot be changed: to anything but a scenario as it is now."""
        return self.ref is not None and self.branch == "main"

    @cached_property
    def look(self) -> Look:
        """The plan that ``--at`` and ``--mode`` name (the newest without them), and where it stands in the record."""
        workspace = self.workspace
        from northing.report.viewing import look

        return look(workspace, self.ref, mode=self.mode)

    @property
    def at(self) -> At:
        """The place in the record that is looked at."""
        return self.look.at

    @property
    def view(self) -> View:
        """The plan that is looked at, as measures take it."""
        return self.look.view

    # -- what it answers with

    def answer(self, data: Any, *, revision: int | None = None, at: str | None = None, **more: Any) -> None:
        """Write the JSON answer, in the same envelope as the API's."""
        from northing.cli.tell import write_json

        write_json(
            {"revision": revision, "at": at or (None if revision is None else str(revision)), "data": data, **more}
        )

    def table(
        self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), total: str = ""
    ) -> None:
        """Write a table for a person; *right* are the positions of the columns that hold figures."""
        from northing.cli.tell import write_table

        write_table(columns, rows, right=right, total=total)

    def facts(self, pairs: Mapping[str, str]) -> None:
        """Write names and values, one pair a line."""
        from northing.cli.tell import write_facts

        write_facts(pairs)

    def tell(self, text: str) -> None:
        """Write a sentence; to standard error under ``--json``, whose output is one document."""
        (sys.stderr if self.json else sys.stdout).write(f"{text}\n")

    @contextmanager
    def progress(self, label: str, total: int | None = None) -> Iterator[Step]:
        """A bar on the terminal while the block runs; silent where nobody watches."""
        if self.json or not sys.stderr.isatty():
            yield lambda by=1: None
            return
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(label, total=total)
            yield lambda by=1: bar.advance(task, by)
