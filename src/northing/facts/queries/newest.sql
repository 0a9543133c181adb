-- Of rows of one source that share the table's key, the one received last. The key is put into the syntax tree.
WITH placed AS (
  SELECT facts.*, received.place, received.received, received.delivery
  FROM facts
  INNER JOIN received ON facts.file = received.file
),
ranked AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY source ORDER BY place DESC, line DESC, scope DESC, file DESC) AS newest
  FROM placed
)
SELECT *
FROM ranked
WHERE newest = 1
