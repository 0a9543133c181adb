-- The stays that were worked out before, by item. Of each item's first row alone it is said whose they are.
SELECT
  CASE WHEN facts.n = 1 THEN facts.source END AS source, CASE WHEN facts.n = 1 THEN facts.item END AS item,
  facts.n, facts.place, facts.state, facts.entered, facts.until, facts.inferred, facts.blocked
FROM facts
ORDER BY facts.source, facts.item, facts.n
