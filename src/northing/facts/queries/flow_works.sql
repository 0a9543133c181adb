-- Work in force, each item with a number of its own within this question, from 0 on, in any order: names are slow to
-- compare.
SELECT *, ROW_NUMBER() OVER () - 1 AS number
FROM facts
