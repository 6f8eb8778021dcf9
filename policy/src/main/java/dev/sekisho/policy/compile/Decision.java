package dev.sekisho.policy.compile;

import dev.sekisho.policy.IpResource;
import org.jspecify.annotations.Nullable;

/// The answer of a [PolicySnapshot], in a register that is filled again and again so that asking makes no
/// garbage. Owner: one thread. Before the first answer it is a refusal.
public final class Decision {
    /// Worse than any rank.
    private static final int NOTHING = Integer.MAX_VALUE;

    private static final long[] NONE = {};

    private boolean granted;
    private @Nullable Rule rule;
    private @Nullable DenyReason denial;
    private @Nullable IpResource decoy;
    private boolean handedOff;
    private long validUntilEpochSecond;

    /// The question: what a rule's word must have, and the port, 0 for ping.
    private long transport;

    private int port;
    private long epochSecond;

    /// The rules that are weighed.
    private RuleBook book = RuleBook.EMPTY;

    /// Numbers of rules that don't count, a bit each; empty for none.
    private long[] revoked = NONE;

    /// The ranks of the most specific rules seen so far: one that allows, one that forbids, one that would allow at
    /// another time.
    private int allowing;

    private int forbidding;
    private int dormant;

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
        allowing = NOTHING;
        forbidding = NOTHING;
        dormant = NOTHING;
    }

    void refuse(DenyReason reason) {
        denial = reason;
    }

    void touched(IpResource resource) {
        denial = DenyReason.DECOY;
        decoy = resource;
    }

    /// Says what the rules that are weighed from now on are asked.
    ///
    /// @param rules all of them
    /// @param protocol a known one
    /// @param withdrawn numbers of rules that don't count, a bit each; empty for none
    void ask(RuleBook rules, int protocol, int destinationPort, long second, long[] withdrawn) {
        book = rules;
        revoked = withdrawn;
        transport = protocol == Protocols.TCP ? RuleBook.TCP : protocol == Protocols.UDP ? RuleBook.UDP : 0;
        port = transport == 0 ? 0 : destinationPort;
        epochSecond = second;
    }

    /// Takes into account a rule around the address, if it opens the port.
    void weigh(long word) {
        if ((word & transport) != transport || !book.ports(word).contains(port)) {
            return;
        }
        int slot = (int) word;
        if (revoked.length != 0 && (revoked[slot >>> 6] & 1L << slot) != 0) {
            return;
        }
        boolean holds = true;
        if ((word & RuleBook.TIMED) != 0) {
            Window window = book.rule(slot).window(epochSecond);
            validUntilEpochSecond = Math.min(validUntilEpochSecond, window.until());
            holds = window.holds();
        }
        int rank = book.rank(slot);
        if ((word & RuleBook.DENY) != 0) {
            forbidding = holds ? Math.min(forbidding, rank) : forbidding;
        } else if (holds) {
            allowing = Math.min(allowing, rank);
        } else {
            dormant = Math.min(dormant, rank);
        }
    }

    /// Decides among the rules that were weighed.
    void settle(int protocol) {
        if (forbidding != NOTHING) {
            rule = book.ranked(forbidding);
            denial = DenyReason.DENY_GRANT;
        } else if (allowing != NOTHING) {
            Rule best = book.ranked(allowing);
            rule = best;
            granted = true;
            denial = null;
            handedOff = best.handsOff(protocol, port);
        } else if (dormant != NOTHING) {
            rule = book.ranked(dormant);
            denial = DenyReason.NOT_NOW;
        }
    }
}
