-- The cell's own file: what it keeps room for, how far each container has come, and what crashed last.

CREATE TABLE containers (
    id TEXT NOT NULL PRIMARY KEY,
    process_guid TEXT NOT NULL,
    process_index INTEGER NOT NULL,
    domain TEXT NOT NULL,
    memory_mb INTEGER NOT NULL,
    disk_mb INTEGER NOT NULL,
    max_pids INTEGER NOT NULL,
    rootfs TEXT NOT NULL,
    -- JSON arrays of text.
    placement_tags TEXT NOT NULL,
    volume_drivers TEXT NOT NULL,
    -- The host's user id that stands for root inside.
    first_id INTEGER NOT NULL UNIQUE,
    allocated_at_ns INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('reserved', 'initializing', 'created', 'running', 'completed')),
    stop_requested INTEGER NOT NULL,
    routable INTEGER NOT NULL,
    -- The BBS message without the image's password; from initializing until completed.
    desired BLOB,
    -- The BBS message; created and running.
    net_info BLOB,
    -- Completed only.
    failed INTEGER,
    reason TEXT,
    retryable INTEGER,
    CHECK ((desired IS NOT NULL) = (state IN ('initializing', 'created', 'running'))),
    CHECK ((net_info IS NOT NULL) = (state IN ('created', 'running'))),
    CHECK ((failed IS NOT NULL) = (state = 'completed'))
) STRICT;

-- The steps of action trees that have begun, so that the next life of the agent takes them up instead of repeating
-- them. A step's name is its place in the tree, and the id of its process.
CREATE TABLE steps (
    container TEXT NOT NULL REFERENCES containers (id) ON DELETE CASCADE,
    step TEXT NOT NULL,
    begun_at_ns INTEGER NOT NULL,
    -- The process has been seen to exist.
    started INTEGER NOT NULL DEFAULT 0,
    -- Set when the process has ended.
    exit_status INTEGER,
    out_of_memory INTEGER,
    PRIMARY KEY (container, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE crashes (
    number INTEGER NOT NULL PRIMARY KEY,
    process_guid TEXT NOT NULL,
    process_index INTEGER NOT NULL,
    domain TEXT NOT NULL,
    instance_guid TEXT NOT NULL,
    at_ns INTEGER NOT NULL,
    cause TEXT NOT NULL,
    cause_number INTEGER,
    reason TEXT NOT NULL,
    -- A JSON array of text, oldest first.
    last_output TEXT NOT NULL,
    memory_peak_bytes INTEGER
) STRICT;
