package dev.sekisho.policy.compile;

import dev.sekisho.policy.Grant;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.PortSet;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// One grant, tied to its resource and ready for the packet path. Compared by identity; a rule lives as
/// long as its snapshot. Thread-safe.
public final class Rule {
    /// The order in which grants that hold decide: the longest prefix, listed ports before `*`, with a
    /// second factor before without, then by name.
    static final Comparator<Rule> MOST_SPECIFIC_FIRST = Rule::compare;

    private final Grant grant;
    private final IpResource resource;
    private final @Nullable PortSet handOff;

    private final Timing timing;

    /// Place in [#MOST_SPECIFIC_FIRST], unique in a snapshot. Set once by the compiler, before the
    /// snapshot is seen.
    private int rank;

    /// @param handOff the ports whose TCP flows go to a proxy, null for none
    /// @param timing the grant's validity
    Rule(Grant grant, IpResource resource, @Nullable PortSet handOff, Timing timing) {
        this.grant = grant;
        this.resource = resource;
        this.handOff = handOff;
        this.timing = timing;
    }

    private static int compare(Rule a, Rule b) {
        int byResource = a.generality() - b.generality();
        return byResource == 0 ? a.grant.id().compareTo(b.grant.id()) : byResource;
    }

    /// What is asked before names are, in one number.
    private int generality() {
        return -4 * resource.block().prefixLength() + (challengePerPort() ? 2 : 0) + (mfa() ? 0 : 1);
    }

    /// The grant that was compiled.
    public Grant grant() {
        return grant;
    }

    /// What it is about.
    public IpResource resource() {
        return resource;
    }

    /// Whether it allows only after a second factor; never when it forbids.
    public boolean mfa() {
        return grant.mfa() && !grant.deny();
    }

    /// The scope of a challenge (product lines A03, A04): true = each address and port has its own,
    /// because the resource opens every port; false = one for all its ports of an address.
    public boolean challengePerPort() {
        return resource.ports().isAll();
    }

    void rank(int place) {
        rank = place;
    }

    int rank() {
        return rank;
    }

    boolean isTimed() {
        return timing != Timing.ALWAYS;
    }

    boolean handsOff(int protocol, int port) {
        return handOff != null && protocol == Protocols.TCP && handOff.contains(port);
    }

    Window window(long epochSecond) {
        return timing.window(epochSecond);
    }

    /// The grant's name.
    @Override
    public String toString() {
        return grant.id().name();
    }
}
