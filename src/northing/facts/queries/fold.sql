-- Rows added up by all that rules and readers can tell apart (folded), what rules look at, once each (kinds), with the
-- answers of all rules to it (answered), these beside the sums (marked), and what no reader asked for added up once
-- more. Columns, spans and conditions are put into the syntax tree.
WITH folded AS (
  SELECT COUNT(*) AS lines
  FROM facts
),
kinds AS (
  SELECT DISTINCT lines
  FROM folded
),
answered AS (
  SELECT *
  FROM kinds
),
marked AS (
  SELECT folded.lines
  FROM folded
  INNER JOIN answered ON TRUE
)
SELECT SUM(lines) AS lines
FROM marked
