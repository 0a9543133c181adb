-- What the parts of each item come to together; epic: the key of the epic above, where no parent is named.
SELECT
  source, parent, CASE WHEN parent IS NULL THEN epic END AS epic, COUNT(*) AS parts, MIN(started) AS started,
  MAX(finished) AS finished, MIN(first_finished) AS first_finished, MIN(closed) AS closed,
  COUNT(finished) AS dated, MAX(CASE WHEN closed = 1 AND outcome = 'delivered' THEN 1 ELSE 0 END) AS delivered
FROM facts
WHERE NOT COALESCE(parent, epic) IS NULL AND deleted = 0
GROUP BY source, parent, CASE WHEN parent IS NULL THEN epic END
