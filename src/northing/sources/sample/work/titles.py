"""What items of work are called."""

from __future__ import annotations

from random import Random

PARTS = (
    "intake form", "queue of exceptions", "extraction of dates", "hand-over to a person", "confidence shown to handlers", "audit log",
    "letter templates", "address matching", "retry after a timeout", "cost per call", "override by a handler", "evaluation set",
    "broker’s portal", "attachments over 20 MB", "search of the policy archive", "rights of temporary staff", "nightly batch",
    "summary for the adjuster", "currency of foreign invoices", "duplicate check",
)  # fmt: skip
WORDS = {
    "Story": ("Show the {}", "Let teams change the {}", "Second version of the {}", "Connect the {}", "Explain the {}", "Try out the {}"),
    "Bug": ("Wrong result in the {}", "{}: error after an update", "{} is slow on Mondays", "{} loses its last line"),
    "Control": ("Evidence for the {}", "Test the fallback of the {}", "Limit who sees the {}"),
    "Upkeep": ("Upgrade libraries behind the {}", "Take out the old {}", "Tests for the {}"),
    "Sub-task": ("Test data for the {}", "Screen of the {}"),
}


def title(type: str, random: Random) -> str:
    words = random.choice(WORDS[type]).format(random.choice(PARTS))
    return words[0].upper() + words[1:]
