package dev.sekisho.dataplane.flow;

/// Packets of one flow that follow each other in one batch: what was decided for the first holds for them. Owner: the
/// checkpoint's thread.
///
/// A batch is what comes at one time: nothing can begin, end or change between its packets but by another packet, a
/// command or a timer, and each of those [#end]s the streak. It goes on with plain packets ([PlainHeader]).
final class Streak {
    /// No device has this number.
    private static final int NOBODY = -1;

    private int device = NOBODY;
    private long nowNanos;
    private int slot;
    private Passage passage = Passage.STOP;

    /// A packet of the flow in `flowSlot` has passed; the next may be of the same.
    void begin(long now, int sender, int flowSlot, Passage decided) {
        device = sender;
        nowNanos = now;
        slot = flowSlot;
        passage = decided;
    }

    /// Something else has happened.
    void end() {
        device = NOBODY;
    }

    /// Whether there may be one more packet of the flow.
    boolean isOn(long now, int sender) {
        return device == sender && now == nowNanos;
    }

    /// Where the flow is in the table.
    int slot() {
        return slot;
    }

    Passage passage() {
        return passage;
    }
}
