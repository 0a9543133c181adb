-- The stays of each item in its states, end to end from its creation on. works: one row an item; moves: its changes;
-- states: what names mean. Instants are whole microseconds; works.horizon is the instant asked for, or empty.
WITH changes AS (
  SELECT works.created, works.horizon, moves.*
  FROM moves
  INNER JOIN works ON moves.source = works.source AND moves.item = works.item
),
ordered AS (
  SELECT
    source, item, at, was, was_id, now, now_id, horizon,
    ROW_NUMBER() OVER (PARTITION BY source, item ORDER BY at, sequence, change) AS n
  FROM changes
  WHERE field = 'state'
),
entries AS (
  SELECT
    works.source, works.item, 0 AS n, works.created AS entered,
    CASE WHEN ordered.item IS NULL THEN works.state ELSE ordered.was END AS state, ordered.was_id AS state_id,
    CASE WHEN ordered.item IS NULL THEN 'inferred' ELSE 'recorded' END AS origin
  FROM works
  LEFT JOIN ordered ON works.source = ordered.source AND works.item = ordered.item AND ordered.n = 1
  -- Where the first change says no state before it, the first stay has none: its length is what nobody knows.
  UNION ALL
  SELECT source, item, n, at AS entered, now AS state, now_id AS state_id, 'recorded' AS origin
  FROM ordered
  WHERE horizon IS NULL OR at <= horizon
),
meant AS (
  SELECT
    entries.source, entries.item, entries.n, entries.entered, entries.origin,
    COALESCE(named.called, numbered.called, entries.state, entries.state_id) AS state,
    COALESCE(named.phase, numbered.phase) AS phase, COALESCE(named.place, numbered.place) AS place
  FROM entries
  LEFT JOIN states AS named ON LOWER(entries.state) = named.name
  LEFT JOIN states AS numbered ON LOWER(entries.state_id) = numbered.name
),
beside AS (
  SELECT
    *, LAG(n) OVER (PARTITION BY source, item ORDER BY n) AS before,
    LAG(state) OVER (PARTITION BY source, item ORDER BY n) AS was
  FROM meant
),
-- A state that is only called otherwise is no move.
stays AS (
  SELECT
    source, item, state, phase, place, entered, origin,
    ROW_NUMBER() OVER (PARTITION BY source, item ORDER BY n) AS n,
    LEAD(entered) OVER (PARTITION BY source, item ORDER BY n) AS until
  FROM beside
  WHERE before IS NULL OR state IS DISTINCT FROM was
),
flags AS (
  SELECT
    source, item, created, at, was, now,
    ROW_NUMBER() OVER (PARTITION BY source, item ORDER BY at, sequence, change) AS n,
    LEAD(at) OVER (PARTITION BY source, item ORDER BY at, sequence, change) AS until
  FROM changes
  WHERE field = 'blocked' AND (horizon IS NULL OR at <= horizon)
),
blocks AS (
  SELECT source, item, at AS since, until
  FROM flags
  WHERE NOT now IS NULL AND NOT LOWER(now) IN ('no', 'false', '0')
  UNION ALL
  SELECT source, item, created AS since, at AS until
  FROM flags
  WHERE n = 1 AND NOT was IS NULL AND NOT LOWER(was) IN ('no', 'false', '0')
),
lasts AS (
  SELECT source, item, MAX(at) AS last
  FROM changes
  WHERE horizon IS NULL OR at <= horizon
  GROUP BY source, item
),
known AS (
  SELECT
    works.source, works.item,
    CASE
      WHEN NOT works.horizon IS NULL THEN works.horizon
      WHEN lasts.last > works.created THEN lasts.last
      ELSE works.created
    END AS known
  FROM works
  LEFT JOIN lasts ON works.source = lasts.source AND works.item = lasts.item
),
cut AS (
  SELECT
    stays.source, stays.item, stays.n,
    CASE WHEN blocks.since > stays.entered THEN blocks.since ELSE stays.entered END AS since,
    CASE
      WHEN COALESCE(blocks.until, known.known) < COALESCE(stays.until, known.known)
        THEN COALESCE(blocks.until, known.known)
      ELSE COALESCE(stays.until, known.known)
    END AS until
  FROM stays
  INNER JOIN blocks ON stays.source = blocks.source AND stays.item = blocks.item
  INNER JOIN known ON stays.source = known.source AND stays.item = known.item
),
overlaps AS (
  SELECT source, item, n, CAST(SUM(until - since) AS BIGINT) AS blocked
  FROM cut
  WHERE until > since
  GROUP BY source, item, n
)
SELECT
  stays.source, stays.item, stays.n, stays.state, stays.phase, stays.place, stays.entered, stays.until, stays.origin,
  COALESCE(overlaps.blocked, 0) AS blocked, known.known
FROM stays
INNER JOIN known ON stays.source = known.source AND stays.item = known.item
LEFT JOIN overlaps ON stays.source = overlaps.source AND stays.item = overlaps.item AND stays.n = overlaps.n
