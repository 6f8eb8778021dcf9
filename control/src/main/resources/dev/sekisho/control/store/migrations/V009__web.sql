-- Answers to requests that came with an Idempotency-Key, for a day. The identity is a hash of who asked and the key; the
-- answer is encrypted by the key itself, which is not kept.
CREATE TABLE idempotent_answer (
    id           TEXT PRIMARY KEY,
    request_hash TEXT NOT NULL,
    answer       ${bytes},
    at           BIGINT NOT NULL
);
CREATE INDEX idempotent_answer_at ON idempotent_answer (at);
