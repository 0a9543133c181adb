"""What befell particular investments, written by hand: the trouble, the departures, and the planted situations."""

from __future__ import annotations

from typing import NamedTuple


class Trouble(NamedTuple):
    """A rating that one dimension of an investment's health has between two days, and its words."""

    plot: str
    since: int
    until: int
    dimension: str
    rating: str
    words: str


TROUBLES: tuple[Trouble, ...] = (
    Trouble("agent-assist", 268, 330, "resource", "amber", "Eleven of forty floor coaches left before the Breda roll-out"),
    Trouble("agent-assist", 330, 398, "resource", "red", "Roll-out to Breda paused: no coach on the late shift until May"),
    Trouble("agent-assist", 318, 412, "scope", "amber", "Works council asks that no individual figures leave the team"),
    Trouble("agent-assist", 398, 440, "resource", "amber", "Coaches hired; six in training"),
    Trouble("home-chat", 321, 352, "scope", "red",
            "The assistant told a customer that a rented bicycle is covered; 212 answers re-read, four customers called"),
    Trouble("home-chat", 352, 380, "scope", "amber", "Answers on hired and borrowed things go to a person for now"),
    Trouble("fnol-fraud", 372, 431, "cost", "red", "Call-centre integration costs twice the offer; change request refused once"),
    Trouble("fnol-fraud", 431, 476, "cost", "amber", "New offer accepted, paid for by dropping the commercial lines"),
    Trouble("reserve", 334, 900, "scope", "amber", "Override test: adjusters followed the model in nine of ten wrong cases"),
    Trouble("reserve", 430, 900, "schedule", "amber_red", "No scale decision before the override test is repeated"),
    Trouble("water", 462, 900, "schedule", "red", "Photo guidance in the app slipped two releases; pilot stands at 31 % of planned cases"),
    Trouble("water", 478, 900, "resource", "amber", "Vision engineer shared with the synthetic photo check"),
    Trouble("office", 305, 388, "cost", "amber", "2,040 licences paid, 1,260 used in the last week"),
    Trouble("office", 388, 430, "cost", "amber_green", "380 unused licences handed back"),
    # Green outside, red inside.
    Trouble("legacy", 352, 431, "schedule", "amber", "One program in five confirmed against the old system; plan said one in three"),
    Trouble("legacy", 431, 900, "schedule", "red", "27 % of programs confirmed, 58 % planned; the cut-over date has no slack left"),
    Trouble("legacy", 398, 900, "cost", "amber_red", "71 % of the build money is spent"),
    Trouble("legacy", 455, 900, "resource", "red", "Two of the four who can read the old code retire in spring"),
    # The model that is about to be shut down.
    Trouble("medical", 470, 900, "schedule", "amber", "halden-3-large is being shut down; the successor needs the high-risk tests again"),
    Trouble("file-summary", 180, 262, "schedule", "amber", "Scale decision waits for a comparison group"),
    Trouble("file-summary", 300, 900, "resource", "amber", "Nobody owns the pilot since the head of document automation left"),
)

ALWAYS_SAYS: dict[str, str] = {"legacy": "green"}
"""Investments whose overall rating is what their sponsor wants to hear."""

SILENT: dict[str, int] = {"translation": 401, "subrogation": 447}
"""Investments that stopped reporting, and since when."""

ENDLESS: tuple[tuple[int, int, str], ...] = (
    (28, 74, "Comparison group not agreed with the works council"),
    (96, 83, "One more team wanted to join before anybody decides"),
    (176, 92, "Comparison group agreed, four weeks of data too few"),
    (263, 104, "Pilot continues until a new owner is named"),
    (371, 88, "Carried over; no proposal was submitted to the forum"),
)
"""(day, days) by which the scale gate of ``file-summary`` moves, and why."""


class Departure(NamedTuple):
    """Somebody leaves; the plots that go to somebody else than the successor, ``None`` for nobody."""

    day: int
    who: str
    successor: str
    otherwise: dict[str, str | None]
    words: str


DEPARTURES: tuple[Departure, ...] = (
    Departure(247, "jonas", "kwame", {"file-summary": None, "litigation": "maeve"},
              "Jonas Weidner leaves for a hospital group; letters and documents go to Kwame Asante"),
    Departure(356, "marta", "elif", {}, "Marta Jankauskaitė moves to our partner centre; Elif Demirtaş takes over"),
)  # fmt: skip


def owner_on(day: int, key: str, at_first: str | None) -> str | None:
    """Who owns plot *key* on *day*, given who owned it at first."""
    owner = at_first
    for departure in DEPARTURES:
        if owner == departure.who and day >= departure.day:
            owner = departure.otherwise.get(key, departure.successor)
    return owner


