-- What one file of facts holds, currency by currency and scope by scope. The table's day and its amounts are put into
-- the syntax tree.
SELECT currency, scope, COUNT(*) AS lines
FROM facts
GROUP BY currency, scope
