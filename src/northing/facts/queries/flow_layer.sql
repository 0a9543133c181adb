-- What was worked out before of items that nothing delivered since speaks of.
SELECT facts.*
FROM facts
LEFT JOIN touched ON facts.source = touched.source AND facts.item = touched.item
WHERE touched.item IS NULL
