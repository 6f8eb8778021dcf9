package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;

/// A policy, compiled: who may reach what, now. Immutable and thread-safe; a decision allocates nothing.
/// It costs one probe of a hash table per prefix length that roles are granted, one per prefix length that the user is
/// granted themself, and for each of the few blocks that do lie around the destination at most one probe per role of
/// the user. What other users are granted is kept apart from that, and what other roles are granted is not looked at.
///
/// Snapshots of one [IncrementalCompiler] share what is the same in them. The number of a user is each snapshot's own.
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
    private final SnapshotParts parts;
    private final RuleBook book;
    private final UserRules users;

    /// Numbers of rules that were taken away since, a bit each; empty for none.
    private final long[] revoked;

    PolicySnapshot(Policy policy, SnapshotParts parts) {
        this(policy, parts, new long[0]);
    }

    private PolicySnapshot(Policy policy, SnapshotParts parts, long[] revoked) {
        this.policy = policy;
        this.parts = parts;
        this.book = parts.book();
        this.users = parts.users();
        this.revoked = revoked;
    }

    SnapshotParts parts() {
        return parts;
    }

    /// The same without some of the grants, at once: nothing is sorted or checked again. For rights that are taken away
    /// while the next policy is still being compiled; grants that the policy doesn't have are ignored.
    ///
    /// [#policy] still tells what was compiled, [#explain] no longer names these grants.
    public PolicySnapshot without(Set<GrantId> grants) {
        long[] next = Arrays.copyOf(revoked, (book.slots() + Long.SIZE - 1) >>> 6);
        for (int rank = 0; rank < book.count(); rank++) {
            Rule rule = book.ranked(rank);
            if (grants.contains(rule.grant().id())) {
                next[rule.slot() >>> 6] |= 1L << rule.slot();
            }
        }
        return new PolicySnapshot(policy, parts, next);
    }

    private boolean isRevoked(Rule rule) {
        return revoked.length != 0 && (revoked[rule.slot() >>> 6] & 1L << rule.slot()) != 0;
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
        return users.numberOf(id);
    }

    /// Whether another snapshot has the same users by the same numbers and with the same permissions, so that what was
    /// asked about them need not be asked again. A no says nothing.
    public boolean hasUsersOf(PolicySnapshot other) {
        return users.hasUsersOf(other.users);
    }

    /// Whether a user has a permission; an unknown one (-1) has none.
    public boolean has(int user, Permission permission) {
        return users.isKnown(user) && users.user(user).permissions().contains(permission);
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
        boolean known = users.isKnown(user);
        boolean scanner = known && users.isScanner(user);
        if (isRefusedAtOnce(!scanner, destinationHigh, destinationLow, protocol, port, into)) {
            return;
        }
        if (!known) {
            into.refuse(DenyReason.UNKNOWN_USER);
            return;
        }
        if (Protocols.isPort(protocol, port)) {
            into.ask(book, protocol, port, epochSecond, revoked);
            users.weigh(user, destinationHigh, destinationLow, into);
            into.settle(protocol);
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
            into.ask(book, protocol, port, epochSecond, revoked);
            parts.networks().weigh(sourceHigh, sourceLow, destinationHigh, destinationLow, into);
            into.settle(protocol);
        }
    }

    private boolean isRefusedAtOnce(boolean minefield, long high, long low, int protocol, int port, Decision into) {
        into.clear();
        if (!Protocols.isKnown(protocol, Cidr.isV4(high, low))) {
            into.refuse(DenyReason.PROTOCOL);
            return true;
        }
        if (minefield) {
            IpResource decoy = parts.decoys().at(high, low, protocol, port);
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
        Explainer explainer =
                new Explainer(parts.roles(), user.name(), host, protocol, port, at.getEpochSecond(), decision);
        if (decision.denial() != DenyReason.PROTOCOL) {
            parts.decoys().around(host).forEach(explainer::decoy);
        }
        if (users.isKnown(index) && decision.denial() != DenyReason.PROTOCOL) {
            users.around(index, host, book).stream()
                    .filter(rule -> !isRevoked(rule))
                    .forEach(rule -> explainer.rule(users.user(index), rule));
        }
        return explainer.explanation(version());
    }

    /// Answers [#decideFromNetwork]'s question with all its reasons, as [#explain] does. Thread-safe; allocates.
    public Explanation explainFromNetwork(
            Cidr source, long destinationHigh, long destinationLow, int protocol, int port, Instant at) {
        Decision decision = new Decision();
        long second = at.getEpochSecond();
        decideFromNetwork(
                source.high(), source.low(), destinationHigh, destinationLow, protocol, port, second, decision);
        Cidr host = Cidr.host(destinationHigh, destinationLow);
        Explainer explainer =
                new Explainer(parts.roles(), source.addressText(), host, protocol, port, second, decision);
        if (decision.denial() != DenyReason.PROTOCOL) {
            parts.decoys().around(host).forEach(explainer::decoy);
            parts.networks().around(source.high(), source.low(), host, book).stream()
                    .filter(rule -> !isRevoked(rule))
                    .forEach(explainer::ofNetwork);
        }
        return explainer.explanation(version());
    }
}
