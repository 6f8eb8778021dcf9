package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.policy.compile.Rule;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The second factor at the checkpoint: asks, holds packets meanwhile, and releases or refuses them (product lines
/// A01-A09). Owner: the checkpoint's thread.
final class Approvals {
    /// Takes a held packet back to the filter.
    interface Refilter {
        void again(long nowNanos, DeviceState device, MemorySegment memory, long offset, int lengthBytes);
    }

    private static final long NANOS_PER_MILLI = 1_000_000L;

    private record Ended(Challenge<Rule> challenge, ChallengeOutcome outcome) {}

    private final Sentry sentry;
    private final Journal journal;
    private final WallTime wall;
    private final Devices devices;
    private final Replies replies;
    private final Refilter refilter;
    private final MfaSessions sessions;
    private final Challenges<Rule> challenges;
    private final HeldPackets held;
    private final PacketParser parser = new PacketParser();
    private final Packet packet = new Packet();
    private final ArrayDeque<Ended> ended = new ArrayDeque<>();
    private long nowNanos;
    private boolean settling;

    Approvals(
            CheckpointOptions options,
            Sentry sentry,
            Journal journal,
            WallTime wall,
            Devices devices,
            Replies replies,
            Refilter refilter) {
        this.sentry = sentry;
        this.journal = journal;
        this.wall = wall;
        this.devices = devices;
        this.replies = replies;
        this.refilter = refilter;
        this.sessions = new MfaSessions(MfaRules.DEFAULT, options.seed());
        this.challenges = new Challenges<>(MfaRules.DEFAULT, options.seed(), new Listener());
        this.held = new HeldPackets(options.arena());
    }

    /// Changes the rules, and withdraws challenges that `judge` no longer asks for; their packets go back to the
    /// filter.
    void enforce(long now, MfaRules rules, Judge judge) {
        sessions.rules(now, rules);
        challenges.rules(rules);
        for (Challenge<Rule> challenge : challenges.open()) {
            DeviceState device = Objects.requireNonNull(devices.get(challenge.device()));
            boolean asks = judge.allows(
                            device,
                            challenge.addressHigh(),
                            challenge.addressLow(),
                            challenge.protocol(),
                            challenge.port(),
                            wall.epochSecond(now))
                    && judge.rule().mfa();
            if (!asks) {
                challenges.cancel(now, challenge.id());
            }
        }
        settleEnded(now);
    }

    // ---- sessions

    MfaSessions sessions() {
        return sessions;
    }

    /// The fresh session that covers a packet under `rule`, or [MfaSessions#NONE].
    int find(long now, DeviceState device, Packet wanted, Rule rule) {
        return sessions.find(
                now,
                device.number(),
                wanted.destinationHigh(),
                wanted.destinationLow(),
                scopePort(rule.challengePerPort(), wanted.destinationPort()));
    }

    void touch(long now, int session) {
        if (session != MfaSessions.NONE) {
            sessions.touch(session, now);
        }
    }

    /// Whether a packet of the device may pass in a flow that needs a second factor.
    boolean mayGoOn(long now, int slot, FlowRecords records, DeviceState device) {
        return isFresh(now, slot, records, device) && sessions.touch(records.mfaSession(slot), now);
    }

    /// Whether a flow that needs a second factor has a fresh one: its own, or one given since for the same scope.
    boolean isFresh(long now, int slot, FlowRecords records, DeviceState device) {
        if (sessions.isFresh(records.mfaSession(slot), now)) {
            return true;
        }
        int port = Flows.policyPort(records.protocol(slot), records.ports(slot) & 0xffff);
        int session = sessions.find(
                now,
                device.number(),
                records.targetHigh(slot),
                records.targetLow(slot),
                scopePort((records.flags(slot) & FlowFlags.PER_PORT) != 0, port));
        records.mfaSession(slot, session);
        return session != MfaSessions.NONE;
    }

    private static int scopePort(boolean perPort, int port) {
        return perPort ? port : MfaSessions.ANY_PORT;
    }

    // ---- asking and holding

    /// Holds a packet until a second factor is given, for which it asks.
    Passage hold(long now, DeviceState device, Packet waiting, Rule rule, MemorySegment memory, long offset) {
        nowNanos = now;
        if (!journal.hasRoom()) {
            sentry.refuse(now, device, waiting, Denial.AUDIT_BACKPRESSURE, null);
            return Passage.STOP;
        }
        challenges.belongs(device.number(), Objects.requireNonNull(device.userId()));
        Challenges.Asked asked = challenges.ask(
                now,
                device.number(),
                waiting.destinationHigh(),
                waiting.destinationLow(),
                scopePort(rule.challengePerPort(), waiting.destinationPort()),
                rule,
                waiting.destinationPort(),
                waiting.protocol());
        switch (asked) {
            case OPENED -> {
                announce(now, device, challenges.current());
                keep(now, device, waiting, memory, offset);
            }
            case ALREADY_OPEN -> keep(now, device, waiting, memory, offset);
            case BACKING_OFF -> refuse(now, device, waiting, Denial.CHALLENGE_BACKING_OFF, rule, memory, offset);
            case OPEN_ELSEWHERE -> refuse(now, device, waiting, Denial.CHALLENGE_OPEN_ELSEWHERE, rule, memory, offset);
            case SILENCED -> refuse(now, device, waiting, Denial.CHALLENGES_SILENCED, rule, memory, offset);
            case TOO_MANY -> refuse(now, device, waiting, Denial.TOO_MANY_CHALLENGES, rule, memory, offset);
        }
        return Passage.STOP;
    }

    private void announce(long now, DeviceState device, Challenge<Rule> challenge) {
        journal.record(describe(now, device, challenge));
    }

    private CheckpointEvent.ChallengeNeeded describe(long now, DeviceState device, Challenge<Rule> challenge) {
        long epochMillis = wall.epochMillis(now);
        return new CheckpointEvent.ChallengeNeeded(
                epochMillis - (now - challenge.openedNanos()) / NANOS_PER_MILLI,
                challenge.id(),
                device.id(),
                Objects.requireNonNull(device.userId()),
                challenge.rule().grant().id(),
                challenge.rule().resource().id(),
                challenge.addressHigh(),
                challenge.addressLow(),
                challenge.port(),
                challenge.protocol(),
                challenge.perPort(),
                epochMillis + (challenge.deadlineNanos() - now) / NANOS_PER_MILLI);
    }

    /// Keeps the packet. The later fragments of a datagram could not follow it, so fragments are not kept: the sender
    /// repeats them, or gives up.
    private void keep(long now, DeviceState device, Packet waiting, MemorySegment memory, long offset) {
        boolean syn = waiting.kind() == Packet.Kind.TCP && (waiting.tcpFlags() & TcpView.SYN) != 0;
        HeldPackets.Held kept = waiting.isFragment()
                ? HeldPackets.Held.FULL
                : held.offer(
                        challenges.current().id(),
                        device.number(),
                        memory,
                        offset,
                        waiting.totalBytes(),
                        flow(waiting),
                        syn,
                        waiting.tcpSequence());
        if (kept == HeldPackets.Held.FULL) {
            sentry.refuse(now, device, waiting, Denial.HOLD_FULL, null);
        }
    }

    /// Tells the flows to one address apart.
    private static long flow(Packet packet) {
        long ports = (long) packet.sourcePort() << 32 | (long) packet.destinationPort() << 16 | packet.protocol();
        return (packet.sourceLow() ^ Long.rotateLeft(packet.sourceHigh(), 17)) * 0x9e37_79b9_7f4a_7c15L ^ ports;
    }

    /// Refuses a packet so that its sender knows at once. The connection that it belongs to, if there is one, ends.
    private void refuse(
            long now,
            DeviceState device,
            Packet refused,
            Denial reason,
            @Nullable Rule rule,
            MemorySegment memory,
            long offset) {
        sentry.refuse(
                now, device, refused, reason, rule == null ? null : rule.grant().id());
        if (!device.isLocked() && !replies.cutFlowOf(now, device, refused, CloseReason.MFA_ENDED)) {
            replies.refuse(now, device, refused, memory, offset);
        }
    }

    // ---- answers

    /// Takes the answer to a challenge.
    ///
    /// @return whether it was open
    boolean settle(long now, long id, boolean approved) {
        nowNanos = now;
        boolean wasOpen = challenges.settle(now, id, approved) != null;
        settleEnded(now);
        return wasOpen;
    }

    /// Ends the challenges whose time is up.
    void expire(long now) {
        nowNanos = now;
        challenges.expire(now);
        settleEnded(now);
    }

    long nextDeadlineNanos() {
        return challenges.nextDeadlineNanos();
    }

    /// What is open, as it was announced.
    List<CheckpointEvent.ChallengeNeeded> open(long now) {
        return challenges.open().stream()
                .map(challenge -> describe(now, Objects.requireNonNull(devices.get(challenge.device())), challenge))
                .toList();
    }

    /// Ends all sessions and challenges of a device and drops what it waits for.
    void end(long now, DeviceState device) {
        nowNanos = now;
        sessions.closeDevice(device.number());
        held.closeDevice(device.number());
        challenges.closeDevice(now, device.number());
        settleEnded(now);
    }

    private final class Listener implements Challenges.Listener<Rule> {
        @Override
        public void ended(Challenge<Rule> challenge, ChallengeOutcome outcome) {
            ended.add(new Ended(challenge, outcome));
        }

        @Override
        public void silenced(int number, long untilNanos) {
            DeviceState device = Objects.requireNonNull(devices.get(number));
            long epochMillis = wall.epochMillis(nowNanos);
            journal.record(new CheckpointEvent.ChallengesSilenced(
                    epochMillis,
                    device.id(),
                    device.userId(),
                    epochMillis + (untilNanos - nowNanos) / NANOS_PER_MILLI));
        }
    }

    /// Does what the end of challenges entails. What is refused here may lock its device and so end more of them.
    private void settleEnded(long now) {
        if (settling) {
            return; // whoever is at it goes on with these
        }
        settling = true;
        try {
            settleAll(now);
        } finally {
            settling = false;
        }
    }

    private void settleAll(long now) {
        for (Ended end = ended.poll(); end != null; end = ended.poll()) {
            Challenge<Rule> challenge = end.challenge();
            DeviceState device = Objects.requireNonNull(devices.get(challenge.device()));
            journal.record(new CheckpointEvent.ChallengeEnded(
                    wall.epochMillis(now), challenge.id(), device.id(), device.userId(), end.outcome()));
            switch (end.outcome()) {
                case APPROVED -> {
                    sessions.open(
                            now,
                            challenge.device(),
                            challenge.addressHigh(),
                            challenge.addressLow(),
                            challenge.scopePort());
                    takeBack(now, challenge);
                }
                case CANCELLED -> takeBack(now, challenge);
                case DENIED -> turnAway(now, challenge, Denial.CHALLENGE_DENIED);
                case EXPIRED -> turnAway(now, challenge, Denial.CHALLENGE_EXPIRED);
            }
        }
    }

    private void takeBack(long now, Challenge<Rule> challenge) {
        held.drain(challenge.id(), challenge.device(), (number, memory, offset, lengthBytes) -> {
            DeviceState device = devices.get(number);
            if (device != null) {
                refilter.again(now, device, memory, offset, lengthBytes);
            }
        });
    }

    private void turnAway(long now, Challenge<Rule> challenge, Denial reason) {
        held.drain(challenge.id(), challenge.device(), (number, memory, offset, lengthBytes) -> {
            DeviceState device = devices.get(number);
            if (device != null && parser.parse(memory, offset, lengthBytes, packet) == PacketFault.NONE) {
                refuse(now, device, packet, reason, challenge.rule(), memory, offset);
            }
        });
    }
}
