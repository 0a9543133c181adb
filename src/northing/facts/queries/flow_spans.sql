-- The stays of each item in its states, end to end from its creation on. place: the rank of a state; state: the name of
-- one that the policy does not know. Instants are whole microseconds.
SELECT
  works.source, works.item, worked.n, worked.place, worked.state, worked.entered, worked.until, worked.inferred,
  worked.blocked
FROM worked
INNER JOIN works ON worked.number = works.number
