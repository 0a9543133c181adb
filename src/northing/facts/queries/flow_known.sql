-- What is known of some items beside their changes. The items are put into the syntax tree.
SELECT created, resolved, received, blocked, state, resolution
FROM works
ORDER BY number
