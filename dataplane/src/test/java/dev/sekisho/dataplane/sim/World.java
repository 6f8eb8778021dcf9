package dev.sekisho.dataplane.sim;

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
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// The people, places and grants of a run: few enough that what a packet asks for is often granted, and often not.
final class World {
    static final int USERS = 4;

    /// Ports that packets go to.
    private static final int[] PORTS = {22, 80, 443, 445, 5432, 53, 8080};

    private static final List<IpResource> RESOURCES = List.of(
            resource("files", "10.0.1.5/32", "80,137-139,443,445", Transport.BOTH, false),
            resource("lab", "10.0.1.0/24", "*", Transport.BOTH, false),
            resource("db", "10.0.2.0/28", "0,22,5432", Transport.TCP, false),
            resource("web", "10.0.0.0/16", "80,443", Transport.TCP, false),
            resource("dns", "10.0.2.53/32", "53", Transport.UDP, false),
            resource("six", "fd00:1::/64", "0,22,443,5432,53", Transport.BOTH, false),
            resource("sixth", "fd00:1::5/128", "*", Transport.BOTH, false),
            resource("trap", "10.0.1.66/32", "*", Transport.BOTH, true),
            resource("six trap", "fd00:1::66/128", "22", Transport.TCP, true),
            resource("laptops", "10.66.0.0/24", "0,22,445,53", Transport.BOTH, false));

    private static final List<Cidr> TARGETS = List.of(
            Cidr.parse("10.0.1.5"),
            Cidr.parse("10.0.1.7"),
            Cidr.parse("10.0.2.3"),
            Cidr.parse("10.0.2.53"),
            Cidr.parse("fd00:1::5"),
            Cidr.parse("fd00:1::9"));

    private final SplittableRandom random;
    private final List<Grant> grants = new ArrayList<>();
    private final List<User> users = new ArrayList<>();
    private boolean handsOff = true;
    private long version;
    private int grantsMade;

    World(SplittableRandom random, long firstSecond) {
        this.random = random;
        for (int i = 0; i < USERS; i++) {
            List<RoleId> roles =
                    random.nextInt(8) == 0 ? List.of() : List.of(new RoleId(random.nextInt(3) == 0 ? "staff" : "dev"));
            Set<Permission> permissions = i == USERS - 1 ? Set.of(Permission.IP_SCAN) : Set.of();
            users.add(new User(new UserId("user" + i), roles, permissions));
        }
        for (int i = random.nextInt(6, 20); i > 0; i--) {
            grant(firstSecond);
        }
    }

    static boolean isV4(long high, long low) {
        return Cidr.isV4(high, low);
    }

    /// The 4 or 16 bytes of an address.
    static byte[] bytes(long high, long low) {
        return isV4(high, low)
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    private static IpResource resource(String name, String block, String ports, Transport transport, boolean decoy) {
        return new IpResource(new ResourceId(name), Cidr.parse(block), PortSet.parse(ports), transport, decoy);
    }

    /// Policy as it stands, with a number of its own.
    Policy policy() {
        List<Role> roles = List.of(
                new Role(new RoleId("dev"), List.of(new RoleId("staff"))), new Role(new RoleId("staff"), List.of()));
        List<HandOff> handOffs =
                handsOff ? List.of(new HandOff(new ResourceId("db"), PortSet.parse("5432"))) : List.of();
        return new Policy(++version, roles, users, RESOURCES, grants, handOffs);
    }

    /// Somebody is granted, or forbidden, something.
    void grant(long second) {
        boolean deny = random.nextInt(10) == 0;
        Subject to = switch (random.nextInt(6)) {
            case 0 -> new Subject.Network(Cidr.parse(random.nextBoolean() ? "10.0.0.0/16" : "fd00:1::/64"));
            case 1, 2 -> new Subject.User(users.get(random.nextInt(USERS)).id());
            default -> new Subject.Role(new RoleId(random.nextBoolean() ? "staff" : "dev"));
        };
        IpResource resource =
                to instanceof Subject.Network ? RESOURCES.getLast() : RESOURCES.get(random.nextInt(RESOURCES.size()));
        boolean mfa = !deny && !(to instanceof Subject.Network) && random.nextInt(5) < 3;
        GrantId id = new GrantId("grant" + grantsMade++);
        grants.add(new Grant(id, resource.id(), to, deny, mfa, validity(second)));
    }

    private Validity validity(long second) {
        Instant soon = Instant.ofEpochSecond(second + random.nextInt(1, 120));
        Instant later = soon.plusSeconds(random.nextInt(1, 600));
        return switch (random.nextInt(10)) {
            case 0 -> new Validity(Optional.of(soon), Optional.empty(), Optional.empty());
            case 1 -> new Validity(Optional.empty(), Optional.of(soon), Optional.empty());
            case 2 -> new Validity(Optional.of(soon), Optional.of(later), Optional.empty());
            case 3 ->
                new Validity(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(WeeklySchedule.parse("Mon-Sun 08:00-18:00 Europe/Berlin")));
            default -> Validity.ALWAYS;
        };
    }

    /// The second in which some grant begins or ends to hold next.
    long nextChange(long second) {
        return grants.stream()
                .mapToLong(grant -> grant.validity().nextChange(second))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /// A grant is taken away, if there is one.
    void revoke() {
        if (!grants.isEmpty()) {
            grants.remove(random.nextInt(grants.size()));
        }
    }

    /// Whether it asks for a second factor is turned round for one grant.
    void toggleFactor() {
        if (!grants.isEmpty()) {
            int at = random.nextInt(grants.size());
            Grant old = grants.get(at);
            if (!old.deny() && !(old.to() instanceof Subject.Network)) {
                grants.set(at, new Grant(old.id(), old.resource(), old.to(), false, !old.mfa(), old.validity()));
            }
        }
    }

    void toggleHandOff() {
        handsOff = !handsOff;
    }

    /// How many grants there are; a run keeps it within bounds.
    int grants() {
        return grants.size();
    }

    Cidr target() {
        return TARGETS.get(random.nextInt(TARGETS.size()));
    }

    int port() {
        return PORTS[random.nextInt(PORTS.length)];
    }

    /// A decoy.
    static Cidr trap(boolean v4) {
        return Cidr.parse(v4 ? "10.0.1.66" : "fd00:1::66");
    }

    /// Some address that nothing was said about.
    Cidr nowhere(boolean v4) {
        return Cidr.parse(
                v4 ? "10.9." + random.nextInt(4) + "." + random.nextInt(1, 255) : "fd00:9::" + random.nextInt(1, 999));
    }

    static Cidr address(int device, boolean v4) {
        return Cidr.parse(v4 ? "10.66.0." + (2 + device) : "fd66::" + (2 + device));
    }
}
