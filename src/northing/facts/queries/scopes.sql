-- What each scope of a delivery comes to. The column of amounts of the table is put into the syntax tree.
SELECT scope, currency, COUNT(*) AS lines
FROM facts
GROUP BY scope, currency
ORDER BY scope, currency
