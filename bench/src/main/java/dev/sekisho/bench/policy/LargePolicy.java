package dev.sekisho.bench.policy;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// Makes up the policy of a large site, the same one for the same seed. Owner: one thread.
///
/// Roles are nested: of ten roles six are teams, which belong to one or two of three departments, which belong to
/// one of the rest; a user has ten roles. Three of ten grants go to a user, the others to a role. Most resources are
/// hosts, few are large; one of seven is IPv6. One grant of twenty forbids, and then something small; one of ten
/// holds in office hours; four of ten ask for a second factor. Large blocks apart, everything lies in 10.128.0.0/9
/// and fd00::/16: the rest of 10.0.0.0/8 is free for what a benchmark adds.
public final class LargePolicy {
    /// How much of everything there is.
    ///
    /// @param users at least 1
    /// @param roles at least 10
    /// @param resources at least 1
    /// @param grants any number
    public record Size(int users, int roles, int resources, int grants) {
        /// The site that the goals are about.
        public static final Size SITE = new Size(10_000, 200, 50_000, 100_000);
    }

    private static final int ROLES_PER_USER = 10;
    private static final int SCANNER_EVERY = 100;
    private static final int DECOY_EVERY = 1000;

    /// Prefix lengths and how many of a thousand blocks have them.
    private static final int[][] LENGTHS_V4 = {
        {32, 600}, {30, 50}, {28, 80}, {27, 30}, {26, 30}, {24, 150}, {22, 20}, {20, 20}, {16, 15}, {12, 4}, {8, 1}
    };

    private static final int[][] LENGTHS_V6 = {{128, 700}, {64, 200}, {56, 50}, {48, 50}};

    /// What a grant may forbid at most: who forbids more has no need of the rest of the policy.
    private static final int LONGEST_FORBIDDEN_V4 = 24;

    private static final int LONGEST_FORBIDDEN_V6 = 64;

    private static final String[] PORTS = {
        "*", "22", "443", "443", "80,443", "80,443", "22,80,443,5600-5609", "5432", "3389", "53"
    };

    private final SplittableRandom random;
    private final List<Role> roles = new ArrayList<>();
    private final List<User> users = new ArrayList<>();
    private final List<IpResource> resources = new ArrayList<>();
    private final List<Grant> grants = new ArrayList<>();
    private final Validity officeHours = new Validity(
            Optional.empty(), Optional.empty(), Optional.of(WeeklySchedule.parse("Mon-Fri 08:00-18:00 Europe/Berlin")));

    /// A policy of this size.
    public LargePolicy(Size size, long seed) {
        random = new SplittableRandom(seed);
        addRoles(size.roles());
        for (int i = 0; i < size.users(); i++) {
            Set<Permission> permissions =
                    i % SCANNER_EVERY == SCANNER_EVERY - 1 ? Set.of(Permission.IP_SCAN) : Set.of();
            users.add(new User(user(i), someRoles(0, size.roles(), ROLES_PER_USER), permissions));
        }
        for (int i = 0; i < size.resources(); i++) {
            resources.add(resource(i));
        }
        addGrants(size.grants(), 0, size.users());
    }

    /// The name of a user, from 0.
    public static UserId user(int number) {
        return new UserId("user-" + number);
    }

    /// Adds a resource.
    public void add(IpResource resource) {
        resources.add(resource);
    }

    /// Adds a grant.
    public void add(Grant grant) {
        grants.add(grant);
    }

    /// Adds `count` grants to users from `firstUser` up.
    public void addToUsersFrom(int firstUser, int count) {
        int first = grants.size();
        for (int i = first; i < first + count; i++) {
            addGrant(i, new Subject.User(user(random.nextInt(firstUser, users.size()))));
        }
    }

    /// What was made up so far.
    public Policy policy() {
        return new Policy(1, roles, users, resources, grants, List.of());
    }

    private void addRoles(int count) {
        int departments = count * 6 / 10;
        int top = count * 9 / 10;
        for (int i = 0; i < count; i++) {
            List<RoleId> of = i < departments
                    ? someRoles(departments, top, 1 + i % 2)
                    : i < top ? someRoles(top, count, 1) : List.of();
            roles.add(new Role(role(i), of));
        }
    }

    private static RoleId role(int number) {
        return new RoleId("role-" + number);
    }

    private List<RoleId> someRoles(int from, int to, int count) {
        return random.ints(from, to)
                .distinct()
                .limit(Math.min(count, to - from))
                .mapToObj(LargePolicy::role)
                .toList();
    }

    private IpResource resource(int number) {
        Cidr block = random.nextInt(7) == 0 ? blockV6() : blockV4();
        PortSet ports = PortSet.parse(PORTS[random.nextInt(PORTS.length)]);
        Transport transport = number % 4 == 0 ? Transport.BOTH : number % 20 == 1 ? Transport.UDP : Transport.TCP;
        boolean decoy = number % DECOY_EVERY == 0;
        Cidr place = decoy ? Cidr.host(block.high(), block.low()) : block;
        return new IpResource(new ResourceId("resource-" + number), place, ports, transport, decoy);
    }

    private Cidr blockV4() {
        int length = length(LENGTHS_V4);
        long address = 0x0000_ffff_0a80_0000L | random.nextInt(1 << 23);
        return new Cidr(0, address & Cidr.lowMask(96 + length), length, true);
    }

    private Cidr blockV6() {
        int length = length(LENGTHS_V6);
        long high = 0xfd00L << 48 | (long) random.nextInt(1 << 16) << 16;
        return new Cidr(high & Cidr.highMask(length), random.nextInt(1, 1 << 16) & Cidr.lowMask(length), length, false);
    }

    private int length(int[][] lengths) {
        int draw = random.nextInt(1000);
        int at = 0;
        while (draw >= lengths[at][1]) {
            draw -= lengths[at++][1];
        }
        return lengths[at][0];
    }

    private void addGrants(int count, int firstUser, int lastUser) {
        for (int i = 0; i < count; i++) {
            Subject to = random.nextInt(10) < 3
                    ? new Subject.User(user(random.nextInt(firstUser, lastUser)))
                    : new Subject.Role(roles.get(random.nextInt(roles.size())).id());
            addGrant(i, to);
        }
    }

    private void addGrant(int number, Subject to) {
        IpResource resource = resources.get(random.nextInt(resources.size()));
        Cidr block = resource.block();
        boolean small = block.prefixLength() >= (block.v4() ? LONGEST_FORBIDDEN_V4 : LONGEST_FORBIDDEN_V6);
        boolean deny = small && number % 20 == 0;
        boolean mfa = random.nextInt(10) < 4;
        Validity validity = number % 10 == 3 ? officeHours : Validity.ALWAYS;
        grants.add(new Grant(new GrantId("grant-" + number), resource.id(), to, deny, mfa, validity));
    }
}
