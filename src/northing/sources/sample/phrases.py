"""What people write in reports and reasons: the words of the sample, chosen by situation."""

from __future__ import annotations

from random import Random

from .plot import Plot

SLIPS: tuple[tuple[str, str], ...] = (
    ("any", "Data-protection assessment came back with eleven questions"),
    ("any", "Integration slot lost to the policy system release"),
    ("any", "Test environment down for nine working days"),
    ("any", "Users asked for one more round on real cases before deciding"),
    ("any", "Decision forum had no quorum; next date taken"),
    ("any", "Override test failed in two of fourteen cases, repeated after the fix"),
    ("any", "Acceptance criteria rewritten after the first hundred cases"),
    ("any", "Network zone for inference not approved in time"),
    ("any", "Evidence dossier incomplete: origin of the training data missing"),
    ("any", "Product owner on parental leave, stand-in named late"),
    ("any", "Baseline measured again because two months were storm months"),
    ("any", "Penetration test found an open log; closed and tested again"),
    ("vendor", "Vendor security review late: penetration test report still open"),
    ("vendor", "Contract annex on data residency not signed"),
    ("vendor", "Vendor changed its release calendar"),
    ("vendor", "Exit clause negotiated for five weeks"),
    ("vendor", "Single sign-on for external colleagues came later than promised"),
    ("labels", "Ground truth not ready: two labellers left for the storm desk"),
    ("labels", "Second labeller disagrees in one case of six; instructions rewritten"),
    ("labels", "Hold-out set leaked into training; measured again"),
    ("claims", "Handlers pulled to the hail event for three weeks"),
    ("claims", "Quality desk wants its own sample before it agrees"),
    ("images", "Repair partners deliver photos without the consent flag"),
    ("documents", "Archive scans turned out to be 150 dpi"),
    ("documents", "Handwritten annexes were left out of the test set"),
    ("pricing", "Fairness test by postcode failed; feature removed and model refitted"),
    ("pricing", "Loss history from the old warehouse has a gap of seven months"),
    ("growth", "Rating engine change moved behind the January tariff"),
    ("growth", "Brokers in the panel asked for two more lines of business"),
    ("voice", "Works council has not agreed on recording"),
    ("voice", "Telephony upgrade moved; no call stream until it is done"),
    ("service", "Peak season: contact centre could spare no test agents"),
    ("service", "Answers about cancelled policies were wrong; content owner missing"),
    ("platforms", "Procurement round reopened after a second offer"),
    ("platforms", "Two engineers lent to the incident in the payments area"),
    ("licences", "Licence counts contested by two countries"),
    ("control", "Scope of “high risk” disputed between two departments"),
    ("control", "Supervisor asked for the evidence in another form"),
)
"""(what a plot must be, why its gate moves)."""

COST: tuple[tuple[str, str, float], ...] = (
    ("licences", "Licence tier above what was quoted; 640 seats instead of 500", 1.19),
    ("labels", "Two contractors extended to close the labelling gap", 1.14),
    ("vendor", "Inference volume higher than in the business case", 1.27),
    ("any", "Reuse of the gateway saves the planned integration", 0.83),
    ("vendor", "Unit price of the model fell with the new generation", 0.78),
    ("labels", "Second annotation round for the override test", 1.09),
    ("vendor", "Own model replaces part of the vendor’s calls", 0.88),
    ("vendor", "Vendor’s index clause applied", 1.06),
    ("countries", "Scope cut to two countries for this year", 0.72),
    ("any", "Evidence work for the AI Act was not in the first estimate", 1.16),
    ("any", "Rework after the security review", 1.22),
    ("labels", "Shared labelling team replaces an agency", 0.91),
    ("any", "Storage and logging for twelve months of evidence", 1.07),
    ("any", "Rate card of the integrator renegotiated", 0.94),
    ("any", "Testers of the line take part of what contractors did", 0.89),
    ("voice", "Minutes of speech billed by started minute, not by second", 1.21),
)
"""(what a plot must be, why its plan changes, by what factor)."""


