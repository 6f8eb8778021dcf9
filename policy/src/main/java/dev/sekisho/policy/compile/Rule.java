package dev.sekisho.policy.compile;

import dev.sekisho.policy.Grant;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.Validity;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// One grant, tied to its resource and ready for the packet path. Compared by identity; a rule lives as
/// long as its snapshot. Thread-safe.
public final class Rule {
    /// The order in which grants that hold decide: the longest prefix, listed ports before `*`, with a
    /// second factor before without, then by name.
    static final Comparator<Rule> MOST_SPECIFIC_FIRST = Comparator.comparingInt(
                    (Rule rule) -> -rule.resource.block().prefixLength())
            .thenComparing(Rule::challengePerPort)
            .thenComparing(rule -> !rule.mfa())
            .thenComparing(rule -> rule.grant.id());

    private final Grant grant;
    private final IpResource resource;
    private final @Nullable PortSet handOff;

    /// What a decision asks, beside each other: most rules around an address don't open the port, and are
    /// done with after one cache line.
    private final PortSet ports;

    private final Transport transport;
    private final boolean deny;
    private final boolean revoked;

    /// Place in [#MOST_SPECIFIC_FIRST], unique in a snapshot. Set once by the compiler, before the
    /// snapshot is seen.
    private int rank;

    /// The answer of the validity for the time around the last question. Written without order by any
    /// thread: every value is right for the span that it names.
    private Window window;

    /// @param ports the resource's; rules with equal ones share an instance, which stays in the cache
    /// @param handOff the ports whose TCP flows go to a proxy, null for none
    Rule(Grant grant, IpResource resource, PortSet ports, @Nullable PortSet handOff) {
        this.grant = grant;
        this.resource = resource;
        this.handOff = handOff;
        this.ports = ports;
        this.transport = resource.transport();
        this.deny = grant.deny();
        this.revoked = false;
        this.window = grant.validity().equals(Validity.ALWAYS) ? Window.ALWAYS : Window.at(grant.validity(), 0);
    }

    /// A rule that opens nothing, in the place of another.
    private Rule(Rule before) {
        this.grant = before.grant;
        this.resource = before.resource;
        this.handOff = null;
        this.ports = before.ports;
        this.transport = before.transport;
        this.deny = before.deny;
        this.rank = before.rank;
        this.window = before.window;
        this.revoked = true;
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
        return grant.mfa() && !deny;
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

    /// The same as if it had never been: it opens nothing, so it neither allows nor forbids.
    Rule revoked() {
        return new Rule(this);
    }

    boolean isRevoked() {
        return revoked;
    }

    boolean deny() {
        return deny;
    }

    boolean opens(int protocol, int port) {
        return !revoked && Protocols.opens(ports, transport, protocol, port);
    }

    boolean handsOff(int protocol, int port) {
        return handOff != null && protocol == Protocols.TCP && handOff.contains(port);
    }

    Window window(long epochSecond) {
        Window last = window;
        if (last.contains(epochSecond)) {
            return last;
        }
        Window next = Window.at(grant.validity(), epochSecond);
        window = next;
        return next;
    }

    /// The grant's name.
    @Override
    public String toString() {
        return grant.id().name();
    }
}