NOTES: tuple[tuple[int, str, str, str], ...] = (
    (97, "claims-docs", "tomasz", "Procurement asks whether this is the same thing that Underwriting is buying from Quillstone."),
    (119, "agent-assist", "ana", "Board asked for the onboarding weeks to be measured by a person outside the project. Agreed: HR counts."),
    (146, "policy-docs", "callum", "Quillstone offers the UK its own contract and tenant. Signed locally; Group was not asked."),
    (166, "gateway", "ingrid", "First month with every Dutch team on the gateway. Two keys found that nobody had declared."),
    (199, "screening", "rosa", "High risk under Annex III, point 4. No pilot without the works council; sponsor prefers to stop."),
    (238, "office", "matteo", "Licence count and HR count differ by 83. Finance takes HR's."),
    (263, "litigation", "maeve", "Fifty-nine per cent is a coin with a good lawyer. I would rather stop and keep the data set."),
    (299, "triage", "kwame", "Hail on 3 and 4 of the month: 6,200 notices in two days, none waited over night."),
    (327, "home-chat", "callum", "Post-mortem done with Rosa's team. The clause was right, the question was about a hired thing."),
    (339, "cockpit", "henrik", "Put on hold until the warehouse has commercial lines; the team goes to the flood refresh."),
    (379, "knowledge", "samir", "On hold: three assistants went ahead without it, and none of them asks for it."),
    (403, "fraud-graph", "lindiwe", "One ring, 41 policies, four garages. Police report filed."),
    (426, "steward", "tomasz", "Found by the survey of shadow IT. Owner unknown, stage unknown, card payments of about 900 euros a month."),
    (452, "medical", "rosa", "Halden ends its third generation. Dossier, fairness and override tests have to be redone for the successor."),
    (474, "legacy", "ana", "Reported green again. I have asked Samir for the count of confirmed programs by month."),
    (496, "photo-damage", "maeve", "Partner garages now ask for it. Germany would like to join in the next year."),
    (519, "file-summary", "ana", "Fifth extension without a decision. Proposal for the next forum: name an owner or stop."),
    (531, "submissions", "henrik", "Median first answer below a day for the first time; small brokers notice."),
)

OBJECTIVE_NOTES: tuple[tuple[int, str, str, str], ...] = (
    (118, "settle", "ana", "Board, first pack: two working days counts from first notice, not from a complete file."),
    (302, "control", "rosa", "Supervisor announced a thematic review of claims decisions for next year."),
    (486, "fraud", "lindiwe", "Target for honest referrals stays at 20 %, although the score could stop more at 30 %."),
)

DEPENDENCIES: tuple[tuple[int, str, str, str, int, str], ...] = (
    (58, "gateway", "submissions", "SS", 0, "All calls through the gateway."),
    (58, "gateway", "coding", "SS", 30, "Metering by team."),
    (91, "register", "fraud-graph", "SS", -120, "Dossier before operate."),
    (136, "triage", "water", "SS", 0, "Uses the triage queue."),
    (164, "call-transcripts", "call-quality", "SS", 14, "Same recording consent."),
    (362, "photo-damage", "synthetic", "SS", 90, "Photos come from the same intake."),
    (247, "guidelines", "appetite", "SS", 0, "Reads the same rule base."),
    (261, "monitoring", "reserve", "FF", -500, "No scale without the weekly check."),
    (283, "test-data", "legacy", "FF", -90, "Tested with generated policies."),
    (315, "policy-docs", "mid-term", "FF", 0, "Taken-over policies must be readable before they can be changed."),
    (410, "repair-network", "synthetic", "SS", 20, "Garage addresses."),
    (446, "letters", "renewal-letters", "SS", 60, "Approved text blocks."),
)
"""(day, predecessor, successor, type, lag, why)."""

BREAKS = (489, "policy-docs", 77, "Second scanning batch from Hallam is delivered eleven weeks late")
"""The end that moves so far that a dependency no longer holds."""

PLANTED: dict[str, tuple[str, ...]] = {
    "duplicates": ("submissions", "claims-docs", "policy-docs"),
    "endless-pilot": ("file-summary",),
    "red-inside": ("legacy",),
    "no-objective": ("meetings",),
    "model-retires": ("medical", "file-summary"),
    "broken-dependency": ("policy-docs", "mid-term"),
    "over-budget": ("fnol-fraud",),
    "unfunded": ("storm",),
    "order-nearly-used": ("submissions",),
}
"""The situations that somebody who looks should find, and the investments that they concern."""
