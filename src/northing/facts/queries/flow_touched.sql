-- The items that some files speak of.
SELECT DISTINCT source, item
FROM facts
