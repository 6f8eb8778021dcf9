-- How much of the flow log each node keeps. One row, from the first change on; before, the defaults hold.
CREATE TABLE flow_log_settings (
    id         INTEGER PRIMARY KEY,
    days       INTEGER NOT NULL,
    max_bytes  BIGINT NOT NULL,
    version    BIGINT NOT NULL
);
