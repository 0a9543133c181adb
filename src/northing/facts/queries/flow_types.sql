-- The types of the items that the policy speaks of: how many there are of each, and how many of them count.
SELECT type, COUNT(*) AS items, CAST(SUM(counts) AS BIGINT) AS counted
FROM facts
WHERE inside = 1 AND deleted = 0
GROUP BY type
ORDER BY items DESC, type
