"""The investments of Enterprise Platforms and AI Control."""

from __future__ import annotations

from .claims import BOTH, GEN, ML, NLP, OWN
from .plot import Plot, System

PLATFORMS: dict[str, Plot] = {
    "gateway": Plot(
        "AI gateway and metering",
        "Nine teams hold keys of four providers; nobody can say what last month cost or which text left the house.",
        "One door with metering, redaction and a fallback model.",
        "control/backbone/platform", "ingrid/samir", "scale -150 operate 55", 940, "Platform",
        "owned:0.4 control:0.3", ("model calls that pass the gateway", "%", 41.3, 96.8),
        (System("AI gateway", GEN, "halden-4-mini:0.4 mistle-12b:0.6", OWN),), spend="run", tags="platform", act="Minimal risk",
        countries="NL BE DE UK US", length=1200),
    "register": Plot(
        "AI register and evidence store",
        "For the supervisor's first question we needed 23 days and six spreadsheets.",
        "Dossier per system, complete and dated.",
        "control/backbone/risk", "rosa/noor", "discovery -70 pilot 48 scale 214", 655, "Control",
        "dossier:0.6 tested:0.3", ("systems with a complete dossier", "systems", 7, 38),
        (System("Evidence assistant", GEN, "mistle-12b:1", OWN, None, "Not high-impact", "No"),), spend="run", tags="ai-act",
        act="Minimal risk", countries="NL BE DE UK US"),
    "monitoring": Plot(
        "Model quality monitoring",
        "A pricing model drifted for five months before somebody looked.",
        "Weekly checks with a named person who acts.",
        "control/backbone/risk", "rosa/samir", "idea 17 discovery 84 pilot 199 scale 427", 580, "Control",
        "tested:0.5 ratio:0.2", ("models with a weekly check", "models", 3, 29),
        (System("Model watch", ML, "fenmarch-watch:1", OWN, None, "Not high-impact", "No"),), tags="monitoring", act="Minimal risk",
        countries="NL UK"),
    "coding": Plot(
        "Coding assistants for engineers",
        "Half of our change budget goes into code that three people understand.",
        "Eight hours a week for each of 214 engineers; fewer defects after release.",
        "platforms/backbone/technology", "ingrid/samir", "pilot -90 scale 66 operate 228", 760, "Software engineering",
        "hours:0.7 people:0.15", ("engineers who use it every week", "%", 34.6, 81.2),
        (System("Coding assistant", GEN, "halden-4-large:1", vendor="Halden AI"),), currency="USD", spend="run",
        tags="engineering licences", act="Minimal risk", countries="NL UK US"),
    "office": Plot(
        "Office assistant licences",
        "Two thousand colleagues search, retype and summarise by hand.",
        "Three hours a month for each licence that is used.",
        "platforms/backbone/technology", "samir/noor", "pilot -35 scale 194", 1650, "Drafting and summaries",
        "weekly:0.6 people:0.1", ("licences used in the last week", "%", 37.7, 61.6),
        (System("Office assistant", GEN, "halden-4-large:1", vendor="Halden AI", pii="Yes"),), tags="licences", act="Minimal risk",
        countries="NL BE DE UK US", spend="run"),
    "meetings": Plot(
        "Executive meeting summaries",
        "Minutes of executive meetings take a secretary half a day.",
        "Minutes the same evening.",
        "platforms/backbone/group", "samir/samir", "discovery 98 pilot 187 scale 361", 310, "Drafting and summaries",
        "", ("minutes accepted without change", "%", 44.4, 69.0),
        (System("Minute taker", GEN, "halden-4-large:1", vendor="Halden AI", pii="Yes"),), tags="minutes", act="Minimal risk"),
    "close": Plot(
        "Close commentary for finance",
        "Controllers write 140 variance comments in two days of every close.",
        "First draft on day one; a day off the close.",
        "platforms/backbone/finance", "matteo/noor", "idea 41 discovery 152 pilot 281", 370, "Drafting and summaries",
        "people:0.4", ("comments kept from the draft", "%", 29.3, 55.5),
        (System("Close commentary", GEN, "halden-4-large:1", BOTH, "Halden AI", "Not high-impact", "No"),), tags="finance",
        act="Minimal risk", countries="NL UK"),
    "solvency": Plot(
        "Solvency report drafting",
        "The narrative report takes nine people six weeks.",
        "Draft from the figures, in three weeks.",
        "platforms/backbone/finance", "matteo/noor", "idea 356", 0, "Drafting and summaries",
        "", None, (), tags="finance regulation", act="Minimal risk", length=0),
    "screening": Plot(
        "Candidate screening",
        "380 applications for each claims trainee post.",
        "Shortlist in a day.",
        "platforms/backbone/people", "-/samir", "discovery -10 pilot 92 stopped 197", 280, "Triage and routing",
        "people:0.3", ("shortlists agreed by the panel", "%", 51.0, 47.0),
        (System("Candidate screening", ML, "fenmarch-talent:1", vendor="Tallyroot", impact="High-impact", pii="Yes"),),
        tags="hr", act="High risk"),
    "academy": Plot(
        "AI skills academy",
        "Only one in ten colleagues could say what a model may not be asked.",
        "Every colleague trained for their role, as the AI Act asks.",
        "platforms/backbone/people", "samir/noor", "scale -100 operate 163", 520, "Skills",
        "weekly:0.3 control:0.3", ("colleagues who passed their role's course", "%", 17.9, 84.4),
        (), spend="transform", tags="training ai-act", act="Minimal risk", countries="NL BE DE UK US", length=980),
    "test-data": Plot(
        "Synthetic test data",
        "Testers use masked copies of production; masking takes three weeks a release.",
        "Test data in an hour, with nobody's address in it.",
        "platforms/backbone/platform", "ingrid/samir", "idea 77 discovery 166 pilot 333", 445, "Software engineering",
        "engineers:0.5 control:0.1", ("releases tested without production data", "%", 9.1, 42.9),
        (System("Test data generator", GEN, "mistle-12b:1", OWN, None, "Not high-impact", "No"),), tags="engineering", act="Minimal risk"),
    "knowledge": Plot(
        "Product knowledge graph",
        "The same cover has eleven names in four countries.",
        "One meaning for assistants to stand on.",
        "platforms/backbone/technology", "ingrid/samir", "discovery 27 pilot 171 on_hold 386", 705, "Platform",
        "paperless:0.5", ("covers mapped", "%", 6.0, 39.0),
        (System("Product graph", NLP, "tessera-embed-3:1", OWN),), tags="data", act="Minimal risk", countries="NL BE DE UK"),
    "legacy": Plot(
        "Policy system code explanation",
        "3.4 million lines of COBOL hold the rules of 41 products; four people can read them.",
        "Rules in words, tested against the old system, ready for the new one.",
        "platforms/backbone/technology", "samir/noor", "discovery -85 pilot 33 scale 176", 2380, "Software engineering",
        "people:0.2 engineers:0.4", ("programs explained and confirmed", "%", 4.8, 27.7),
        (System("Code explainer", GEN, "halden-4-large:0.9 mistle-12b:0.1", BOTH, "Halden AI", "Not high-impact", "No"),),
        spend="transform", tags="engineering migration", act="Minimal risk", countries="NL BE", length=860),
    "alerts": Plot(
        "Security alert triage",
        "Analysts close 900 alerts a day, 97 % of them noise.",
        "The eleven that matter on top.",
        "platforms/backbone/platform", "ingrid/samir", "discovery -25 pilot 79 scale 253", 615, "Triage and routing",
        "control:0.4", ("alerts closed without an analyst", "%", 12.2, 63.7),
        (System("Alert triage", ML, "fenmarch-sec:0.5 mistle-12b:0.5", BOTH, "Ravel Security", "Not high-impact", "No"),),
        spend="run", tags="security", act="Minimal risk", countries="NL BE DE UK US"),
    "steward": Plot(
        "Data quality steward agent",
        "From the shadow-IT survey: a team runs an agent that corrects addresses. Nobody planned it.",
        "Not stated.",
        "platforms/backbone/technology", "-/samir", "none 415", 0, "Platform",
        "", None, (System("Address correction agent", "Agentic AI", "halden-3-large:1"),), tags="shadow-it", act="Undetermined", length=0),
    "workbench": Plot(
        "Actuarial workbench plug-in",
        "From the shadow-IT survey: bought on a card, used by six actuaries.",
        "Not stated.",
        "platforms/backbone/finance", "priya/noor", "none 422", 38, "Drafting and summaries",
        "", None, (System("Actuarial plug-in", GEN, "halden-3-large:1"),), tags="shadow-it", act="Undetermined", length=0),
}  # fmt: skip
