package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.flow.CloseReason;
import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.dataplane.flow.FlowTuple;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Deciding in the model: who asks whom, by which name a flow is known, and who may have another one.
abstract class ReferenceJudgement extends ReferenceHolds {
    /// The real one did one of several things that it may do, and does not tell which: the story ends here.
    static final class Unknowable extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final long REPLACEABLE_AFTER_NANOS = 30_000_000_000L;

    private static final long OUTAGE_NANOS = 30_000_000_000L;

    private final int capacity;
    private final Silence silence4 = new Silence();
    private final Silence silence6 = new Silence();
    Denial lastRefusal = Denial.NO_GRANT;

    ReferenceJudgement(int capacity) {
        this.capacity = capacity;
    }

    // ---- judging

    /// Whether a live flow may still carry packets of the other side, errors and pieces.
    boolean goesOn(long now, ReferenceFlow flow) {
        if (flow.isOver()) {
            return false;
        }
        if (!judge(now, flow)) {
            cut(now, flow, endOf(flow));
            return false;
        }
        return !asks(flow) || factors.isApproved(now, scope(flow));
    }

    /// Decides about a flow as if it were opened now.
    boolean judge(long now, ReferenceFlow flow) {
        ReferencePolicy.Verdict verdict = flow.fromNetwork
                ? ofSender(device(flow.device), flow.tuple(), flow.key.protocol(), second(now))
                : policy.ofUser(
                        device(flow.device).active(),
                        flow.key.destinationHigh(),
                        flow.key.destinationLow(),
                        flow.key.protocol(),
                        portOf(flow),
                        second(now));
        if (!verdict.allows() || verdict.handedOff() != flow.verdict.handedOff()) {
            lastRefusal = verdict.denial() == null ? Denial.MOVED_TO_PROXY : verdict.denial();
            return false;
        }
        flow.verdict = verdict;
        flow.policyVersion = generation;
        return true;
    }

    CloseReason endOf(ReferenceFlow flow) {
        return flow.policyVersion == generation ? CloseReason.VALIDITY_ENDED : CloseReason.REVOKED;
    }

    /// A sender is another device, or a host of a network. Nobody's device reaches nothing and is not reached.
    ReferencePolicy.Verdict ofSender(Device receiver, FlowTuple from, int protocol, long second) {
        int port = protocol == 6 || protocol == 17 ? from.destinationPort() : 0;
        Device sender = !policy.knows(receiver.active())
                ? receiver
                : devices.values().stream()
                        .filter(d -> isAddressOf(d, from.sourceHigh(), from.sourceLow()))
                        .findFirst()
                        .orElse(null);
        return sender != null
                ? policy.ofUser(sender.active(), from.destinationHigh(), from.destinationLow(), protocol, port, second)
                : policy.ofNetwork(
                        from.sourceHigh(),
                        from.sourceLow(),
                        from.destinationHigh(),
                        from.destinationLow(),
                        protocol,
                        port,
                        second);
    }

    private static boolean isAddressOf(Device device, long high, long low) {
        return World.address(device.number, true).contains(high, low)
                || World.address(device.number, false).contains(high, low);
    }

    /// The target's port by which grants go: echo goes by 0.
    static int portOf(ReferenceFlow flow) {
        boolean hasPorts = flow.key.protocol() == 6 || flow.key.protocol() == 17;
        return hasPorts ? flow.key.destinationPort() : 0;
    }

    /// The flow that an ICMP error quotes a packet of: one that its receiver may have sent.
    @Nullable
    ReferenceFlow ofQuote(Probe error, boolean toDevice) {
        FlowTuple quoted = Objects.requireNonNull(error.quoted());
        FlowTuple key = toDevice ? quoted : ReferenceFlow.reversed(quoted);
        if (quoted.protocol() != 6 && quoted.protocol() != 17) {
            ReferenceFlow own = flows.get(echo(key, quoted.sourcePort(), 0));
            return own != null ? own : flows.get(echo(key, quoted.sourcePort(), 1));
        }
        ReferenceFlow flow = flows.get(key);
        boolean forged = flow != null && flow.isTcp() && !flow.mayHaveSent(error.sequence(), toDevice);
        return forged ? null : flow;
    }

    /// What is known of one IP version: who was answered, who waits.
    private static final class Silence {
        private long answeredNanos = Long.MIN_VALUE / 2;
        private long turnNanos = Long.MIN_VALUE / 2;
        private long askedNanos = Long.MIN_VALUE / 2;
        private int asking = -1;
    }

    /// While nobody is answered and devices take turns in waiting, the network is out, and who asks tries nothing in
    /// vain.
    boolean isOutage(long now, ReferenceFlow flow) {
        Silence silence = isV4(flow) ? silence4 : silence6;
        if (silence.asking != flow.device && now - silence.askedNanos < OUTAGE_NANOS) {
            silence.turnNanos = now;
        }
        silence.asking = flow.device;
        silence.askedNanos = now;
        return now - silence.answeredNanos >= OUTAGE_NANOS && now - silence.turnNanos < OUTAGE_NANOS;
    }

    void noteAnswer(long now, ReferenceFlow flow) {
        if (!flow.fromNetwork) {
            (isV4(flow) ? silence4 : silence6).answeredNanos = now;
        }
    }

    private static boolean isV4(ReferenceFlow flow) {
        return World.isV4(flow.key.sourceHigh(), flow.key.sourceLow());
    }

    // ---- room

    /// Room for one more flow: who has less than a fair share takes it from who has most; others may only replace what
    /// they no longer use.
    boolean makeRoom(long now, Device device) {
        if (flows.size() < capacity) {
            return true;
        }
        long own = flowsOf(device).size();
        long sharers =
                flows.values().stream().mapToInt(f -> f.device).distinct().count() + (own == 0 ? 1 : 0);
        ReferenceFlow victim = nextVictim();
        boolean entitled = own < capacity / sharers;
        boolean isNext = victim != null
                && (entitled
                        ? flowsOf(device(victim.device)).size() == mostFlows()
                        : victim.device == device.number && isReplaceable(now, victim));
        if (!isNext) {
            return makeSilentRoom(now, device, entitled);
        }
        takeVictim();
        close(now, Objects.requireNonNull(victim), CloseReason.EVICTED);
        return true;
    }

    /// Without a word goes only what has ended. Nobody can see which, so it had better be one.
    private boolean makeSilentRoom(long now, Device device, boolean entitled) {
        List<ReferenceFlow> ended = flows.values().stream()
                .filter(ReferenceFlow::isOver)
                .filter(flow -> entitled
                        ? flowsOf(device(flow.device)).size() == mostFlows()
                        : flow.device == device.number && isReplaceable(now, flow))
                .toList();
        check(!entitled || !ended.isEmpty(), "a device below its fair share was refused a flow");
        if (ended.size() > 1 || (ended.size() == 1 && !entitled)) {
            throw new Unknowable();
        }
        ended.forEach(flow -> flows.remove(flow.key));
        return entitled;
    }

    private static boolean isReplaceable(long now, ReferenceFlow flow) {
        return flow.idleNanos(now) >= REPLACEABLE_AFTER_NANOS - (1 << 24);
    }

    private int mostFlows() {
        return devices.values().stream().mapToInt(d -> flowsOf(d).size()).max().orElseThrow();
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
