package dev.sekisho.policy.compile;

import dev.sekisho.policy.IpResource;
import org.jspecify.annotations.Nullable;

/// The answer of a [PolicySnapshot], in a register that is filled again and again so that asking makes no
/// garbage. Owner: one thread. Before the first answer it is a refusal.
public final class Decision {
    private boolean granted;
    private @Nullable Rule rule;
    private @Nullable DenyReason denial;
    private @Nullable IpResource decoy;
    private boolean handedOff;
    private long validUntilEpochSecond;

    /// The most specific rules seen so far: one that allows, one that forbids, one that would allow at
    /// another time.
    private @Nullable Rule allowing;

    private @Nullable Rule forbidding;
    private @Nullable Rule dormant;

    /// A refusal that waits to be filled.
    public Decision() {
        clear();
    }

    /// Whether the packet may pass; if [#rule] asks for a second factor, only after that.
    public boolean granted() {
        return granted;
    }

    /// The rule that decided: the one that allows, forbids ([DenyReason#DENY_GRANT]) or would allow at
    /// another time ([DenyReason#NOT_NOW]); null when none matched.
    public @Nullable Rule rule() {
        return rule;
    }

    /// Why it may not pass; null when it may.
    public @Nullable DenyReason denial() {
        return denial;
    }

    /// The decoy that was touched; null unless [#denial] is [DenyReason#DECOY].
    public @Nullable IpResource decoy() {
        return decoy;
    }

    /// Whether the flow goes to a proxy instead of the target; only when granted, only TCP.
    public boolean handedOff() {
        return handedOff;
    }

    /// The first second at which the same question may have another answer; until then, with the same
    /// snapshot, it has this one. `Long.MAX_VALUE` = never.
    public long validUntilEpochSecond() {
        return validUntilEpochSecond;
    }

    void clear() {
        granted = false;
        rule = null;
        denial = DenyReason.NO_GRANT;
        decoy = null;
        handedOff = false;
        validUntilEpochSecond = Long.MAX_VALUE;
        allowing = null;
        forbidding = null;
        dormant = null;
    }

    void refuse(DenyReason reason) {
        denial = reason;
    }

    void touched(IpResource resource) {
        denial = DenyReason.DECOY;
        decoy = resource;
    }

    /// Takes into account a rule that opens the address and the port.
    void weigh(Rule candidate, long epochSecond) {
        Window window = candidate.window(epochSecond);
        validUntilEpochSecond = Math.min(validUntilEpochSecond, window.until());
        if (candidate.deny()) {
            if (window.holds()) {
                forbidding = first(forbidding, candidate);
            }
        } else if (window.holds()) {
            allowing = first(allowing, candidate);
        } else {
            dormant = first(dormant, candidate);
        }
    }

    private static Rule first(@Nullable Rule best, Rule candidate) {
        return best == null || candidate.rank() < best.rank() ? candidate : best;
    }

    /// Decides among the rules that were weighed.
    void settle(int protocol, int port) {
        if (forbidding != null) {
            rule = forbidding;
            denial = DenyReason.DENY_GRANT;
        } else if (allowing != null) {
            rule = allowing;
            granted = true;
            denial = null;
            handedOff = allowing.handsOff(protocol, port);
        } else if (dormant != null) {
            rule = dormant;
            denial = DenyReason.NOT_NOW;
        }
    }
}
