package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A policy, compiled: who may reach what, now. Immutable and thread-safe; a decision allocates nothing.
/// It costs one probe of a hash table per prefix length in the policy and, for each of the few blocks that
/// do lie around the destination, at most one search per subject of the user (themself and each of their
/// roles): however much others are granted.
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

    /// Each user's subjects, ascending: their own number, then those of all their roles, direct and inherited.
    private final int[][] subjects;

    /// By subject: users, then roles, then networks.
    private final BlockTable<Rule> rules;

    private final BlockTable<IpResource> decoys;

    /// From a source address to the subjects of the networks around it.
    private final BlockTable<Integer> networks;

    PolicySnapshot(
            Policy policy,
            RoleGraph roles,
            Map<UserId, Integer> userIndexes,
            int[][] subjects,
            BlockTable<Rule> rules,
            BlockTable<IpResource> decoys,
            BlockTable<Integer> networks) {
        this.policy = policy;
        this.roles = roles;
        this.users = policy.users();
        this.userIndexes = userIndexes;
        this.subjects = subjects;
        this.rules = rules;
        this.decoys = decoys;
        this.networks = networks;
        this.scanners = new boolean[users.size()];
        for (int user = 0; user < scanners.length; user++) {
            scanners[user] = users.get(user).permissions().contains(Permission.IP_SCAN);
        }
    }

    /// The same without some of the grants, at once: nothing is sorted or checked again. For rights that are taken away
    /// while the next policy is still being compiled; grants that the policy doesn't have are ignored.
    ///
    /// [#policy] still tells what was compiled, [#explain] no longer names these grants.
    public PolicySnapshot without(Set<GrantId> grants) {
        return new PolicySnapshot(
                policy,
                roles,
                userIndexes,
                subjects,
                rules.with(rule -> grants.contains(rule.grant().id()) ? rule.revoked() : rule),
                decoys,
                networks);
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
        return user >= 0 && user < subjects.length;
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
        boolean v4 = Cidr.isV4(destinationHigh, destinationLow);
        int end = rules.lengthsTo(v4);
        for (int length = rules.lengthsFrom(v4); length < end; length++) {
            int block = rules.find(length, destinationHigh, destinationLow);
            weigh(block, subjects[user], protocol, port, epochSecond, into);
        }
        into.settle(protocol, port);
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
        boolean v4 = Cidr.isV4(sourceHigh, sourceLow);
        int end = networks.lengthsTo(v4);
        for (int length = networks.lengthsFrom(v4); length < end; length++) {
            int run = networks.run(networks.find(length, sourceHigh, sourceLow), 0);
            for (int at = networks.runFrom(run); at < networks.runTo(run); at++) {
                weigh(networks.value(at), destinationHigh, destinationLow, protocol, port, epochSecond, into);
            }
        }
        into.settle(protocol, port);
    }

    private boolean isRefusedAtOnce(boolean minefield, long high, long low, int protocol, int port, Decision into) {
        into.clear();
        if (!Protocols.isKnown(protocol, Cidr.isV4(high, low))) {
            into.refuse(DenyReason.PROTOCOL);
            return true;
        }
        if (minefield) {
            IpResource decoy = decoyAt(high, low, protocol, port);
            if (decoy != null) {
                into.touched(decoy);
                return true;
            }
        }
        return false;
    }

    /// The decoy around a destination that opens the port: that with the longest prefix.
    private @Nullable IpResource decoyAt(long high, long low, int protocol, int port) {
        boolean v4 = Cidr.isV4(high, low);
        int end = decoys.lengthsTo(v4);
        for (int length = decoys.lengthsFrom(v4); length < end; length++) {
            int run = decoys.run(decoys.find(length, high, low), 0);
            for (int at = decoys.runFrom(run); at < decoys.runTo(run); at++) {
                if (Protocols.opens(decoys.value(at), protocol, port)) {
                    return decoys.value(at);
                }
            }
        }
        return null;
    }

    /// Weighs what some subjects, given in ascending order, have in a block: by the shorter of the two lists.
    private void weigh(int block, int[] who, int protocol, int port, long epochSecond, Decision into) {
        int from = rules.blockFrom(block);
        int to = rules.blockTo(block);
        if (to - from > who.length) {
            for (int subject : who) {
                weigh(rules.run(block, subject), protocol, port, epochSecond, into);
            }
            return;
        }
        for (int run = from; run < to; run++) {
            if (Arrays.binarySearch(who, rules.subject(run)) >= 0) {
                weigh(run, protocol, port, epochSecond, into);
            }
        }
    }

    /// Weighs what one subject has around an address.
    private void weigh(int subject, long high, long low, int protocol, int port, long epochSecond, Decision into) {
        boolean v4 = Cidr.isV4(high, low);
        int end = rules.lengthsTo(v4);
        for (int length = rules.lengthsFrom(v4); length < end; length++) {
            weigh(rules.run(rules.find(length, high, low), subject), protocol, port, epochSecond, into);
        }
    }

    private void weigh(int run, int protocol, int port, long epochSecond, Decision into) {
        for (int at = rules.runFrom(run); at < rules.runTo(run); at++) {
            Rule rule = rules.value(at);
            if (rule.opens(protocol, port)) {
                into.weigh(rule, epochSecond);
            }
        }
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
            around(decoys, 0, host).forEach(explainer::decoy);
        }
        if (isKnown(index) && decision.denial() != DenyReason.PROTOCOL) {
            Arrays.stream(subjects[index])
                    .mapToObj(subject -> around(rules, subject, host))
                    .flatMap(List::stream)
                    .filter(rule -> !rule.isRevoked())
                    .sorted(Comparator.comparingInt(Rule::rank))
                    .forEach(rule -> explainer.rule(users.get(index), rule));
        }
        return explainer.explanation(version());
    }

    /// What a table knows about the blocks around a host, whatever the port.
    private static <V> List<V> around(BlockTable<V> table, int subject, Cidr host) {
        List<V> found = new ArrayList<>();
        for (int i = table.lengthsFrom(host.v4()); i < table.lengthsTo(host.v4()); i++) {
            int run = table.run(table.find(i, host.high(), host.low()), subject);
            for (int at = table.runFrom(run); at < table.runTo(run); at++) {
                found.add(table.value(at));
            }
        }
        return found;
    }
}
