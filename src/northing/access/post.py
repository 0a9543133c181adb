"""Mail that access sends."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from .models import Invitation


def invitation_link(secret: str, base: str | None = None) -> str:
    """The address that opens an invitation: under *base*, else where the installation is reached."""
    root = (base or getattr(settings, "PUBLIC_URL", "") or "http://127.0.0.1:8000").rstrip("/")
    return f"{root}/invitation/{secret}/"


def send_invitation(invitation: Invitation, link: str) -> None:
    """Mail the link to the invited address."""
    workspace = invitation.workspace.name
    inviter = invitation.invited_by.get_full_name() if invitation.invited_by else workspace
    text = _(
        "{inviter} invites you to {workspace} in Northing.\n\nOpen this link until {until} to join:\n\n{link}\n\n"
        "If you do not know what this is about, ignore it."
    ).format(inviter=inviter, workspace=workspace, until=invitation.expires.strftime("%d %b %Y"), link=link)
    subject = _("Northing: your invitation to {workspace}").format(workspace=" ".join(workspace.split()))
    send_mail(subject, text, None, [invitation.email])
