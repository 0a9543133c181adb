"""The investments of Customer and Broker Service."""

from __future__ import annotations

from .claims import BOTH, GEN, ML, NLP, OWN
from .plot import Plot, System

SERVICE: dict[str, Plot] = {
    "agent-assist": Plot(
        "Contact-centre agent assist",
        "New colleagues need eleven weeks before they answer alone; one in three leaves in the first year.",
        "Answers with their source on screen during the call; onboarding down to six weeks.",
        "service/policy/service", "marta/yuki", "pilot -110 scale 92 operate 467", 1760, "Search and answers",
        "first-contact:0.45 attrition:0.3", ("calls in which the suggestion was used", "%", 19.7, 58.3),
        (System("Agent assist", GEN, "halden-4-large:0.6 halden-4-mini:0.25 tessera-embed-3:0.15", BOTH, "Halden AI", None, "Yes"),
         System("Agent assist transcription", NLP, "larkspur-voice-2:1", vendor="Larkspur Voice", pii="Yes")),
        tags="voice contact-centre", countries="NL BE DE", length=880),
    "voice": Plot(
        "Voice self-service for policy changes",
        "A change of address takes nine minutes on the phone, four of them waiting.",
        "Three frequent changes done by voice, day and night.",
        "service/policy/service", "marta/yuki", "idea 30 discovery 150 pilot 312", 1180, "Speech",
        "first-contact:0.5", ("address changes completed by voice", "%", 11.9, 38.0),
        (System("Voice self-service", GEN, "halden-4-mini:0.5 larkspur-voice-2:0.5", vendor="Larkspur Voice", pii="Yes"),),
        tags="voice", countries="NL"),
    "mail": Plot(
        "E-mail routing and first answer",
        "41,000 e-mails a month are read twice before they reach the right team.",
        "Routed in a minute; a third answered with an approved text.",
        "service/policy/service", "marta/yuki", "operate -190", 610, "Triage and routing",
        "resolved:0.5 people:0.25", ("e-mails routed right at first", "%", 79.6, 93.1),
        (System("E-mail router", NLP, "mistle-12b:1", OWN, None, "Not high-impact", "Yes"),),
        spend="run", tags="mail", act="Minimal risk", countries="NL BE DE UK"),
    "policy-docs": Plot(
        "Policy document extraction",
        "Policies taken over from Hallam Mutual exist only as scanned PDFs; every question means reading one by eye.",
        "Fields extracted from 190,000 documents, so that they can be serviced like our own.",
        "service/policy/uk", "callum/yuki", "discovery 131 pilot 274", 775, "Document extraction",
        "first-contact:0.3", ("policies read without correction", "%", 46.3, 66.9),
        (System("Policy document extraction", NLP, "quill-doc-2:1", vendor="Quillstone", pii="Yes"),),
        currency="GBP", tags="documents extraction hallam", says="Extraction of data from scanned policy documents.", countries="UK"),
    "complaints": Plot(
        "Complaints early warning",
        "We hear of a pattern in complaints from the ombudsman.",
        "Patterns seen two months earlier.",
        "service/policy/service", "yuki/rosa", "idea 8 discovery 133 pilot 262", 340, "Anomaly and fraud detection",
        "claimants:0.5", ("complaint patterns found before the tenth case", "%", 14.3, 41.4),
        (System("Complaints radar", NLP, "tessera-embed-3:1", OWN),), tags="complaints conduct", countries="NL UK"),
    "home-chat": Plot(
        "Home policy chat assistant",
        "Customers call to ask whether the bicycle is covered.",
        "Answers from the customer's own policy, with the clause.",
        "service/policy/uk", "callum/yuki", "scale -135 operate 108", 890, "Search and answers",
        "resolved:0.6", ("chats closed without a person", "%", 36.5, 55.2),
        (System("Home chat assistant", GEN, "halden-4-mini:1", BOTH, "Halden AI", None, "Yes"),),
        currency="GBP", spend="run", tags="chat", countries="UK"),
    "vulnerable": Plot(
        "Support for vulnerable customers",
        "A customer in distress is recognised when a colleague happens to notice.",
        "The right desk at the first call, and a record that we did it.",
        "service/policy/uk", "callum/rosa", "idea 247 discovery 399", 485, "Speech",
        "claimants:0.35 first-contact:0.2", None, (), currency="GBP", tags="conduct voice", act="High risk", countries="UK"),
    "broker-search": Plot(
        "Broker portal search",
        "Brokers phone for documents that are on the portal.",
        "A question in plain words finds the document.",
        "service/brokers/service", "yuki/henrik", "discovery -55 pilot 45 scale 257", 570, "Search and answers",
        "grow:0.35 turnaround:0.2", ("searches that end in an opened document", "%", 43.8, 71.0),
        (System("Broker search", GEN, "tessera-embed-3:0.6 halden-4-mini:0.4", BOTH, "Halden AI"),),
        tags="brokers search", act="Minimal risk", countries="NL BE UK"),
    "commission": Plot(
        "Commission query assistant",
        "One in nine broker calls is about a commission statement.",
        "The statement explained line by line.",
        "service/brokers/service", "-/yuki", "idea 488", 0, "Search and answers",
        "grow:0.2", None, (), tags="brokers", act="Minimal risk", length=0),
    "translation": Plot(
        "Claims and policy translation",
        "Cross-border files wait five days for a translator.",
        "Readable in an hour; certified only where a court asks.",
        "service/policy/group", "yuki/yuki", "operate -260", 290, "Translation",
        "settle:0.3", ("pages translated without a bureau", "thousand a month", 6.8, 14.9),
        (System("Translation desk", GEN, "halden-4-mini:1", vendor="Halden AI", pii="Yes"),),
        spend="run", tags="languages", act="Minimal risk", countries="NL BE DE UK US"),
    "next-offer": Plot(
        "Next best household offer",
        "Campaigns reach customers who bought last week.",
        "Three points more uptake.",
        "service/policy/service", "yuki/yuki", "pilot -25 stopped 173", 450, "Pricing",
        "grow:0.2", ("uptake of the suggested offer", "%", 2.1, 2.3),
        (System("Next best offer", ML, "fenmarch-offer:1", OWN, None, "Not high-impact", "Yes"),), tags="marketing"),
    "renewal-letters": Plot(
        "Renewal letters people understand",
        "Half of the calls in March ask what the renewal letter means.",
        "A third fewer calls in renewal season.",
        "service/policy/service", "marta/yuki", "idea 301 discovery 433", 240, "Drafting and summaries",
        "resolved:0.4", None, (System("Renewal letter writer", GEN, "halden-4-mini:1", BOTH, "Halden AI"),), tags="letters"),
    "mid-term": Plot(
        "Mid-term change automation",
        "A van added to a policy is keyed into three systems.",
        "Keyed once; confirmed in the call.",
        "service/brokers/uk", "callum/yuki", "discovery 64 pilot 219 scale 503", 830, "Triage and routing",
        "first-contact:0.3 grow:0.3", ("changes completed in one pass", "%", 26.2, 49.9),
        (System("Mid-term change agent", "Agentic AI", "halden-4-large:1", BOTH, "Halden AI", None, "Yes"),),
        currency="GBP", tags="agents brokers", countries="UK"),
    "call-quality": Plot(
        "Call quality review",
        "Four calls of each colleague are listened to a year.",
        "Each call checked for the three things that matter; coaching within the week.",
        "service/policy/service", "marta/yuki", "scale -20 operate 205", 395, "Speech",
        "attrition:0.4 resolved:0.2", ("colleagues coached within the week", "%", 31.0, 76.2),
        (System("Call quality review", NLP, "larkspur-voice-2:0.5 mistle-12b:0.5", vendor="Larkspur Voice", impact="High-impact", pii="Yes"),),
        spend="run", tags="voice works-council", act="High risk", countries="NL BE"),
    "faq-bot": Plot(
        "Website question bot",
        "The bot of 2019 knows 84 questions and misunderstands half of them.",
        "Fewer calls.",
        "service/policy/service", "yuki/yuki", "operate -520 retired 134", 160, "Search and answers",
        "first-contact:0.2", ("bot talks that end without a call", "%", 22.0, 18.0),
        (System("Website bot", NLP, "larkspur-dialog-1:1", vendor="Larkspur Voice"),), spend="run", tags="chat", act="Minimal risk"),
}  # fmt: skip
