-- When a fence may go: when the cell that it keeps out has been there for long enough to have spoken of all it holds.

-- Since when the present process of the cell has been registered without a break; NULL is not known, and not long.
ALTER TABLE cells ADD COLUMN since_ns INTEGER;

-- When to look whether the fence is still needed.
ALTER TABLE given_away ADD COLUMN look_ns INTEGER NOT NULL DEFAULT 0;

-- A week after it was raised, as for new ones.
UPDATE given_away SET look_ns = at_ns + 604800000000000;

DROP INDEX given_away_at;
CREATE INDEX given_away_look ON given_away (look_ns);
