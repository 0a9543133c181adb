-- How many items were finished, by what was asked for. Columns and bounds are put into the syntax tree.
SELECT COUNT(*) AS items
FROM facts
WHERE counts = 1 AND outcome = 'delivered'
