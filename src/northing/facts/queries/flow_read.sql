-- What was worked out before, in an order that does not depend on how. Columns and conditions are put into the tree.
SELECT *
FROM facts
ORDER BY source, item
