-- How many items took how long from start to finish, by whole hours. Bounds are put into the syntax tree.
WITH times AS (
  SELECT finished - started AS took
  FROM facts
  WHERE counts = 1 AND outcome = 'delivered' AND finished >= started
)
SELECT took - took % 3600000000 AS hour, COUNT(*) AS items
FROM times
GROUP BY took - took % 3600000000
ORDER BY took - took % 3600000000
