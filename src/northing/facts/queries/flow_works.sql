-- Work in force, each item with a number of its own, within this question: names are slow to compare.
SELECT *, ROW_NUMBER() OVER (ORDER BY source, item) - 1 AS number
FROM facts
