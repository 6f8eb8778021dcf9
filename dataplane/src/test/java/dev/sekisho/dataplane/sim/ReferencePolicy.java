package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.HandOff;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who may reach what, read off the product's promises (R01-R07, A03-A05, I06) line by line: looks at every grant for
/// every question.
final class ReferencePolicy {
    /// An answer.
    ///
    /// @param denial null when it may pass
    /// @param grant the grant that decided, null when none did
    record Verdict(
            @Nullable Denial denial,
            @Nullable Grant grant,
            @Nullable IpResource resource,
            boolean handedOff) {
        boolean allows() {
            return denial == null;
        }

        boolean asksForFactor() {
            return allows() && grant != null && grant.mfa();
        }

        boolean countsPerPort() {
            return resource != null && resource.ports().isAll();
        }

        @Nullable
        GrantId grantId() {
            return grant == null ? null : grant.id();
        }
    }

    private record Candidate(Grant grant, IpResource resource) {
        static final Comparator<Candidate> MOST_SPECIFIC_FIRST = Comparator.comparingInt(
                        (Candidate c) -> -c.resource.block().prefixLength())
                .thenComparing(c -> c.resource.ports().isAll())
                .thenComparing(c -> c.grant.deny() || !c.grant.mfa())
                .thenComparing(c -> c.grant.id());
    }

    private record Question(@Nullable UserId user, long high, long low, int protocol, int port) {}

    private final Policy policy;

    /// Answers of one second, for speed alone.
    private final Map<Question, Verdict> answers = new HashMap<>();

    private long answersSecond = Long.MIN_VALUE;

    ReferencePolicy(Policy policy) {
        this.policy = policy;
    }

    boolean mayScan(@Nullable UserId id) {
        User user = find(id);
        return user != null && user.permissions().contains(Permission.IP_SCAN);
    }

    boolean knows(@Nullable UserId id) {
        return find(id) != null;
    }

    /// Whether the devices of a user may reach a destination.
    Verdict ofUser(@Nullable UserId id, long high, long low, int protocol, int port, long second) {
        if (second != answersSecond) {
            answers.clear();
            answersSecond = second;
        }
        return answers.computeIfAbsent(
                new Question(id, high, low, protocol, port), question -> decide(question, second));
    }

    private Verdict decide(Question asked, long second) {
        UserId id = asked.user;
        User user = find(id);
        Set<RoleId> roles = new HashSet<>();
        if (user != null) {
            user.roles().forEach(role -> collect(role, roles));
        }
        Denial atOnce = atOnce(!mayScan(id), asked.high, asked.low, asked.protocol, asked.port);
        if (atOnce != null || user == null) {
            return new Verdict(atOnce == null ? Denial.UNKNOWN_USER : atOnce, null, null, false);
        }
        return weigh(
                subject -> switch (subject) {
                    case Subject.User(UserId to) -> to.equals(id);
                    case Subject.Role(RoleId to) -> roles.contains(to);
                    case Subject.Network network -> false;
                },
                asked.high,
                asked.low,
                asked.protocol,
                asked.port,
                second);
    }

    /// Whether a host that is nobody's device may reach a destination.
    Verdict ofNetwork(long sourceHigh, long sourceLow, long high, long low, int protocol, int port, long second) {
        Denial atOnce = atOnce(true, high, low, protocol, port);
        return atOnce != null
                ? new Verdict(atOnce, null, null, false)
                : weigh(
                        subject ->
                                subject instanceof Subject.Network(Cidr block) && block.contains(sourceHigh, sourceLow),
                        high,
                        low,
                        protocol,
                        port,
                        second);
    }

    private @Nullable Denial atOnce(boolean minefield, long high, long low, int protocol, int port) {
        int echo = World.isV4(high, low) ? 1 : 58;
        if (protocol != 6 && protocol != 17 && protocol != echo) {
            return Denial.PROTOCOL;
        }
        boolean decoy = minefield
                && policy.resources().stream().anyMatch(r -> r.decoy() && opens(r, high, low, protocol, port));
        return decoy ? Denial.DECOY : null;
    }

    private Verdict weigh(Predicate<Subject> isMeant, long high, long low, int protocol, int port, long second) {
        List<Candidate> active = new ArrayList<>();
        List<Candidate> dormant = new ArrayList<>();
        for (Grant grant : policy.grants()) {
            IpResource resource = resource(grant);
            if (isMeant.test(grant.to()) && opens(resource, high, low, protocol, port)) {
                (grant.validity().holds(second) ? active : dormant).add(new Candidate(grant, resource));
            }
        }
        Candidate denying = best(active, true);
        Candidate allowing = best(active, false);
        Candidate sleeping = best(dormant, false);
        if (denying != null) {
            return new Verdict(Denial.DENY_GRANT, denying.grant, denying.resource, false);
        }
        if (allowing != null) {
            boolean handedOff =
                    protocol == 6 && policy.handOffs().stream().anyMatch(h -> isHandedOff(h, allowing.resource, port));
            return new Verdict(null, allowing.grant, allowing.resource, handedOff);
        }
        return sleeping != null
                ? new Verdict(Denial.NOT_NOW, sleeping.grant, sleeping.resource, false)
                : new Verdict(Denial.NO_GRANT, null, null, false);
    }

    private static boolean isHandedOff(HandOff handOff, IpResource resource, int port) {
        return handOff.resource().equals(resource.id()) && handOff.ports().contains(port);
    }

    private static @Nullable Candidate best(List<Candidate> candidates, boolean deny) {
        return candidates.stream()
                .filter(c -> c.grant.deny() == deny)
                .min(Candidate.MOST_SPECIFIC_FIRST)
                .orElse(null);
    }

    private static boolean opens(IpResource resource, long high, long low, int protocol, int port) {
        if (World.isV4(high, low) != resource.block().v4() || !resource.block().contains(high, low)) {
            return false;
        }
        return switch (protocol) {
            case 6 ->
                port != 0
                        && resource.transport().includesTcp()
                        && resource.ports().contains(port);
            case 17 ->
                port != 0
                        && resource.transport().includesUdp()
                        && resource.ports().contains(port);
            default -> resource.ports().contains(0);
        };
    }

    private IpResource resource(Grant grant) {
        return policy.resources().stream()
                .filter(r -> r.id().equals(grant.resource()))
                .findFirst()
                .orElseThrow();
    }

    private void collect(RoleId id, Set<RoleId> into) {
        if (into.add(id)) {
            for (Role role : policy.roles()) {
                if (role.id().equals(id)) {
                    role.roles().forEach(parent -> collect(parent, into));
                }
            }
        }
    }

    private @Nullable User find(@Nullable UserId id) {
        return policy.users().stream()
                .filter(u -> u.id().equals(id))
                .findFirst()
                .orElse(null);
    }
}
