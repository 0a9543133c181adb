-- Prices of the catalogues, the newest first.
SELECT provider, model, tokens, start, until, price, currency, condition, origin, source, scope, line, file
FROM facts
ORDER BY provider, model, tokens, start DESC, condition, currency, source, scope, line
