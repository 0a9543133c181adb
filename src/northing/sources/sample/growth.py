"""The investments of Underwriting and Growth."""

from __future__ import annotations

from .claims import BOTH, GEN, ML, NLP, OWN, VISION
from .plot import Plot, System

GROWTH: dict[str, Plot] = {
    "submissions": Plot(
        "Broker submission reader",
        "Broker submissions arrive as e-mails with PDF and spreadsheet attachments and are typed in by hand, 22 minutes each.",
        "Fields extracted from incoming documents; an answer in hours instead of days.",
        "growth/small-business/underwriting", "henrik/henrik", "discovery -30 pilot 82 scale 298", 1490, "Document extraction",
        "turnaround:0.6 same-day:0.25", ("submissions entered without typing", "%", 24.7, 61.8),
        (System("Submission reader", NLP, "quill-doc-2:0.8 halden-4-mini:0.2", vendor="Quillstone", pii="Yes"),),
        tags="documents extraction intake brokers", says="Extraction of data from documents that brokers send.", countries="NL BE UK"),
    "appetite": Plot(
        "Appetite check before quoting",
        "Two of three declined submissions were outside our appetite from the first line.",
        "Decline in minutes, with a reason that the broker can use.",
        "growth/small-business/underwriting", "henrik/henrik", "idea 23 discovery 109 pilot 224 scale 446", 560, "Triage and routing",
        "turnaround:0.4 premium:0.3", ("declines sent within the hour", "%", 18.3, 52.6),
        (System("Appetite check", GEN, "halden-4-large:1", BOTH, "Halden AI"),), tags="brokers", countries="NL BE"),
    "roofs": Plot(
        "Roof condition from aerial images",
        "We learn of a flat bitumen roof when it leaks.",
        "Roof age and condition on 410,000 addresses; better hail pricing.",
        "growth/small-business/underwriting", "priya/henrik", "discovery 71 pilot 246", 1075, "Image assessment",
        "selection:0.6 combined:0.2", ("addresses with a roof grade", "thousand", 12.5, 187.3),
        (System("Roof grade", VISION, "corvane-vision-2:1", vendor="Corvane", pii="No"),),
        currency="USD", tags="property images", act="Minimal risk", countries="NL DE US"),
    "flood": Plot(
        "Flood exposure refresh",
        "Our flood zones date from 2017; three of the five worst losses since were outside them.",
        "Exposure by address, refreshed each quarter.",
        "growth/small-business/underwriting", "priya/henrik", "scale -80 operate 146", 845, "Forecasting",
        "selection:0.7", ("addresses re-rated", "%", 33.0, 91.5),
        (System("Flood exposure model", ML, "fenmarch-flood:1", BOTH, "Brack Hydrology", "Not high-impact", "No"),),
        spend="run", tags="climate property", act="Minimal risk", countries="NL BE DE UK"),
    "elasticity": Plot(
        "Motor price elasticity",
        "We give discounts to customers who would have stayed and none to those who leave.",
        "Two points of retention at the same premium.",
        "growth/small-business/underwriting", "priya/henrik", "operate -280", 720, "Pricing",
        "combined:0.45 premium:0.25", ("renewals priced by the model", "%", 66.4, 94.2),
        (System("Motor elasticity", ML, "fenmarch-price-gbm:1", OWN, None, "Not high-impact", "Yes"),),
        spend="run", tags="motor pricing", countries="NL"),
    "telematics": Plot(
        "Telematics renewal score",
        "Boxes in 38,000 cars, one renewal in four uses the data.",
        "A score for each renewal.",
        "growth/small-business/uk", "callum/henrik", "operate -390 retired 189", 540, "Pricing",
        "selection:0.5", ("telematics renewals with a score", "%", 27.0, 31.0),
        (System("Telematics score", ML, "fenmarch-drive-1:1", OWN, None, "Not high-impact", "Yes"),),
        currency="GBP", spend="run", tags="motor", countries="UK"),
    "cyber": Plot(
        "Cyber questionnaire assistant",
        "Brokers leave a third of our cyber questions blank because they do not understand them.",
        "Complete answers at first submission.",
        "growth/small-business/underwriting", "henrik/henrik", "idea 12 discovery 121 pilot 289", 430, "Drafting and summaries",
        "same-day:0.4 premium:0.3", ("questionnaires complete at first submission", "%", 39.1, 57.7),
        (System("Cyber questionnaire assistant", GEN, "halden-4-large:1", vendor="Halden AI"),), tags="cyber brokers", countries="NL UK"),
    "treaty": Plot(
        "Treaty wording comparison",
        "Reinsurance wordings are compared by eye, 160 pages against 160 pages.",
        "Differences listed clause by clause.",
        "growth/specialty/underwriting", "-/henrik", "idea 407", 0, "Drafting and summaries",
        "", None, (), tags="reinsurance", act="Undetermined", length=0),
    "clearance": Plot(
        "US submission clearance",
        "Wholesale brokers send the same risk three times; clearance takes 1.7 days.",
        "Duplicates and sanctions checked within the hour.",
        "growth/specialty/americas", "daniel/henrik", "pilot -70 scale 137", 1320, "Triage and routing",
        "us-day:0.7 grow:0.2", ("submissions cleared within the hour", "%", 31.2, 68.9),
        (System("Submission clearance", NLP, "halden-4-mini:0.6 tessera-embed-3:0.4", BOTH, "Halden AI"),),
        currency="USD", tags="brokers specialty", countries="US"),
    "loss-runs": Plot(
        "Loss-run analysis for excess casualty",
        "An analyst spends a morning on ten years of loss runs from four carriers.",
        "Loss picture in the submission before it is assigned.",
        "growth/specialty/americas", "daniel/henrik", "discovery 38 pilot 178", 690, "Forecasting",
        "americas:0.6", ("loss runs analysed on the day of arrival", "%", 12.6, 54.8),
        (System("Loss-run analyst", GEN, "halden-4-large:1", BOTH, "Halden AI"),), currency="USD", tags="specialty", countries="US"),
    "surety": Plot(
        "Surety financial spreading",
        "Contractor statements are spread by hand; 35 % wait for a second look.",
        "Spread and ratios in the file with the source page beside each figure.",
        "growth/specialty/americas", "daniel/henrik", "idea 261 discovery 390", 520, "Forecasting",
        "americas:0.4 combined:0.1", None, (), currency="USD", tags="surety", countries="US"),
    "guidelines": Plot(
        "Underwriting guideline assistant",
        "The guideline is 1,140 pages and the answer is usually in a memo that amends it.",
        "An answer with the clause it stands on.",
        "growth/small-business/underwriting", "henrik/henrik", "pilot -140 scale 61 operate 276", 480, "Search and answers",
        "turnaround:0.25 weekly:0.35", ("underwriters who ask it every week", "%", 21.8, 73.5),
        (System("Guideline assistant", GEN, "halden-4-mini:0.7 tessera-embed-3:0.3", BOTH, "Halden AI"),),
        spend="run", tags="search", act="Minimal risk", countries="NL BE DE UK"),
    "cockpit": Plot(
        "Portfolio steering cockpit",
        "Accumulations are known six weeks after the quarter.",
        "Weekly view of accumulation against appetite.",
        "growth/small-business/underwriting", "priya/henrik", "discovery 14 pilot 156 on_hold 341", 890, "Forecasting",
        "ratio:0.5", ("lines with a weekly view", "lines", 2, 7),
        (System("Steering cockpit", ML, "fenmarch-price-gbm:1", OWN),), tags="steering", countries="NL BE DE UK US"),
    "retention": Plot(
        "Renewal retention forecast",
        "Brokers are called in alphabetical order at renewal.",
        "Call first where a call changes something.",
        "growth/brokers/underwriting", "yuki/henrik", "scale -45 operate 182", 405, "Forecasting",
        "premium:0.7", ("renewals kept after a call", "%", 54.9, 66.1),
        (System("Retention forecast", ML, "fenmarch-retain:1", OWN, None, "Not high-impact", "No"),),
        spend="run", tags="brokers renewals", act="Minimal risk", countries="NL UK"),
}  # fmt: skip
