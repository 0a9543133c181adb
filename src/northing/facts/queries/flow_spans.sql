-- The stays of each item in its states, end to end from its creation on. works: one row an item; moves: its changes;
-- states: what names mean. Instants are whole microseconds; works.horizon is the instant asked for, or empty.
-- number: an item's own, within this question, for names are slow to compare.
WITH numbered AS (
  SELECT *, ROW_NUMBER() OVER (ORDER BY source, item) AS number
  FROM works
),
changes AS (
  SELECT
    numbered.number, numbered.created, numbered.horizon, moves.at, moves.sequence, moves.change, moves.field, moves.was,
    moves.now, moves.was_id, moves.now_id
  FROM moves
  INNER JOIN numbered ON moves.source = numbered.source AND moves.item = numbered.item
),
ordered AS (
  SELECT
    number, at, was, was_id, now, now_id, horizon,
    ROW_NUMBER() OVER (PARTITION BY number ORDER BY at, sequence, change) AS n,
    LAG(now) OVER (PARTITION BY number ORDER BY at, sequence, change) AS before,
    LAG(now_id) OVER (PARTITION BY number ORDER BY at, sequence, change) AS before_id
  FROM changes
  WHERE field = 'state'
),
entries AS (
  SELECT
    numbered.number, 0 AS n, numbered.created AS entered,
    CASE WHEN ordered.number IS NULL THEN numbered.state ELSE ordered.was END AS state, ordered.was_id AS state_id,
    CASE WHEN ordered.number IS NULL THEN 'inferred' ELSE 'recorded' END AS origin,
    CAST(NULL AS VARCHAR) AS before, CAST(NULL AS VARCHAR) AS before_id
  FROM numbered
  LEFT JOIN ordered ON numbered.number = ordered.number AND ordered.n = 1
  -- Where the first change says no state before it, the first stay has none: its length is what nobody knows.
  UNION ALL
  SELECT
    number, n, at AS entered, now AS state, now_id AS state_id, 'recorded' AS origin,
    CASE WHEN n = 1 THEN was ELSE before END AS before, CASE WHEN n = 1 THEN was_id ELSE before_id END AS before_id
  FROM ordered
  WHERE horizon IS NULL OR at <= horizon
),
meant AS (
  SELECT
    entries.number, entries.n, entries.entered, entries.origin,
    COALESCE(named.called, numbered.called, entries.state, entries.state_id) AS state,
    COALESCE(named.phase, numbered.phase) AS phase, COALESCE(named.place, numbered.place) AS place,
    COALESCE(named_before.called, numbered_before.called, entries.before, entries.before_id) AS was
  FROM entries
  LEFT JOIN states AS named ON LOWER(entries.state) = named.name
  LEFT JOIN states AS numbered ON LOWER(entries.state_id) = numbered.name
  LEFT JOIN states AS named_before ON LOWER(entries.before) = named_before.name
  LEFT JOIN states AS numbered_before ON LOWER(entries.before_id) = numbered_before.name
),
-- A state that is only called otherwise is no move.
stays AS (
  SELECT
    number, state, phase, place, entered, origin,
    ROW_NUMBER() OVER (PARTITION BY number ORDER BY n) AS n,
    LEAD(entered) OVER (PARTITION BY number ORDER BY n) AS until,
    LAG(phase) OVER (PARTITION BY number ORDER BY n) AS was_phase,
    LAG(place) OVER (PARTITION BY number ORDER BY n) AS was_place
  FROM meant
  WHERE n = 0 OR state IS DISTINCT FROM was
),
flags AS (
  SELECT
    number, created, at, was, now,
    ROW_NUMBER() OVER (PARTITION BY number ORDER BY at, sequence, change) AS n,
    LEAD(at) OVER (PARTITION BY number ORDER BY at, sequence, change) AS until
  FROM changes
  WHERE field = 'blocked' AND (horizon IS NULL OR at <= horizon)
),
blocks AS (
  SELECT number, at AS since, until
  FROM flags
  WHERE NOT now IS NULL AND NOT LOWER(now) IN ('no', 'false', '0')
  UNION ALL
  SELECT number, created AS since, at AS until
  FROM flags
  WHERE n = 1 AND NOT was IS NULL AND NOT LOWER(was) IN ('no', 'false', '0')
),
lasts AS (
  SELECT number, MAX(at) AS last
  FROM changes
  WHERE horizon IS NULL OR at <= horizon
  GROUP BY number
),
known AS (
  SELECT
    numbered.number, numbered.source, numbered.item,
    CASE
      WHEN NOT numbered.horizon IS NULL THEN numbered.horizon
      WHEN lasts.last > numbered.created THEN lasts.last
      ELSE numbered.created
    END AS known
  FROM numbered
  LEFT JOIN lasts ON numbered.number = lasts.number
),
cut AS (
  SELECT
    stays.number, stays.n,
    CASE WHEN blocks.since > stays.entered THEN blocks.since ELSE stays.entered END AS since,
    CASE
      WHEN COALESCE(blocks.until, known.known) < COALESCE(stays.until, known.known)
        THEN COALESCE(blocks.until, known.known)
      ELSE COALESCE(stays.until, known.known)
    END AS until
  FROM stays
  INNER JOIN blocks ON stays.number = blocks.number
  INNER JOIN known ON stays.number = known.number
),
overlaps AS (
  SELECT number, n, CAST(SUM(until - since) AS BIGINT) AS blocked
  FROM cut
  WHERE until > since
  GROUP BY number, n
)
SELECT
  known.source, known.item, stays.n, stays.state, stays.phase, stays.place, stays.entered, stays.until, stays.origin,
  stays.was_phase, stays.was_place, COALESCE(overlaps.blocked, 0) AS blocked, known.known, stays.number
FROM stays
INNER JOIN known ON stays.number = known.number
LEFT JOIN overlaps ON stays.number = overlaps.number AND stays.n = overlaps.n
