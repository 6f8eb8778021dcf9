package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A policy, compiled: who may reach what, now. Immutable and thread-safe; a decision allocates nothing.
/// It costs one probe of a hash table per prefix length that roles are granted, one per prefix length that the user is
/// granted themself, and for each of the few blocks that do lie around the destination at most one probe per role of
/// the user. What other users are granted is kept apart from that, and what other roles are granted is not looked at.
///
/// How it decides:
///
/// 1. Only TCP, UDP and the ICMP echo of the address's family can be granted ([DenyReason#PROTOCOL]). TCP
///    and UDP port 0 is never open: in a [dev.sekisho.policy.PortSet] 0 means ping.
/// 2. A decoy refuses everybody ([DenyReason#DECOY]) but users with [Permission#IP_SCAN].
/// 3. A grant that forbids and holds now beats all that allow ([DenyReason#DENY_GRANT]).
/// 4. Among grants that allow and hold now the most specific decides: the longest prefix, then listed
///    ports before `*`, then with a second factor before without, then the lowest grant name.
/// 5. Without one: [DenyReason#NOT_NOW] if a grant would allow it at another time, else
///    [DenyReason#NO_GRANT].
///
/// Addresses are two longs, IPv4 in the mapped form, as in [Cidr]. Protocols are IP protocol numbers: 6
/// TCP, 17 UDP, 1 ICMP echo, 58 ICMPv6 echo (their port is ignored). Time is in epoch seconds; a moment
/// belongs to the second it is in.
public final class PolicySnapshot {
    private final Policy policy;
    private final RoleGraph roles;
    private final List<User> users;
    private final Map<UserId, Integer> userIndexes;
    private final boolean[] scanners;

    private final RuleBook book;
    private final UserRules userRules;
    private final NetworkRules networkRules;
    private final Decoys decoys;

    /// Ranks of rules that were taken away since, a bit each; empty for none.
    private final long[] revoked;

    PolicySnapshot(Policy policy, RoleGraph roles, Map<UserId, Integer> userIndexes, RuleCompiler rules) {
        this.policy = policy;
        this.roles = roles;
        this.users = policy.users();
        this.userIndexes = userIndexes;
        this.book = rules.book();
        this.userRules = rules.userRules();
        this.networkRules = rules.networkRules();
        this.decoys = new Decoys(policy.resources());
        this.scanners = new boolean[users.size()];
        for (int user = 0; user < scanners.length; user++) {
            scanners[user] = users.get(user).permissions().contains(Permission.IP_SCAN);
        }
        this.revoked = new long[0];
    }

    private PolicySnapshot(PolicySnapshot other, long[] revoked) {
        this.policy = other.policy;
        this.roles = other.roles;
        this.users = other.users;
        this.userIndexes = other.userIndexes;
        this.book = other.book;
        this.userRules = other.userRules;
        this.networkRules = other.networkRules;
        this.decoys = other.decoys;
        this.scanners = other.scanners;
        this.revoked = revoked;
    }

    /// The same without some of the grants, at once: nothing is sorted or checked again. For rights that are taken away
    /// while the next policy is still being compiled; grants that the policy doesn't have are ignored.
    ///
    /// [#policy] still tells what was compiled, [#explain] no longer names these grants.
    public PolicySnapshot without(Set<GrantId> grants) {
        long[] next = Arrays.copyOf(revoked, (book.count() + Long.SIZE - 1) >>> 6);
        for (int rank = 0; rank < book.count(); rank++) {
            if (grants.contains(book.rule(rank).grant().id())) {
                next[rank >>> 6] |= 1L << rank;
            }
        }
        return new PolicySnapshot(this, next);
    }

    private boolean isRevoked(Rule rule) {
        return revoked.length != 0 && (revoked[rule.rank() >>> 6] & 1L << rule.rank()) != 0;
    }

    /// The version of the policy.
    public long version() {
        return policy.version();
    }

    /// What was compiled.
    public Policy policy() {
        return policy;
    }

    /// The number of a user in this snapshot, for [#decide]; -1 for someone whom the policy doesn't know.
    public int userIndex(UserId id) {
        return userIndexes.getOrDefault(id, -1);
    }

    /// Whether a user has a permission; an unknown one (-1) has none.
    public boolean has(int user, Permission permission) {
        return isKnown(user) && users.get(user).permissions().contains(permission);
    }

    private boolean isKnown(int user) {
        return user >= 0 && user < userRules.users();
    }

    /// Whether a user may reach a destination. Never throws.
    ///
    /// @param user their number, see [#userIndex]
    /// @param into takes the answer; what it said before is forgotten
    public void decide(
            int user,
            long destinationHigh,
            long destinationLow,
            int protocol,
            int port,
            long epochSecond,
            Decision into) {
        boolean known = isKnown(user);
        boolean scanner = known && scanners[user];
        if (isRefusedAtOnce(!scanner, destinationHigh, destinationLow, protocol, port, into)) {
            return;
        }
        if (!known) {
            into.refuse(DenyReason.UNKNOWN_USER);
            return;
        }
        if (Protocols.isPort(protocol, port)) {
            into.ask(protocol, port, epochSecond, revoked);
            userRules.weigh(user, destinationHigh, destinationLow, into);
            into.settle(book, protocol);
        }
    }

    /// Whether a host that is nobody's device may open a flow to a destination: by grants to the networks
    /// around its address. Never throws.
    ///
    /// @param into takes the answer; what it said before is forgotten
    public void decideFromNetwork(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int protocol,
            int port,
            long epochSecond,
            Decision into) {
        if (isRefusedAtOnce(true, destinationHigh, destinationLow, protocol, port, into)) {
            return;
        }
        if (Protocols.isPort(protocol, port)) {
            into.ask(protocol, port, epochSecond, revoked);
            networkRules.weigh(sourceHigh, sourceLow, destinationHigh, destinationLow, into);
            into.settle(book, protocol);
        }
    }

    private boolean isRefusedAtOnce(boolean minefield, long high, long low, int protocol, int port, Decision into) {
        into.clear();
        if (!Protocols.isKnown(protocol, Cidr.isV4(high, low))) {
            into.refuse(DenyReason.PROTOCOL);
            return true;
        }
        if (minefield) {
            IpResource decoy = decoys.at(high, low, protocol, port);
            if (decoy != null) {
                into.touched(decoy);
                return true;
            }
        }
        return false;
    }

    /// Answers [#decide]'s question with all its reasons: each grant of the user, and each decoy, around
    /// the address. Thread-safe; allocates.
    ///
    /// @param user whom the policy may not know
    public Explanation explain(
            UserId user, long destinationHigh, long destinationLow, int protocol, int port, Instant at) {
        Decision decision = new Decision();
        int index = userIndex(user);
        decide(index, destinationHigh, destinationLow, protocol, port, at.getEpochSecond(), decision);
        Cidr host = Cidr.host(destinationHigh, destinationLow);
        Explainer explainer = new Explainer(roles, user.name(), host, protocol, port, at.getEpochSecond(), decision);
        if (decision.denial() != DenyReason.PROTOCOL) {
            decoys.around(host).forEach(explainer::decoy);
        }
        if (isKnown(index) && decision.denial() != DenyReason.PROTOCOL) {
            userRules.around(index, host).stream()
                    .filter(rule -> !isRevoked(rule))
                    .forEach(rule -> explainer.rule(users.get(index), rule));
        }
        return explainer.explanation(version());
    }
}
