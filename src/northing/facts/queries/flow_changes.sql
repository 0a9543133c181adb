-- The changes of items by their number; those of an item that no delivery in force describes have none, and say whose.
SELECT
  works.number, facts.field, facts.at, facts.sequence, facts.change, facts.received, facts.was, facts.now, facts.was_id,
  facts.now_id, CASE WHEN works.number IS NULL THEN facts.source END AS source,
  CASE WHEN works.number IS NULL THEN facts.item END AS item
FROM facts
LEFT JOIN works ON facts.source = works.source AND facts.item = works.item
