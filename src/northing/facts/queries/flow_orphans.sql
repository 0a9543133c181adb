-- Changes of items that no delivery in force describes.
SELECT source, item, COUNT(*) AS changes
FROM changes
WHERE number IS NULL
GROUP BY source, item
