-- Rows added up by all that rules and readers can tell apart (folded), rules asked of these sums (marked), and what
-- no reader asked for added up once more. Columns, spans and conditions are put into the syntax tree.
WITH folded AS (
  SELECT COUNT(*) AS lines
  FROM facts
),
marked AS (
  SELECT lines
  FROM folded
)
SELECT SUM(lines) AS lines
FROM marked
