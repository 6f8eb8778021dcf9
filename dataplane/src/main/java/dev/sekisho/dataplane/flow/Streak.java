package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.wire.TcpView;

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
    private boolean handedOff;
    private int protocol;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int ports;

    /// A packet of the flow in `flowSlot` has passed; the next may be of the same.
    void begin(long now, int sender, PlainHeader header, int flowSlot, boolean toHandOff) {
        device = sender;
        nowNanos = now;
        slot = flowSlot;
        handedOff = toHandOff;
        protocol = header.protocol;
        sourceHigh = header.sourceHigh;
        sourceLow = header.sourceLow;
        destinationHigh = header.destinationHigh;
        destinationLow = header.destinationLow;
        ports = header.ports;
    }

    /// Something else has happened.
    void end() {
        device = NOBODY;
    }

    /// Whether there may be one more packet of the flow.
    boolean isOn(long now, int sender) {
        return device == sender && now == nowNanos;
    }

    /// Whether a plain packet goes on with the flow.
    boolean goesOn(PlainHeader header) {
        return header.ports == ports
                && header.protocol == protocol
                && header.sourceLow == sourceLow
                && header.destinationLow == destinationLow
                && header.sourceHigh == sourceHigh
                && header.destinationHigh == destinationHigh;
    }

    /// Where the flow is in the table.
    int slot() {
        return slot;
    }

    Passage passage() {
        return handedOff ? Passage.HAND_OFF : Passage.PASS;
    }

    boolean isTcp() {
        return protocol == TcpView.PROTOCOL;
    }
}
