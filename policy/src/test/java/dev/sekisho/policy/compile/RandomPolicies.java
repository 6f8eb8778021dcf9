package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.HandOff;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.Validity;
import dev.sekisho.policy.WeeklySchedule;
import dev.sekisho.policy.compile.NaivePolicy.Packet;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// Small policies and packets from a small world, so that grants meet, overlap and contradict each other
/// often.
final class RandomPolicies {
    static final int USERS = 4;
    static final int ROLES = 5;

    /// Two weeks around Europe's change to summer time.
    private static final Instant FIRST = Instant.parse("2026-03-22T00:00:00Z");

    private static final int SECONDS = 14 * 86_400;
    private static final List<String> ADDRESSES =
            List.of("10.0.0.0", "10.0.0.1", "10.0.0.1", "10.0.1.1", "192.0.2.1", "2001:db8::", "2001:db8::1", "::1");
    private static final List<Integer> LENGTHS_V4 = List.of(0, 0, 8, 16, 24, 31, 32);
    private static final List<Integer> LENGTHS_V6 = List.of(0, 0, 32, 64, 65, 127, 128);
    private static final List<String> PORTS =
            List.of("*", "*", "*", "*", "0", "0-22", "80,443", "1-65535", "0-1023,5432");
    private static final List<Integer> ASKED_PORTS = List.of(0, 22, 22, 80, 443, 443, 1023, 1024, 65535);
    private static final List<Integer> ASKED_PROTOCOLS = List.of(6, 6, 6, 6, 6, 6, 17, 17, 17, 1, 58, 47);
    private static final List<WeeklySchedule> SCHEDULES = List.of(
            WeeklySchedule.parse("Mon-Fri 08:00-18:00 Europe/Berlin"),
            WeeklySchedule.parse("Sat-Sun 22:00-06:00 Europe/Berlin"),
            WeeklySchedule.parse("Sun 02:30-02:45, Mon-Sun 12:00-12:01 Europe/Berlin"),
            WeeklySchedule.parse("Mon-Sun 00:00-24:00 UTC"),
            WeeklySchedule.parse("Sun 01:30-03:30 America/St_Johns"));

    private final SplittableRandom random;

    RandomPolicies(SplittableRandom random) {
        this.random = random;
    }

    Policy policy() {
        List<Role> roles = new ArrayList<>();
        for (int i = 0; i < ROLES; i++) {
            roles.add(new Role(new RoleId("r" + i), roleIds(i + 1)));
        }
        List<User> users = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            Set<Permission> permissions = random.nextInt(4) == 0 ? Set.of(Permission.IP_SCAN) : Set.of();
            users.add(new User(new UserId("u" + i), roleIds(0), permissions));
        }
        List<IpResource> resources = new ArrayList<>();
        List<HandOff> handOffs = new ArrayList<>();
        int resourceCount = 2 + random.nextInt(8);
        for (int i = 0; i < resourceCount; i++) {
            IpResource resource = resource("t" + i);
            resources.add(resource);
            PortSet ports = random.nextBoolean() ? resource.ports() : PortSet.parse("22");
            if (canHandOff(resource, ports) && random.nextInt(3) == 0) {
                handOffs.add(new HandOff(resource.id(), ports));
            }
        }
        List<Grant> grants = new ArrayList<>();
        int grantCount = random.nextInt(25);
        for (int i = 0; i < grantCount; i++) {
            grants.add(grant("g" + (char) ('a' + (i * 7) % 25), "t" + random.nextInt(resourceCount)));
        }
        return new Policy(1, roles, users, resources, grants, handOffs);
    }

    private static boolean canHandOff(IpResource resource, PortSet ports) {
        return !resource.decoy()
                && resource.transport() != Transport.UDP
                && !ports.toString().equals("0")
                && resource.ports().containsAll(ports);
    }

    /// Some of the roles from number `first`, so that none belongs to itself.
    private List<RoleId> roleIds(int first) {
        List<RoleId> ids = new ArrayList<>();
        for (int i = first; i < ROLES; i++) {
            if (random.nextInt(3) == 0) {
                ids.add(new RoleId("r" + i));
            }
        }
        return ids;
    }

    IpResource resource(String name) {
        Transport transport =
                List.of(Transport.TCP, Transport.UDP, Transport.BOTH).get(random.nextInt(3));
        return new IpResource(
                new ResourceId(name), block(), PortSet.parse(pick(PORTS)), transport, random.nextInt(16) == 0);
    }

    private Cidr block() {
        InetAddress address = address();
        return Cidr.of(address, pick(address.getAddress().length == 4 ? LENGTHS_V4 : LENGTHS_V6));
    }

    InetAddress address() {
        return Cidr.parseAddress(pick(ADDRESSES));
    }

    Grant grant(String name, String resource) {
        Subject to = switch (random.nextInt(4)) {
            case 0 -> new Subject.Network(block());
            case 1 -> new Subject.User(new UserId("u" + random.nextInt(USERS)));
            default -> new Subject.Role(new RoleId("r" + random.nextInt(ROLES)));
        };
        boolean mfa = random.nextBoolean() && !(to instanceof Subject.Network);
        return new Grant(new GrantId(name), new ResourceId(resource), to, random.nextInt(10) == 0, mfa, validity());
    }

    private Validity validity() {
        if (random.nextBoolean()) {
            return Validity.ALWAYS;
        }
        Instant from = moment();
        Optional<Instant> until =
                random.nextBoolean() ? Optional.of(from.plusSeconds(1 + random.nextInt(SECONDS))) : Optional.empty();
        Optional<WeeklySchedule> weekly = random.nextBoolean() ? Optional.of(pick(SCHEDULES)) : Optional.empty();
        return new Validity(random.nextBoolean() ? Optional.of(from) : Optional.empty(), until, weekly);
    }

    Packet packet() {
        return new Packet(address(), pick(ASKED_PROTOCOLS), pick(ASKED_PORTS));
    }

    /// A whole second.
    Instant moment() {
        return FIRST.plusSeconds(random.nextInt(SECONDS));
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
