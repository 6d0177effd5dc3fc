-- What convergence looks for stands in indexes that are nearly empty while all is well; what was given away and what
-- was decided is remembered. The columns after `crash_count` are functions of the record and of its desired LRP.

CREATE TABLE new_actual_lrps (
    process_guid TEXT NOT NULL,
    instance_index INTEGER NOT NULL CHECK (instance_index >= 0),
    -- 0 ordinary, 1 evacuating, 2 suspect.
    presence INTEGER NOT NULL CHECK (presence IN (0, 1, 2)),
    domain TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('UNCLAIMED', 'CLAIMED', 'RUNNING', 'CRASHED')),
    -- Who holds it; both are NULL while nobody does.
    instance_guid TEXT,
    cell_id TEXT,
    since_ns INTEGER NOT NULL,
    crash_count INTEGER NOT NULL,
    -- Whether a desired LRP wants this index.
    wanted INTEGER NOT NULL CHECK (wanted IN (0, 1)),
    -- As of when it was last desired; NULL when nobody ever desired it here.
    docker INTEGER CHECK (docker IN (0, 1)),
    -- The placement error of a refusal while it waits, otherwise empty; NULL until the row has been marked.
    refusal TEXT,
    -- `refusal` of what `diego_docker` governs, as an index finds it; NULL for the rest, and for what has crashed.
    governed TEXT,
    -- When convergence acts on it by itself; NULL for never.
    due_ns INTEGER,
    -- Its cell does not know the newest routes or metric tags.
    outdated INTEGER NOT NULL CHECK (outdated IN (0, 1)),
    -- The event that decided that it stops; NULL while it is wanted and when nobody decided it.
    stop_decision INTEGER,
    message BLOB NOT NULL,
    PRIMARY KEY (process_guid, instance_index, presence),
    CHECK ((state IN ('CLAIMED', 'RUNNING')) = (instance_guid IS NOT NULL)),
    CHECK ((instance_guid IS NULL) = (cell_id IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO new_actual_lrps (process_guid, instance_index, presence, domain, state, instance_guid, cell_id, since_ns,
    crash_count, wanted, docker, outdated, message)
SELECT a.process_guid, a.instance_index, a.presence, a.domain, a.state, a.instance_guid, a.cell_id, a.since_ns,
    a.crash_count, coalesce(a.instance_index < d.instances, 0), d.docker, 0, a.message
FROM actual_lrps AS a LEFT JOIN desired_lrps AS d ON d.process_guid = a.process_guid
ORDER BY a.process_guid, a.instance_index, a.presence;

DROP TABLE actual_lrps;
ALTER TABLE new_actual_lrps RENAME TO actual_lrps;

-- Each index that a verb touches costs it a page of the log, so there are no more than are needed for every instance:
-- one by cell, which finds an instance guid too, cell by cell, and one of what the flag governs. A domain is found by
-- reading all: there are few domains. Every index ends in the key, so that a page can go on where the one before ended.
CREATE INDEX actual_lrps_held ON actual_lrps (cell_id, instance_guid, process_guid, instance_index, presence)
    WHERE cell_id IS NOT NULL;
CREATE INDEX actual_lrps_governed ON actual_lrps (governed, process_guid, instance_index, presence)
    WHERE governed IS NOT NULL;
CREATE INDEX actual_lrps_refused ON actual_lrps (process_guid, instance_index, presence) WHERE refusal <> '';
-- Nothing refuses these any more: the same guid came back with another root file system.
CREATE INDEX actual_lrps_admitted ON actual_lrps (process_guid, instance_index, presence)
    WHERE refusal <> '' AND docker = 0;
CREATE INDEX actual_lrps_unmarked ON actual_lrps (process_guid, instance_index, presence) WHERE refusal IS NULL;
CREATE INDEX actual_lrps_displaced ON actual_lrps (process_guid, instance_index, presence) WHERE presence <> 0;
CREATE INDEX actual_lrps_decided ON actual_lrps (process_guid, instance_index, presence)
    WHERE wanted = 0 AND stop_decision IS NOT NULL;
CREATE INDEX actual_lrps_undecided ON actual_lrps (domain, process_guid, instance_index, presence, state)
    WHERE wanted = 0 AND stop_decision IS NULL;
CREATE INDEX actual_lrps_due ON actual_lrps (due_ns, process_guid, instance_index, presence)
    WHERE due_ns IS NOT NULL;
CREATE INDEX actual_lrps_waiting ON actual_lrps (since_ns, process_guid, instance_index, presence)
    WHERE state = 'UNCLAIMED' AND refusal = '';
CREATE INDEX actual_lrps_outdated ON actual_lrps (process_guid, instance_index, presence) WHERE outdated = 1;
CREATE INDEX actual_lrps_unsettled ON actual_lrps (process_guid, instance_index, presence)
    WHERE wanted = 0 OR presence <> 0 OR state = 'UNCLAIMED' OR due_ns IS NOT NULL OR outdated = 1;
CREATE INDEX actual_lrps_unknown ON actual_lrps (process_guid, instance_index, presence)
    WHERE docker IS NULL AND cell_id IS NOT NULL;

-- Wanted, and without an ordinary record.
CREATE TABLE missing_lrps (
    process_guid TEXT NOT NULL,
    instance_index INTEGER NOT NULL,
    PRIMARY KEY (process_guid, instance_index)
) STRICT, WITHOUT ROWID;

INSERT INTO missing_lrps (process_guid, instance_index)
WITH RECURSIVE desired (process_guid, instance_index, instances) AS (
    SELECT process_guid, 0, instances FROM desired_lrps WHERE instances > 0
    UNION ALL
    SELECT process_guid, instance_index + 1, instances FROM desired WHERE instance_index + 1 < instances
)
SELECT process_guid, instance_index FROM desired WHERE NOT EXISTS (
    SELECT 1 FROM actual_lrps AS a
    WHERE a.process_guid = desired.process_guid AND a.instance_index = desired.instance_index AND a.presence = 0
);

-- Instances that lost their record to another one, or with their cell: they may never hold one again.
CREATE TABLE given_away (
    instance_guid TEXT NOT NULL,
    cell_id TEXT NOT NULL,
    at_ns INTEGER NOT NULL,
    PRIMARY KEY (instance_guid, cell_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX given_away_at ON given_away (at_ns);

CREATE INDEX cells_expiry ON cells (expires_at_ns, cell_id);

-- What convergence has done, as its own JSON; the oldest go.
CREATE TABLE convergence_cycles (
    number INTEGER PRIMARY KEY NOT NULL,
    started_at_ns INTEGER NOT NULL,
    record BLOB NOT NULL
) STRICT;

-- However a desired LRP goes, its instances are wanted no more from that moment on; the verb that removes it also
-- writes down who decided that. Without a decision the brake judges them.
CREATE TRIGGER desired_lrps_gone AFTER DELETE ON desired_lrps BEGIN
    UPDATE actual_lrps SET wanted = 0, due_ns = NULL, outdated = 0 WHERE process_guid = OLD.process_guid AND wanted = 1;
    DELETE FROM missing_lrps WHERE process_guid = OLD.process_guid;
END;
