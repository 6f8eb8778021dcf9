package dev.sekisho.policy.compile;

import dev.sekisho.policy.Grant;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.PortSet;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// One grant, tied to its resource and ready for the packet path. Compared by identity; a rule may be in many
/// snapshots, one after the other. Thread-safe.
public final class Rule {
    /// The order in which grants that hold decide: the longest prefix, listed ports before `*`, with a
    /// second factor before without, then by name.
    static final Comparator<Rule> MOST_SPECIFIC_FIRST = Rule::compare;

    private final Grant grant;
    private final IpResource resource;
    private final @Nullable PortSet handOff;

    private final Timing timing;

    /// What decisions ask of it first, see [RuleBook]. Set once by the compiler, before a snapshot with it is seen;
    /// stays as long as the rule is in force, in however many snapshots.
    private long word;

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

    void word(long value) {
        word = value;
    }

    long word() {
        return word;
    }

    /// The number of the rule in the books that have it.
    int slot() {
        return (int) word;
    }

    Timing timing() {
        return timing;
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
