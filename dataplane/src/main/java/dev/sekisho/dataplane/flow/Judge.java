package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.compile.Decision;
import dev.sekisho.policy.compile.DenyReason;
import dev.sekisho.policy.compile.PolicyCompiler;
import dev.sekisho.policy.compile.PolicySnapshot;
import dev.sekisho.policy.compile.Rule;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Asks the policy in force. Owner: the checkpoint's thread; the answer of one question is overwritten by the next.
final class Judge {
    private static final PolicySnapshot NOTHING =
            PolicyCompiler.compile(new Policy(0, List.of(), List.of(), List.of(), List.of(), List.of()));

    private final Decision decision = new Decision();
    private PolicySnapshot policy = NOTHING;
    private Map<PublicKey, DeviceBinding> bindings = Map.of();
    private AllowedIps allowedIps = AllowedIps.EMPTY;
    private int generation;

    /// Puts a policy in force: what was decided before is to be decided again.
    void enforce(Enforcement next) {
        policy = next.policy();
        bindings = next.devices();
        generation++;
    }

    /// Whose an inner address is.
    void allowedIps(AllowedIps snapshot) {
        allowedIps = snapshot;
        generation++;
    }

    /// The peer that an inner address belongs to.
    @Nullable
    Peer owner(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff ? allowedIps.find4((int) low) : allowedIps.find6(high, low);
    }

    /// Grows with every policy put in force; what a flow's record notes as its policy version.
    int generation() {
        return generation;
    }

    /// Whether a device may reach a destination.
    boolean allows(DeviceState device, long high, long low, int protocol, int port, long epochSecond) {
        policy.decide(device.user(), high, low, protocol, port, epochSecond, decision);
        return decision.granted();
    }

    /// Whether a sender may reach a device. When the sender is a device itself, its user's grants decide, and its own
    /// side has asked for the second factor; else the grants of its network do. Nobody reaches nobody's device.
    boolean allowsToDevice(
            DeviceState device,
            long sourceHigh,
            long sourceLow,
            long high,
            long low,
            int protocol,
            int port,
            long epochSecond) {
        if (device.user() == DeviceState.NOBODY) {
            return allows(device, high, low, protocol, port, epochSecond);
        }
        Peer sender = owner(sourceHigh, sourceLow);
        if (sender == null) {
            policy.decideFromNetwork(sourceHigh, sourceLow, high, low, protocol, port, epochSecond, decision);
        } else {
            DeviceBinding binding = bindings.get(sender.publicKey());
            int user = binding == null ? DeviceState.NOBODY : policy.userIndex(binding.user());
            policy.decide(user, high, low, protocol, port, epochSecond, decision);
        }
        return decision.granted();
    }

    /// The rule that allowed.
    Rule rule() {
        return Objects.requireNonNull(decision.rule());
    }

    /// The rule that decided, if one did.
    @Nullable
    Rule deciding() {
        return decision.rule();
    }

    boolean handedOff() {
        return decision.handedOff();
    }

    long validUntilEpochSecond() {
        return decision.validUntilEpochSecond();
    }

    /// Why not.
    Denial denial() {
        return denial(Objects.requireNonNull(decision.denial()));
    }

    private static Denial denial(DenyReason reason) {
        return switch (reason) {
            case NO_GRANT -> Denial.NO_GRANT;
            case DENY_GRANT -> Denial.DENY_GRANT;
            case NOT_NOW -> Denial.NOT_NOW;
            case DECOY -> Denial.DECOY;
            case UNKNOWN_USER -> Denial.UNKNOWN_USER;
            case PROTOCOL -> Denial.PROTOCOL;
        };
    }
}
