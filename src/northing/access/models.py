"""The tables of access. Reached through this room's functions; other rooms do not query them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from northing.portfolio.entity import new_id


class Role(models.TextChoices):
    """What somebody is in a workspace; each may do all that the ones after it may."""

    OWNER = "owner", "Owner"
    PLANNER = "planner", "Planner"
    CONTRIBUTOR = "contributor", "Contributor"
    VIEWER = "viewer", "Viewer"


class Users(BaseUserManager["User"]):
    """Makes users; addresses are compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can log in, known by the e-mail address."""

    email = models.EmailField("e-mail", max_length=254, unique=True)
    name = models.CharField("name", max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    joined = models.DateTimeField(default=timezone.now, editable=False)
    session_round = models.PositiveIntegerField(default=0, editable=False)
    """Part of every session's seal: one more, and all sessions of this user are dead."""

    objects: ClassVar[Users] = Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's own seal covers the password; ours also covers the round, so that sessions can be ended.
        return salted_hmac(
            "northing.access.session", f"{self.password}\x1f{self.session_round}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def get_session_auth_hash(self) -> str:
        return self._get_session_auth_hash()


class Workspace(models.Model):
    """One organisation's plan, its people and its record; nothing is shared between two of them."""

    id = models.CharField(primary_key=True, max_length=36, default=new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=60, default="UTC")
    currency = models.CharField(max_length=3, default="EUR")
    is_sample = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's place in a workspace. ``person`` is who they are there: the author of their revisions."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    person = models.CharField(max_length=36)
    last_visit_no = models.PositiveBigIntegerField(default=0)
    """The newest revision that this member has seen; "since my last visit" starts after it."""
    joined = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_membership"),
            models.UniqueConstraint(fields=["workspace", "person"], name="one_member_a_person"),
        ]


class Token(models.Model):
    """A key to the API, of one user in one workspace. Only its hash is kept; the key is shown once."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="tokens")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    role = models.CharField(max_length=12, choices=Role.choices)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)
    """The key's first letters, to recognise it by."""
    hash = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(default=timezone.now, editable=False)
    expires = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created", "-id"]


class Invitation(models.Model):
    """A place in a workspace, offered to an address; taken with the secret of its link, whose hash is kept."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=12, choices=Role.choices)
    hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(default=timezone.now, editable=False)
    expires = models.DateTimeField()
    accepted = models.DateTimeField(null=True, blank=True)
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created", "-id"]


class DirectoryEntry(models.Model):
    """A person's name and address, outside the chain of revisions, so that a person can be forgotten."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="directory")
    person = models.CharField(max_length=36)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["workspace", "person"], name="one_entry_a_person"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["workspace", "email"], name="directory_email"),
        ]


class Answered(models.Model):
    """An answer given to a write that came with an Idempotency-Key, so that a repeated one is not applied twice."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of method, path and body."""
    status = models.PositiveSmallIntegerField(default=0)
    body = models.BinaryField(default=b"")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["workspace", "user", "key"], name="one_answer_a_key"),
        ]
