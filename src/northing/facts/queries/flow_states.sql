-- The states that the items which the policy speaks of were in: how many ever were, how many are now,
-- when one came in last, and the sum of the steps at which they came there first.
WITH stays AS (
  SELECT
    spans.source, spans.item, spans.state, spans.place, MAX(spans.entered) AS entered, MIN(spans.n) AS n,
    MAX(CASE WHEN spans.until IS NULL THEN 1 ELSE 0 END) AS now_there
  FROM spans
  INNER JOIN items ON spans.source = items.source AND spans.item = items.item
  WHERE items.inside = 1 AND items.deleted = 0 AND NOT (spans.state IS NULL AND spans.place IS NULL)
  GROUP BY spans.source, spans.item, spans.state, spans.place
)
SELECT
  state, place, COUNT(*) AS items, CAST(SUM(now_there) AS BIGINT) AS now_there, MAX(entered) AS entered,
  CAST(SUM(n) AS BIGINT) AS steps
FROM stays
GROUP BY state, place
ORDER BY place, state
