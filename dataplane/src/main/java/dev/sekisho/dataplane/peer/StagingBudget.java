package dev.sekisho.dataplane.peer;

/// How many bytes all peers of one engine together may hold in [StagedPackets]. Owner: the engine's thread.
public final class StagingBudget {
    private final long limitBytes;
    private long usedBytes;

    public StagingBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    boolean take(int bytes) {
        if (usedBytes + bytes > limitBytes) {
            return false;
        }
        usedBytes += bytes;
        return true;
    }

    void give(int bytes) {
        usedBytes -= bytes;
        assert usedBytes >= 0 : "nobody gives back more than was taken";
    }

    /// Bytes held at present; for tests.
    long usedBytes() {
        return usedBytes;
    }
}
