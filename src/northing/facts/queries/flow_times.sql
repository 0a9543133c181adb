-- How long each item took from start to finish. Bounds are put into the syntax tree.
SELECT finished - started AS took
FROM facts
WHERE counts = 1 AND outcome = 'delivered' AND finished >= started
