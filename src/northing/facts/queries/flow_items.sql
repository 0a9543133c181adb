-- What each item comes to: start, finish, active and blocked time, rework, and what is wrong with its data. spans: its
-- stays; works and moves as delivered; reading: last_return and blocked_waits, 0 or 1.
WITH marked AS (
  SELECT
    *, CASE WHEN phase IN ('done', 'discarded') THEN 1 ELSE 0 END AS ended,
    CASE WHEN was_phase IN ('done', 'discarded') THEN 1 ELSE 0 END AS was_ended
  FROM spans
),
returns AS (
  SELECT marked.number, MAX(marked.n) AS returned
  FROM marked
  INNER JOIN reading ON reading.last_return = 1
  WHERE marked.phase = 'backlog'
  GROUP BY marked.number
),
ends AS (
  SELECT
    marked.number,
    MIN(
      CASE
        WHEN marked.phase IN ('queue', 'active', 'wait') AND marked.n > COALESCE(returns.returned, 0) THEN marked.n
      END
    ) AS first_n,
    MAX(CASE WHEN marked.ended = 1 AND marked.was_ended = 0 THEN marked.n END) AS run_n,
    MAX(CASE WHEN marked.until IS NULL THEN marked.ended END) AS closed,
    MIN(CASE WHEN marked.ended = 1 THEN marked.n END) AS earliest,
    CAST(SUM(CASE WHEN marked.was_ended = 1 AND marked.ended = 0 AND NOT marked.phase IS NULL THEN 1 ELSE 0 END) AS BIGINT)
      AS reopened,
    CAST(
      SUM(CASE WHEN marked.place < marked.was_place AND marked.ended = 0 AND marked.was_ended = 0 THEN 1 ELSE 0 END)
      AS BIGINT
    ) AS backward,
    MIN(
      CASE
        WHEN marked.phase IS NULL AND (NOT marked.state IS NULL OR marked.until IS DISTINCT FROM marked.entered)
          THEN COALESCE(marked.state, '')
      END
    ) AS unknown
  FROM marked
  LEFT JOIN returns ON marked.number = returns.number
  GROUP BY marked.number
),
measured AS (
  SELECT
    MAX(marked.source) AS source, MAX(marked.item) AS item, MAX(ends.closed) AS closed, MAX(ends.reopened) AS reopened,
    MAX(ends.backward) AS backward, MAX(ends.unknown) AS unknown,
    MAX(CASE WHEN marked.n = ends.first_n THEN marked.entered END) AS started,
    MAX(CASE WHEN ends.closed = 1 AND marked.n = ends.run_n THEN marked.entered END) AS finished,
    MAX(CASE WHEN marked.n = ends.earliest THEN marked.entered END) AS first_finished,
    MAX(CASE WHEN marked.until IS NULL THEN marked.state END) AS state,
    MAX(CASE WHEN marked.until IS NULL THEN marked.phase END) AS phase,
    MAX(CASE WHEN marked.until IS NULL THEN marked.place END) AS place,
    MAX(marked.origin) AS origin,
    CAST(
      SUM(
        CASE
          WHEN marked.phase = 'active' AND marked.n >= ends.first_n AND (ends.closed = 0 OR marked.n < ends.run_n)
            THEN COALESCE(marked.until, marked.known) - marked.entered - marked.blocked * reading.blocked_waits
          ELSE 0
        END
      ) AS BIGINT
    ) AS active,
    CAST(
      SUM(
        CASE
          WHEN marked.n >= ends.first_n AND (ends.closed = 0 OR marked.n < ends.run_n) THEN marked.blocked
          ELSE 0
        END
      ) AS BIGINT
    ) AS blocked
  FROM marked
  INNER JOIN ends ON marked.number = ends.number
  INNER JOIN reading ON TRUE
  GROUP BY marked.number
),
placed AS (
  SELECT
    moves.*, works.horizon, works.created,
    CASE WHEN works.horizon IS NULL OR moves.at <= works.horizon THEN 1 ELSE 0 END AS past,
    ROW_NUMBER() OVER (
      PARTITION BY moves.source, moves.item, moves.field,
      CASE WHEN works.horizon IS NULL OR moves.at <= works.horizon THEN 1 ELSE 0 END
      ORDER BY moves.at DESC, moves.sequence DESC, moves.change DESC
    ) AS from_last,
    ROW_NUMBER() OVER (
      PARTITION BY moves.source, moves.item, moves.field,
      CASE WHEN works.horizon IS NULL OR moves.at <= works.horizon THEN 1 ELSE 0 END
      ORDER BY moves.at, moves.sequence, moves.change
    ) AS from_first
  FROM moves
  INNER JOIN works ON moves.source = works.source AND moves.item = works.item
  WHERE moves.field IN ('blocked', 'resolution', 'project')
),
told AS (
  SELECT
    source, item,
    MAX(CASE WHEN field = 'project' AND past = 1 THEN 1 ELSE 0 END) AS moved,
    MAX(CASE WHEN field = 'blocked' AND past = 1 THEN 1 ELSE 0 END) AS flagged,
    MAX(CASE WHEN field = 'blocked' AND past = 1 AND from_last = 1 THEN LOWER(now) END) AS flag,
    MAX(CASE WHEN field = 'resolution' AND past = 1 THEN 1 ELSE 0 END) AS resolved_before,
    MAX(CASE WHEN field = 'resolution' AND past = 0 THEN 1 ELSE 0 END) AS resolved_after,
    MAX(CASE WHEN field = 'resolution' AND past = 1 AND from_last = 1 THEN now END) AS resolution_before,
    MAX(CASE WHEN field = 'resolution' AND past = 0 AND from_first = 1 THEN was END) AS resolution_after
  FROM placed
  GROUP BY source, item
),
seen AS (
  SELECT source, item, MIN(at) AS first_at, MAX(at - received) AS ahead
  FROM moves
  GROUP BY source, item
),
determined AS (
  SELECT
    works.source, works.item, works.key, works.title, works.url, works.delivery, works.line, works.project, works.team,
    works.type, works.parent, works.epic, works.points, works.created, works.counts, works.inside, works.deleted,
    works.history, works.resolved, measured.state, measured.phase, measured.place, measured.started,
    CASE
      WHEN measured.origin = 'inferred' AND measured.closed = 1 THEN works.resolved
      ELSE measured.finished
    END AS finished,
    CASE WHEN measured.origin = 'inferred' AND measured.closed = 1 THEN works.resolved ELSE measured.first_finished END
      AS first_finished,
    measured.closed, measured.active, measured.blocked, measured.reopened, measured.backward, measured.origin,
    measured.unknown,
    CASE
      WHEN works.horizon IS NULL OR told.item IS NULL THEN works.resolution
      WHEN told.resolved_before = 1 THEN told.resolution_before
      WHEN told.resolved_after = 1 THEN told.resolution_after
      ELSE works.resolution
    END AS resolution,
    CASE
      WHEN told.flagged = 1 THEN CASE WHEN told.flag IS NULL OR told.flag IN ('no', 'false', '0') THEN 0 ELSE 1 END
      WHEN works.blocked = 1 THEN 1
      ELSE 0
    END AS blocked_now,
    COALESCE(told.moved, 0) AS moved,
    CASE
      WHEN seen.first_at < works.created THEN 'before'
      WHEN seen.ahead > 0 OR works.created > works.received THEN 'after'
    END AS skew
  FROM works
  INNER JOIN measured ON works.source = measured.source AND works.item = measured.item
  LEFT JOIN told ON works.source = told.source AND works.item = told.item
  LEFT JOIN seen ON works.source = seen.source AND works.item = seen.item
)
SELECT
  determined.*,
  CASE
    WHEN closed = 0 THEN 'open'
    WHEN phase = 'discarded' OR LOWER(resolution) IN ('') THEN 'discarded'
    ELSE 'delivered'
  END AS outcome
FROM determined
