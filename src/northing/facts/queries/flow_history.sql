-- The changes of some items, each item's in their order. The items are put into the syntax tree.
SELECT number, field, at, received, was, now, was_id, now_id
FROM changes
ORDER BY number, at, sequence, change
