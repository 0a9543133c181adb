-- Which tags there are; their keys are read from the texts.
SELECT DISTINCT tags
FROM facts
WHERE tags IS NOT NULL
