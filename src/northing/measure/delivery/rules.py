"""By what delivery is read: the part of a workflow policy that speaks of deployments, or Northing's defaults."""

from __future__ import annotations

import msgspec

from northing.portfolio.flow import ChangeClock, Evidence, PercentileRule, WorkflowPolicy

FEW = 5
"""Below so many, counts are shown and no medians or shares."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Equal rules read equally. Without a policy its defaults hold: *policy* is None then."""

    policy: str | None = None
    where: str = ""
    production: tuple[str, ...] = ("production",)
    weakest: Evidence = Evidence.WINDOW
    hours: int = 24
    clock: ChangeClock = ChangeClock.COMMITTED
    percentiles: PercentileRule = PercentileRule.NEAREST
    zone: str = "UTC"

    def believes(self, evidence: Evidence) -> bool:
        """Whether *evidence* is enough to say that a deployment failed."""
        return rank(evidence) <= rank(self.weakest)


def rank(evidence: Evidence) -> int:
    """0 for the strongest."""
    return tuple(Evidence).index(evidence)


def rules_of(policy: WorkflowPolicy | None, zone: str = "UTC") -> Rules:
    """What *policy* says of deployments; days begin in *zone*."""
    if policy is None:
        return Rules(zone=zone)
    return Rules(
        policy=policy.id, where=policy.deployments, weakest=policy.evidence, hours=policy.evidence_hours,
        production=tuple(name.strip().casefold() for name in policy.production if name.strip()),
        clock=policy.change_clock, percentiles=policy.percentiles, zone=zone,
    )  # fmt: skip
