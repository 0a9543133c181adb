-- The times themselves of some of these hours.
WITH times AS (
  SELECT finished - started AS took
  FROM facts
  WHERE counts = 1 AND outcome = 'delivered' AND finished >= started
)
SELECT took, COUNT(*) AS items
FROM times
GROUP BY took
ORDER BY took
