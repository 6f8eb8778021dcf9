package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.Validity;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The oracle: reads the whole policy for every question, by the words of the semantics and with as
/// little as possible in common with the compiled form.
final class NaivePolicy {
    record Packet(InetAddress destination, int protocol, int port) {}

    record Answer(
            boolean granted,
            Optional<GrantId> rule,
            Optional<DenyReason> denial,
            Optional<ResourceId> decoy,
            boolean handedOff) {
        static Answer of(Decision decision) {
            return new Answer(
                    decision.granted(),
                    Optional.ofNullable(decision.rule())
                            .map(rule -> rule.grant().id()),
                    Optional.ofNullable(decision.denial()),
                    Optional.ofNullable(decision.decoy()).map(IpResource::id),
                    decision.handedOff());
        }

        static Answer refused(DenyReason reason, Optional<Grant> by) {
            return new Answer(false, by.map(Grant::id), Optional.of(reason), Optional.empty(), false);
        }
    }

    private final Policy policy;

    NaivePolicy(Policy policy) {
        this.policy = policy;
    }

    Answer forUser(String name, Packet packet, Instant at) {
        Optional<User> user =
                policy.users().stream().filter(u -> u.id().name().equals(name)).findAny();
        boolean scanner = user.stream().anyMatch(u -> u.permissions().contains(Permission.IP_SCAN));
        Set<RoleId> roles = new HashSet<>();
        user.ifPresent(u -> u.roles().forEach(role -> addRole(role, roles)));
        return decide(packet, at, !scanner, user.isPresent(), grant -> switch (grant.to()) {
            case Subject.User(UserId id) -> id.name().equals(name);
            case Subject.Role(RoleId id) -> roles.contains(id);
            case Subject.Network network -> false;
        });
    }

    Answer fromNetwork(InetAddress source, Packet packet, Instant at) {
        return decide(
                packet,
                at,
                true,
                true,
                grant -> grant.to() instanceof Subject.Network(Cidr block) && contains(block, source));
    }

    private void addRole(RoleId id, Set<RoleId> roles) {
        if (roles.add(id)) {
            for (Role role : policy.roles()) {
                if (role.id().equals(id)) {
                    role.roles().forEach(parent -> addRole(parent, roles));
                }
            }
        }
    }

    private Answer decide(Packet packet, Instant at, boolean minefield, boolean known, Predicate<Grant> given) {
        boolean v4 = packet.destination.getAddress().length == 4;
        if (!List.of(6, 17, v4 ? 1 : 58).contains(packet.protocol)) {
            return Answer.refused(DenyReason.PROTOCOL, Optional.empty());
        }
        Optional<IpResource> decoy = policy.resources().stream()
                .filter(resource -> minefield && resource.decoy() && matches(resource, packet))
                .min(Comparator.comparingInt(
                                (IpResource resource) -> -resource.block().prefixLength())
                        .thenComparing(IpResource::id));
        if (decoy.isPresent()) {
            return new Answer(false, Optional.empty(), Optional.of(DenyReason.DECOY), decoy.map(IpResource::id), false);
        }
        if (!known) {
            return Answer.refused(DenyReason.UNKNOWN_USER, Optional.empty());
        }
        List<Grant> matching = policy.grants().stream()
                .filter(given)
                .filter(grant -> matches(resource(grant), packet))
                .sorted(order())
                .toList();
        Optional<Grant> deny = first(matching, grant -> grant.deny() && holds(grant, at));
        if (deny.isPresent()) {
            return Answer.refused(DenyReason.DENY_GRANT, deny);
        }
        Optional<Grant> allow = first(matching, grant -> !grant.deny() && holds(grant, at));
        if (allow.isPresent()) {
            return new Answer(
                    true, allow.map(Grant::id), Optional.empty(), Optional.empty(), handedOff(allow.get(), packet));
        }
        Optional<Grant> later = first(matching, grant -> !grant.deny());
        return Answer.refused(later.isPresent() ? DenyReason.NOT_NOW : DenyReason.NO_GRANT, later);
    }

    private static Optional<Grant> first(List<Grant> grants, Predicate<Grant> which) {
        return grants.stream().filter(which).findFirst();
    }

    private Comparator<Grant> order() {
        return Comparator.<Grant>comparingInt(grant -> -resource(grant).block().prefixLength())
                .thenComparingInt(grant -> resource(grant).ports().toString().equals("*") ? 1 : 0)
                .thenComparingInt(grant -> grant.mfa() && !grant.deny() ? 0 : 1)
                .thenComparing(grant -> grant.id().name());
    }

    private IpResource resource(Grant grant) {
        for (IpResource resource : policy.resources()) {
            if (resource.id().equals(grant.resource())) {
                return resource;
            }
        }
        throw new AssertionError(grant);
    }

    private static boolean matches(IpResource resource, Packet packet) {
        if (!contains(resource.block(), packet.destination)) {
            return false;
        }
        String ports = resource.ports().toString();
        return switch (packet.protocol) {
            case 6 -> resource.transport() != Transport.UDP && packet.port != 0 && lists(ports, packet.port);
            case 17 -> resource.transport() != Transport.TCP && packet.port != 0 && lists(ports, packet.port);
            default -> lists(ports, 0);
        };
    }

    private static boolean lists(String ports, int port) {
        for (String part : ports.equals("*") ? new String[] {"0-65535"} : ports.split(",", -1)) {
            String[] ends = part.split("-", -1);
            if (port >= Integer.parseInt(ends[0]) && port <= Integer.parseInt(ends[ends.length - 1])) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(Cidr block, InetAddress address) {
        byte[] network = block.address().getAddress();
        byte[] bytes = address.getAddress();
        int hostBits = 8 * network.length - block.prefixLength();
        return network.length == bytes.length
                && new BigInteger(1, network)
                        .shiftRight(hostBits)
                        .equals(new BigInteger(1, bytes).shiftRight(hostBits));
    }

    private static boolean holds(Grant grant, Instant at) {
        Validity validity = grant.validity();
        return validity.from().stream().noneMatch(at::isBefore)
                && validity.until().stream().allMatch(at::isBefore)
                && validity.weekly().stream().allMatch(weekly -> weekly.contains(at));
    }

    private boolean handedOff(Grant grant, Packet packet) {
        return packet.protocol == 6
                && policy.handOffs().stream()
                        .anyMatch(handOff -> handOff.resource().equals(grant.resource())
                                && lists(handOff.ports().toString(), packet.port));
    }
}
