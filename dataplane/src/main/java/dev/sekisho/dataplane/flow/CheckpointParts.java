package dev.sekisho.dataplane.flow;

/// What both sides of a [Checkpoint] work with. Owner: the checkpoint's thread.
record CheckpointParts(
        Judge judge,
        WallTime wall,
        Devices devices,
        DenialCounters denials,
        Journal journal,
        Sentry sentry,
        Flows flows,
        FragmentTable fragments,
        Approvals approvals,
        Replies replies,
        Patrol patrol) {}
