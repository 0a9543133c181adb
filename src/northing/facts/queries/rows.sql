-- The rows themselves, with the part of each that was asked for: parts holds, for each answer that the rules can give
-- together, whose it is.
WITH marked AS (
  SELECT *
  FROM facts
)
SELECT marked.*, parts.part
FROM marked
INNER JOIN parts ON TRUE
ORDER BY day, source, scope, line, part
