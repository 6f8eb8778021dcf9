package dev.sekisho.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
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
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The policy of a large site: 10,000 users with ten roles each, 50,000 resources, 100,000 grants. Pins
/// that a decision makes no garbage and prints what compiling and deciding cost.
@Tag("allocation")
class ScaleTest {
    private static final int USERS = 10_000;
    private static final int ROLES = 1_000;
    private static final int ROLES_PER_USER = 10;
    private static final int RESOURCES = 50_000;
    private static final int GRANTS = 100_000;
    private static final int ROUND = 100_000;

    /// The steady state begins when the JIT is done: rounds are repeated until one is clean. Garbage of
    /// our own making would be in all of them.
    private static final int ROUNDS = 100;

    private static final int[] LENGTHS = {16, 24, 24, 28, 32, 32, 32};
    private static final String[] PORTS = {"*", "22", "443", "22,80,443,5600-5609"};
    private static final long NOON = Instant.parse("2026-03-02T12:00:00Z").getEpochSecond();

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void aDecisionOfALargePolicyMakesNoGarbage() {
        long heapBefore = heapBytes();
        Policy policy = policy();
        long before = threads.getCurrentThreadCpuTime();
        PolicySnapshot snapshot = PolicyCompiler.compile(policy);
        long compiled = threads.getCurrentThreadCpuTime() - before;
        System.out.printf("policy: %d MiB with its snapshot%n", (heapBytes() - heapBefore) >> 20);
        int[] users = new int[ROUND];
        long[] destinations = new long[ROUND];
        for (int i = 0; i < ROUND; i++) {
            users[i] = random.nextInt(USERS);
            destinations[i] = randomAddress();
        }
        Decision decision = new Decision();
        long leastNanos = Long.MAX_VALUE;
        long leastBytes = Long.MAX_VALUE;
        int granted = 0;
        for (int round = 0; round < ROUNDS && (leastBytes > 0 || round < 20); round++) {
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long nanos = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < ROUND; i++) {
                snapshot.decide(users[i], 0, destinations[i], 6, 443, NOON, decision);
                granted += decision.granted() ? 1 : 0;
            }
            leastNanos = Math.min(leastNanos, threads.getCurrentThreadCpuTime() - nanos);
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - bytes);
        }
        System.out.printf("policy: compiled in %d ms, %d ns a decision%n", compiled / 1_000_000, leastNanos / ROUND);
        assertThat(granted).isPositive();
        assertThat((double) leastBytes / ROUND).as("bytes a decision").isLessThan(0.1);
    }

    /// What is reachable.
    private static long heapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private Policy policy() {
        List<Role> roles = new ArrayList<>();
        for (int i = 0; i < ROLES; i++) {
            roles.add(new Role(new RoleId("role-" + i), List.of()));
        }
        List<User> users = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            List<RoleId> has = new ArrayList<>();
            for (int j = 0; j < ROLES_PER_USER; j++) {
                has.add(roles.get(random.nextInt(ROLES)).id());
            }
            users.add(new User(new UserId("user-" + i), has, Set.of()));
        }
        List<IpResource> resources = new ArrayList<>();
        for (int i = 0; i < RESOURCES; i++) {
            int bits = 96 + LENGTHS[random.nextInt(LENGTHS.length)];
            Cidr block = new Cidr(0, randomAddress() & Cidr.lowMask(bits), bits - 96, true);
            PortSet ports = PortSet.parse(PORTS[random.nextInt(PORTS.length)]);
            resources.add(new IpResource(
                    new ResourceId("resource-" + i), block, ports, Transport.BOTH, bits == 128 && i % 10 == 0));
        }
        List<Grant> grants = new ArrayList<>();
        Validity hours = new Validity(
                Optional.empty(),
                Optional.empty(),
                Optional.of(WeeklySchedule.parse("Mon-Fri 08:00-18:00 Europe/Berlin")));
        for (int i = 0; i < GRANTS; i++) {
            Subject to = i % 2 == 0
                    ? new Subject.Role(roles.get(random.nextInt(ROLES)).id())
                    : new Subject.User(users.get(random.nextInt(USERS)).id());
            ResourceId resource = resources.get(random.nextInt(RESOURCES)).id();
            Validity validity = i % 10 == 0 ? hours : Validity.ALWAYS;
            grants.add(new Grant(new GrantId("grant-" + i), resource, to, i % 50 == 0, i % 3 == 0, validity));
        }
        return new Policy(1, roles, users, resources, grants, List.of());
    }

    /// In 10.0.0.0/12, mapped.
    private long randomAddress() {
        return 0x0000_ffff_0a00_0000L | random.nextInt(1 << 20);
    }
}
