-- Work in force, each item with a number of its own within this question, from 0 on: names are slow to
-- compare. Any order will do, so none is asked for; Spark would want one to be named.
SELECT *, ROW_NUMBER() OVER () - 1 AS number
FROM facts
