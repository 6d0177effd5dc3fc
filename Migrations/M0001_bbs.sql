-- Desired and actual state, and every change of it as a numbered event.
--
-- A row carries the columns that queries need; `message` is the whole record as protobuf, encoded once when it was
-- written, so that a list answer copies bytes. Times are nanoseconds since 1970 (`_ns`).

CREATE TABLE desired_lrps (
    process_guid TEXT PRIMARY KEY NOT NULL,
    domain TEXT NOT NULL,
    instances INTEGER NOT NULL CHECK (instances >= 0),
    -- 1 when the flag `diego_docker` governs its root file system.
    docker INTEGER NOT NULL CHECK (docker IN (0, 1)),
    message BLOB NOT NULL
) STRICT;

CREATE INDEX desired_lrps_domain ON desired_lrps (domain);
CREATE INDEX desired_lrps_docker ON desired_lrps (process_guid) WHERE docker = 1;

CREATE TABLE actual_lrps (
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
    message BLOB NOT NULL,
    PRIMARY KEY (process_guid, instance_index, presence),
    CHECK ((state IN ('CLAIMED', 'RUNNING')) = (instance_guid IS NOT NULL)),
    CHECK ((instance_guid IS NULL) = (cell_id IS NULL))
) STRICT;

CREATE INDEX actual_lrps_domain ON actual_lrps (domain);
CREATE INDEX actual_lrps_cell ON actual_lrps (cell_id) WHERE cell_id IS NOT NULL;
-- What convergence looks for on a quiet pass is rare, and so are the rows of these indexes.
CREATE INDEX actual_lrps_waiting ON actual_lrps (state, since_ns) WHERE state IN ('UNCLAIMED', 'CRASHED');
CREATE INDEX actual_lrps_presence ON actual_lrps (presence) WHERE presence <> 0;

CREATE TABLE domains (
    name TEXT PRIMARY KEY NOT NULL,
    expires_at_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cells (
    cell_id TEXT PRIMARY KEY NOT NULL,
    -- Drawn by each process of a cell, so that the goodbye of an old one does not remove the new one.
    session TEXT NOT NULL,
    -- The session that this one took over from; it may not come back.
    replaced_session TEXT,
    expires_at_ns INTEGER NOT NULL,
    message BLOB NOT NULL
) STRICT;

CREATE TABLE feature_flags (
    name TEXT PRIMARY KEY NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    custom_error_message TEXT,
    -- NULL until first changed.
    updated_at_ns INTEGER
) STRICT, WITHOUT ROWID;

INSERT INTO feature_flags (name, enabled) VALUES
    ('user_org_creation', 0),
    ('private_domain_creation', 1),
    ('app_bits_upload', 1),
    ('app_scaling', 1),
    ('route_creation', 1),
    ('service_instance_creation', 1),
    ('diego_docker', 0),
    ('diego_cnb', 0),
    ('set_roles_by_username', 1),
    ('unset_roles_by_username', 1),
    ('task_creation', 1),
    ('env_var_visibility', 1),
    ('space_scoped_private_broker_creation', 1),
    ('space_developer_env_var_visibility', 1),
    ('service_instance_sharing', 0),
    ('hide_marketplace_from_unauthenticated_users', 0),
    ('resource_matching', 1),
    ('route_sharing', 0),
    ('hash_based_routing', 0);

-- Numbered from 1 without gaps; the oldest go when there are too many, the newest always stays.
CREATE TABLE events (
    number INTEGER PRIMARY KEY NOT NULL,
    at_ns INTEGER NOT NULL,
    kind TEXT NOT NULL,
    -- The record before and after, as far as the kind has them.
    before BLOB,
    after BLOB,
    -- Who did it, where a person or program is to be named.
    by TEXT
) STRICT;

CREATE INDEX events_feature_flags ON events (number) WHERE kind = 'feature_flag_changed';

-- Apps of the Cloud Controller; `definition` is its own JSON.
CREATE TABLE apps (
    guid TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    process_guid TEXT NOT NULL,
    created_at_ns INTEGER NOT NULL,
    updated_at_ns INTEGER NOT NULL,
    definition BLOB NOT NULL
) STRICT;
