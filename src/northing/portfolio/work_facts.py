"""The facts of flow: work items, their changes, what was deployed, what broke.

Of work, changes, deployments and incidents the row received last counts for each thing that the table's key names, so
that a source may deliver everything again or only what changed. What a state *means* is no fact: the workflow policies
of the record say it (``northing.portfolio.flow``).
"""

from __future__ import annotations

from .fact_table import ORIGIN, FactTable, column
from .words import word

WORK = FactTable(
    name="work",
    title=word("Work"),
    key=("item",),
    columns=(
        *ORIGIN,
        column("day", word("Created on"), "date", "UTC day of its creation.", required=True),
        column("item", word("Item"), help="The source's own id, which stays when the key moves.", required=True),
        column("key", word("Key"), help="What people call it: CHAT-12.", ruled=True),
        column("title", word("Title"), help="Empty where the source is told to keep none."),
        column("url", word("Address")),
        column("project", word("Project"), help="Project, repository or area.", ruled=True),
        column("team", word("Team"), ruled=True),
        column("type", word("Type"), help="As the source calls it: Story, Bug, pull request.", ruled=True),
        column("level", word("Level"), help="“parent”, “item” or “part”: epics, what is worked on, sub-tasks."),
        column("parent", word("Parent"), help="The item id of what it is a part of."),
        column("epic", word("Epic"), help="Key of the epic above it.", ruled=True),
        column("state", word("State"), help="As the source calls it.", ruled=True),
        column("category", word("State category"), help="new, started or done, where the source says so."),
        column("resolution", word("Resolution"), ruled=True),
        column("created", word("Created"), "instant", required=True),
        column("updated", word("Updated"), "instant"),
        column("resolved", word("Resolved"), "instant", "As the source says now; episodes come from its changes."),
        column("due", word("Due"), "date"),
        column("priority", word("Priority"), ruled=True),
        column("sprint", word("Sprint"), ruled=True),
        column("points", word("Points"), "quantity"),
        column("author", word("Author"), help="An HMAC, never a name."),
        column("assignee", word("Assignee"), help="An HMAC, never a name."),
        column("blocked", word("Blocked"), "flag"),
        column("deleted", word("Deleted"), "flag", "The source has it no more."),
        column("history", word("History"), help="“whole”, “part” or “none”: whether its changes were delivered."),
        column(
            "tags", word("Labels"), "tags", "Each label with the value “yes”; fields of its own by name.", ruled=True
        ),
    ),
)

TRANSITION = FactTable(
    name="transition",
    title=word("Transition"),
    key=("item", "change", "field"),
    columns=(
        *ORIGIN,
        column("day", word("Day"), "date", "UTC day of the change.", required=True),
        column("at", word("At"), "instant", required=True),
        column("item", word("Item"), required=True),
        column("change", word("Change"), help="The source's own id of it.", required=True),
        column("sequence", word("Sequence"), "integer", "Orders changes of one instant as the source does."),
        column(
            "field",
            word("Field"),
            help="state, blocked, sprint, type, project, parent, resolution; of a pull request: commit, comment, "
            "review, ready, merge.",
            required=True,
        ),
        column("was", word("From")),
        column("now", word("To"), help="Name of the state; for a commit or a merge its hash."),
        column("was_id", word("From, by id")),
        column("now_id", word("To, by id")),
        column("actor", word("Who"), help="An HMAC, never a name."),
        column("project", word("Project"), help="Of the item.", ruled=True),
    ),
)

DEPLOYMENT = FactTable(
    name="deployment",
    title=word("Deployment"),
    key=("deployment", "commit"),
    columns=(
        *ORIGIN,
        column("day", word("Day"), "date", "UTC day on which it finished.", required=True),
        column("deployment", word("Deployment"), help="Several commits of one are one.", required=True),
        column("commit", word("Commit"), help="Its hash: what was deployed."),
        column("id", word("Id"), help="Of this commit's part of it, as the source calls it."),
        column("name", word("Name")),
        column("service", word("Service"), help="What was deployed: repository or application.", ruled=True),
        column("pipeline", word("Pipeline"), ruled=True),
        column("environment", word("Environment"), ruled=True),
        column("result", word("Result"), help="success, failure or as the source calls it.", ruled=True),
        column("kind", word("Kind"), help="planned, hotfix, rollback or revert, where its source or name says so."),
        column("started", word("Started"), "instant"),
        column("finished", word("Finished"), "instant"),
        column("before", word("Predecessor"), help="Hash that the deployment before it had, where it is said."),
        column("tags", word("Labels"), "tags", ruled=True),
    ),
)

SHIPPED = FactTable(
    name="shipped",
    title=word("Shipped commits"),
    key=("older", "newer", "commit"),
    columns=(
        *ORIGIN,
        column("day", word("Day"), "date", "Of the commit; 1 January 2000 where nobody says it.", required=True),
        column("older", word("Older version"), help="Hash; empty for a first version."),
        column("newer", word("Newer version"), help="Hash.", required=True),
        column("commit", word("Commit"), help="One that the newer holds and the older does not.", required=True),
        column("committed", word("Committed"), "instant"),
        column("service", word("Service"), ruled=True),
    ),
)

INCIDENT = FactTable(
    name="incident",
    title=word("Incident"),
    key=("incident",),
    columns=(
        *ORIGIN,
        column("day", word("Day"), "date", "UTC day on which it began.", required=True),
        column("incident", word("Incident"), required=True),
        column("key", word("Key")),
        column("title", word("Title")),
        column("url", word("Address")),
        column("service", word("Service"), ruled=True),
        column("project", word("Project"), ruled=True),
        column("severity", word("Severity"), ruled=True),
        column("began", word("Began"), "instant", required=True),
        column("restored", word("Restored"), "instant"),
        column("deployment", word("Caused by deployment"), help="Where the source links them."),
        column("commit", word("Caused by commit"), help="Where it names a root cause."),
        column("tags", word("Labels"), "tags", ruled=True),
    ),
)

FLOW_TABLES = (WORK, TRANSITION, DEPLOYMENT, SHIPPED, INCIDENT)
