package dev.sekisho.dataplane.peer;

import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.time.DeadlineQueue;
import dev.sekisho.dataplane.time.Jitter;

/// What the peers of one engine share. Owner: the engine's thread, but for `indexes`, which is thread-safe.
///
/// @param indexes where key pairs are found by index
/// @param deadlines which peer is due next
/// @param staging how much may wait for keys in all
/// @param jitter pauses that keep peers out of step
public record PeerHome(IndexTable indexes, DeadlineQueue<Peer> deadlines, StagingBudget staging, Jitter jitter) {}
