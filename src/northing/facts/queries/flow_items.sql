-- What each item comes to: what was delivered of it, and what was worked.
SELECT
  works.source, works.item, works.key, works.title, works.url, works.delivery, works.line, works.project, works.team,
  works.type, works.parent, works.epic, works.points, works.created, works.counts, works.inside, works.deleted,
  works.history, works.resolved, worked.place, worked.state, worked.started, worked.finished,
  worked.first_finished, worked.closed, worked.active, worked.blocked, worked.reopened, worked.backward,
  worked.inferred, worked.unknown, worked.blocked_now, worked.moved, worked.skew, worked.outcome
FROM worked
INNER JOIN works ON worked.number = works.number
