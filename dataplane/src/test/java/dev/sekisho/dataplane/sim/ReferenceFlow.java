package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.flow.FlowTraffic;
import dev.sekisho.dataplane.flow.FlowTuple;

/// A live flow in the model: what was decided, what was seen and how its TCP connection stands.
final class ReferenceFlow {
    /// What a packet means for its flow.
    enum Step {
        GOES_ON,
        RESET,
        STRAY_RESET,
        OUT_OF_STATE,
        REOPENS
    }

    private static final long SECOND = 1_000_000_000L;
    private static final int WINDOW = 1 << 24;

    /// The source is the device, whoever opened it.
    final FlowTuple key;

    final int device;
    final boolean fromNetwork;
    final long startedMillis;
    ReferencePolicy.Verdict verdict;
    long policyVersion;
    boolean answered;
    boolean triedInVain;
    private boolean over;
    private boolean confirmed;
    private boolean deviceFinished;
    private boolean targetFinished;
    private boolean targetKnown;
    private int expectedOfDevice;
    private int expectedOfTarget;
    private long seenNanos;
    private long bytesToTarget;
    private long packetsToTarget;
    private long bytesToDevice;
    private long packetsToDevice;

    ReferenceFlow(FlowTuple key, int device, boolean fromNetwork, long startedMillis, ReferencePolicy.Verdict verdict) {
        this.key = key;
        this.device = device;
        this.fromNetwork = fromNetwork;
        this.startedMillis = startedMillis;
        this.verdict = verdict;
    }

    boolean isTcp() {
        return key.protocol() == 6;
    }

    boolean isHalfOpen() {
        return isTcp() && !confirmed;
    }

    boolean hasFinished() {
        return deviceFinished && targetFinished;
    }

    /// The first packet.
    void begin(Probe probe) {
        if (isTcp()) {
            if (fromNetwork) {
                expectedOfTarget = probe.sequence() + 1;
                targetKnown = true;
            } else {
                expectedOfDevice = probe.sequence() + 1;
            }
        }
    }

    /// What a packet of the flow does to it. It is counted when it passes.
    Step follow(long now, Probe probe, boolean fromDevice) {
        if (over && !isTcp()) {
            return fromDevice != fromNetwork ? Step.REOPENS : Step.OUT_OF_STATE;
        }
        boolean wasFinished = hasFinished();
        Step step = isTcp() ? follow(probe, fromDevice) : Step.GOES_ON;
        if (step == Step.GOES_ON || step == Step.RESET) {
            answered |= !isTcp() && fromDevice == fromNetwork;
            seenNanos = wasFinished ? seenNanos : now; // nobody keeps a place by talking on behind the end
        }
        return step;
    }

    /// It has ended and is recorded; its place is kept for what is still on its way.
    void end(long now) {
        over = true;
        seenNanos = now;
    }

    boolean isOver() {
        return over;
    }

    void seen(long now) {
        seenNanos = now;
    }

    void count(int bytes, boolean fromDevice) {
        if (fromDevice) {
            bytesToTarget += bytes;
            packetsToTarget++;
        } else {
            bytesToDevice += bytes;
            packetsToDevice++;
        }
    }

    private Step follow(Probe probe, boolean fromDevice) {
        boolean opener = fromDevice != fromNetwork;
        boolean opening = probe.has(Probe.SYN) && !probe.has(Probe.ACK);
        if (opening && !opener) {
            return Step.OUT_OF_STATE; // that takes a grant of its own
        }
        if (over) {
            return opening ? Step.REOPENS : Step.OUT_OF_STATE;
        }
        if (probe.has(Probe.RST)) {
            return isCredible(probe, fromDevice) ? Step.RESET : Step.STRAY_RESET;
        }
        if (opening) {
            boolean wasFinished = hasFinished();
            if (!answered) {
                beginAgain(probe);
            }
            return wasFinished ? Step.REOPENS : Step.GOES_ON;
        }
        if (probe.has(Probe.ACK)) {
            confirmed |= opener && answered;
            answered |= !opener;
            if (fromDevice) {
                expectedOfTarget = probe.acknowledgment();
                targetKnown = true;
            } else {
                expectedOfDevice = probe.acknowledgment();
            }
        }
        deviceFinished |= probe.has(Probe.FIN) && fromDevice;
        targetFinished |= probe.has(Probe.FIN) && !fromDevice;
        return Step.GOES_ON;
    }

    /// Another attempt, with a number of its own.
    private void beginAgain(Probe probe) {
        if (fromNetwork) {
            deviceFinished = false;
            targetFinished = false;
        }
        begin(probe);
    }

    /// Whether a side may have sent a segment that an ICMP error quotes (RFC 5927): its SYN at first, then what is near
    /// to what the other side has acknowledged. Until the handshake is over nobody has acknowledged the answer.
    boolean mayHaveSent(int sequence, boolean byDevice) {
        int expected = byDevice ? expectedOfDevice : expectedOfTarget;
        boolean opener = byDevice != fromNetwork;
        if (opener && !answered) {
            return sequence == expected - 1;
        }
        return !(opener || confirmed)
                || Math.abs((long) (sequence - expected)) < WINDOW
                || sequence - expected == -WINDOW;
    }

    /// A reset counts when its sender sees the connection: near the sequence number that is expected, or as the answer
    /// to a SYN with the number acknowledged. A device may take back its own SYN.
    private boolean isCredible(Probe probe, boolean fromDevice) {
        if (fromDevice) {
            return !answered || isNear(probe.sequence(), expectedOfDevice);
        }
        if (!answered && !fromNetwork) {
            return probe.has(Probe.ACK) && probe.acknowledgment() == expectedOfDevice;
        }
        return targetKnown && isNear(probe.sequence(), expectedOfTarget);
    }

    private static boolean isNear(int sequence, int expected) {
        return Integer.compareUnsigned(sequence - expected, WINDOW) < 0;
    }

    int expectedOfDevice() {
        return expectedOfDevice;
    }

    int expectedOfTarget() {
        return expectedOfTarget;
    }

    /// How long it has been silent, as exactly as the table notes it.
    long idleNanos(long now) {
        return ((now >> 24) - (seenNanos >> 24)) << 24;
    }

    long idleLimitNanos() {
        return over
                ? 30 * SECOND
                : SECOND
                        * switch (key.protocol()) {
                            case 6 ->
                                !confirmed ? 30 : hasFinished() ? 30 : deviceFinished || targetFinished ? 300 : 7500;
                            case 17 -> 60;
                            default -> 30;
                        };
    }

    /// The source is who opened it.
    FlowTuple tuple() {
        boolean isEcho = key.protocol() != 6 && key.protocol() != 17;
        FlowTuple shown = fromNetwork && isEcho ? ReferenceHolds.echo(key, 0, key.sourcePort()) : key;
        return fromNetwork ? reversed(shown) : key;
    }

    static FlowTuple reversed(FlowTuple tuple) {
        return new FlowTuple(
                tuple.destinationHigh(),
                tuple.destinationLow(),
                tuple.destinationPort(),
                tuple.sourceHigh(),
                tuple.sourceLow(),
                tuple.sourcePort(),
                tuple.protocol());
    }

    FlowTraffic traffic() {
        return new FlowTraffic(bytesToTarget, packetsToTarget, bytesToDevice, packetsToDevice);
    }
}
