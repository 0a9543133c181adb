-- Changes of items that no delivery in force describes.
SELECT moves.source, moves.item, COUNT(*) AS changes
FROM moves
LEFT JOIN works ON moves.source = works.source AND moves.item = works.item
WHERE works.item IS NULL
GROUP BY moves.source, moves.item
ORDER BY moves.source, moves.item
