package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.wire.TcpView;

/// Follows TCP connections as far as the checkpoint must: who has finished, whether the handshake is complete, and
/// whether a reset is one. Owner: the table's thread.
///
/// The sequence words of a flow hold what the other side has acknowledged: the next byte that it expects from the
/// device, or from the target. A reset counts only near that number, so that nobody who cannot see the connection
/// can end it. Source: RFC 9293 section 3.5.3, RFC 5961 section 3.
final class TcpTracker {
    /// What a TCP packet means for its flow.
    enum Step {
        /// The connection goes on.
        GOES_ON,
        /// The packet resets it.
        RESET,
        /// The packet asks for a new connection where an old one has ended.
        REOPENS,
        /// The packet asks for a connection the other way round, or belongs to one that has ended.
        OUT_OF_STATE,
        /// The packet is a reset out of nowhere.
        STRAY_RESET
    }

    /// How far behind the acknowledged number a reset may lie: the largest windows in use.
    private static final int RESET_WINDOW = 1 << 24;

    private final FlowRecords records;

    TcpTracker(FlowRecords records) {
        this.records = records;
    }

    /// A flow begins with this packet, which is a SYN.
    void begin(int slot, Packet packet, boolean fromDevice) {
        if (fromDevice) {
            records.deviceSequence(slot, packet.tcpSequence() + 1);
        } else {
            records.targetSequence(slot, packet.tcpSequence() + 1);
            records.state(slot, FlowFlags.TARGET_KNOWN);
        }
    }

    Step advance(int slot, Packet packet, boolean fromDevice) {
        int flags = packet.tcpFlags();
        int state = records.state(slot);
        boolean opener = fromDevice == ((records.flags(slot) & FlowFlags.FROM_NETWORK) == 0);
        boolean opening = (flags & (TcpView.SYN | TcpView.ACK)) == TcpView.SYN;
        if (opening && !opener) {
            return Step.OUT_OF_STATE; // whoever wants that needs a grant of their own
        }
        if ((state & FlowFlags.OVER) != 0) {
            return opening ? Step.REOPENS : Step.OUT_OF_STATE;
        }
        if ((flags & TcpView.RST) != 0) {
            return isNear(slot, state, packet, fromDevice) ? Step.RESET : Step.STRAY_RESET;
        }
        if (opening) {
            if ((state & FlowFlags.ANSWERED) == 0) {
                begin(slot, packet, fromDevice); // perhaps another attempt, with a number of its own
            }
            return (state & FlowFlags.BOTH_FIN) == FlowFlags.BOTH_FIN ? Step.REOPENS : Step.GOES_ON;
        }
        int next = state;
        if ((flags & TcpView.ACK) != 0) {
            if (!opener) {
                next |= FlowFlags.ANSWERED;
            } else if ((state & FlowFlags.ANSWERED) != 0) {
                next |= FlowFlags.CONFIRMED;
            }
            if (fromDevice) {
                records.targetSequence(slot, packet.tcpAcknowledgment());
                next |= FlowFlags.TARGET_KNOWN;
            } else {
                records.deviceSequence(slot, packet.tcpAcknowledgment());
            }
        }
        if ((flags & TcpView.FIN) != 0) {
            next |= fromDevice ? FlowFlags.FIN_DEVICE : FlowFlags.FIN_TARGET;
        }
        if (next != state) {
            records.state(slot, next);
        }
        return Step.GOES_ON;
    }

    /// Whether one side may have sent a segment with this sequence number, which an ICMP error quotes: the one SYN
    /// while that is all there is, later what lies near what was acknowledged. Source: RFC 5927 section 4.1.
    boolean mayHaveSent(int slot, int sequence, boolean byDevice) {
        int state = records.state(slot);
        boolean byNetwork = (records.flags(slot) & FlowFlags.FROM_NETWORK) != 0;
        boolean isOpener = byDevice != byNetwork;
        int expected = byDevice ? records.deviceSequence(slot) : records.targetSequence(slot);
        if (isOpener && (state & FlowFlags.ANSWERED) == 0) {
            return sequence == expected - 1;
        }
        boolean isKnown = isOpener || (state & FlowFlags.CONFIRMED) != 0;
        return !isKnown || Integer.compareUnsigned(sequence - expected + RESET_WINDOW, 2 * RESET_WINDOW) < 0;
    }

    /// Whether a reset comes from somebody who sees the connection.
    private boolean isNear(int slot, int state, Packet packet, boolean fromDevice) {
        boolean hasAck = (packet.tcpFlags() & TcpView.ACK) != 0;
        if (fromDevice) {
            return Integer.compareUnsigned(packet.tcpSequence() - records.deviceSequence(slot), RESET_WINDOW) < 0
                    || (state & FlowFlags.ANSWERED) == 0;
        }
        if ((state & FlowFlags.ANSWERED) == 0 && (records.flags(slot) & FlowFlags.FROM_NETWORK) == 0) {
            return hasAck && packet.tcpAcknowledgment() == records.deviceSequence(slot); // the refusal of a SYN
        }
        return (state & FlowFlags.TARGET_KNOWN) != 0
                && Integer.compareUnsigned(packet.tcpSequence() - records.targetSequence(slot), RESET_WINDOW) < 0;
    }
}
