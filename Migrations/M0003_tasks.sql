-- Tasks: processes that run to their end, once.
--
-- `message` is the whole record as protobuf; the other columns are those that queries need, all of them functions of
-- the record, written together with it.

CREATE TABLE tasks (
    guid TEXT PRIMARY KEY NOT NULL,
    domain TEXT NOT NULL,
    -- 1 pending, 2 running, 3 completed, 4 resolving.
    state INTEGER NOT NULL CHECK (state IN (1, 2, 3, 4)),
    -- Who runs it, or did.
    cell_id TEXT,
    -- 1 when the flag `diego_docker` governs its root file system.
    docker INTEGER NOT NULL CHECK (docker IN (0, 1)),
    -- 1 when its outcome has to be sent somewhere.
    callback INTEGER NOT NULL CHECK (callback IN (0, 1)),
    -- The rejection reason of a pending task that a feature flag keeps waiting; empty for every other task.
    refusal TEXT NOT NULL,
    rejection_count INTEGER NOT NULL,
    created_at_ns INTEGER NOT NULL,
    updated_at_ns INTEGER NOT NULL,
    -- NULL until it has ended.
    completed_at_ns INTEGER,
    message BLOB NOT NULL,
    CHECK (state <> 2 OR cell_id IS NOT NULL),
    CHECK ((state IN (3, 4)) = (completed_at_ns IS NOT NULL)),
    CHECK (state = 1 OR refusal = '')
) STRICT;

CREATE INDEX tasks_domain ON tasks (domain);
CREATE INDEX tasks_cell ON tasks (cell_id) WHERE cell_id IS NOT NULL;

-- One index for each question of convergence, ordered by when it becomes due, so that a pass reads what is due and the
-- one that comes next.
CREATE INDEX tasks_expiring ON tasks (created_at_ns) WHERE state = 1;
CREATE INDEX tasks_waiting ON tasks (updated_at_ns) WHERE state = 1 AND refusal = '';
CREATE INDEX tasks_pending_docker ON tasks (refusal) WHERE state = 1 AND docker = 1;
CREATE INDEX tasks_running ON tasks (cell_id) WHERE state = 2;
CREATE INDEX tasks_running_docker ON tasks (guid) WHERE state = 2 AND docker = 1;
CREATE INDEX tasks_resolving ON tasks (updated_at_ns) WHERE state = 4;
CREATE INDEX tasks_completed ON tasks (completed_at_ns) WHERE state = 3;
CREATE INDEX tasks_undelivered ON tasks (updated_at_ns) WHERE state = 3 AND callback = 1;