def traits(plot: Plot) -> set[str]:
    """What a plot is, in the words that reasons ask for."""
    found = {"any", plot.portfolio, *plot.tags.split()}
    found |= {"vendor"} if any(system.vendor for system in plot.systems) else set()
    found |= {"countries"} if len(plot.countries.split()) > 2 and plot.portfolio in ("claims", "growth") else set()
    found |= (
        {"labels"}
        if plot.category in ("Image assessment", "Document extraction", "Anomaly and fraud detection")
        else set()
    )
    found |= {"pricing"} if plot.category in ("Pricing", "Forecasting") and plot.portfolio == "growth" else set()
    return found


GROUND: tuple[str, ...] = (
    "Interviewed {n} colleagues; the work starts two steps earlier than we thought.",
    "{n} sample files read with the desk; a third lack the page that matters.",
    "Two vendors shown side by side on {n} of our own cases.",
    "Baseline measured over {n} cases before anything is bought.",
    "Data owner found; extract of {n} cases promised.",
    "First offline test on {n} closed cases, good on the easy half.",
    "Value hypothesis halved after looking at {n} real cases; still worth a pilot.",
)

PULSE: tuple[str, ...] = (
    "{What} at {now}, {before} a month ago.",
    "{What}: {now} (last month {before}).",
    "{What} moved from {before} to {now}.",
)

STEADY: tuple[str, ...] = (
    "Running quietly; {what}: {now}.",
    "No incidents. {What}: {now}.",
    "{What}: {now}. Two questions from users answered, one change request open.",
    "{What}: {now}; weekly quality sample without findings.",
    "{What}: {now}. Override used by {n} colleagues, each case read.",
)

SCOPE: tuple[str, ...] = (
    "No change requests",
    "One country asked to be added; not accepted",
    "Scope as approved at the gate",
    "Edge cases moved to a list for later",
)

RESOURCE: tuple[str, ...] = (
    "Team complete",
    "Product owner at 60 %, enough for now",
    "One engineer shared with the gateway",
    "Subject expert available on Thursdays only",
)

MENDED: tuple[str, ...] = (
    "Back on the agreed dates.",
    "The delay is worked in; next gate stands.",
    "Recovered after the change of plan.",
)


def slip_reasons(plot: Plot, random: Random) -> list[str]:
    """Reasons why a gate of this plot moves, in the order in which they will come; its own kind first."""
    mine = traits(plot)
    near = [why for need, why in SLIPS if need in mine and need != "any"]
    common = [why for need, why in SLIPS if need == "any"]
    random.shuffle(near)
    random.shuffle(common)
    return near[:2] + common + near[2:] if random.random() < 0.7 else common + near


def cost_reason(plot: Plot, random: Random) -> tuple[str, float]:
    mine = traits(plot)
    _, why, factor = random.choice([cost for cost in COST if cost[0] in mine])
    return why, factor


def pulse_words(pulse: tuple[str, str, float, float], share: float, back: float, random: Random, steady: bool) -> str:
    """A sentence on where the measure of an investment stands now and stood a month ago."""
    what, unit, first, last = pulse
    now = number(first + (last - first) * share, unit, what)
    before = number(first + (last - first) * back, unit, what)
    form = random.choice(STEADY if steady and random.random() < 0.6 else PULSE)
    if now == before and form in PULSE:
        form = "{What} unchanged at {now}."
    return form.format(what=what, What=what[0].upper() + what[1:], now=now, before=before, n=random.randint(4, 19))


def number(value: float, unit: str, what: str) -> str:
    """A value as people report it: the unit only where the words before do not say it."""
    if unit == "%":
        return f"{value:.1f} %"
    if unit.startswith("thousand"):
        return f"{value:.1f} {unit}"
    return f"{value:.0f}" if unit in what.lower() or unit == "files" else f"{value:.0f} {unit}"
