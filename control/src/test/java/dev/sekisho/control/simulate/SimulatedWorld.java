package dev.sekisho.control.simulate;

import dev.sekisho.control.enforce.NetworkKit;
import dev.sekisho.control.flows.RecordedFlow;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.GrantDraft;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.ResourceDraft;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.Validity;
import dev.sekisho.policy.WeeklySchedule;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/// A small network in a database, made at random, with drafts of changes that can be made for real. All its
/// addresses lie in 10.0.0.0/28 and all its ports are below 6, so that every destination can be asked for.
final class SimulatedWorld implements AutoCloseable {
    static final List<String> USERS = List.of("ann", "ben", "cat", "dan");
    private static final List<String> ROLES = List.of("dev", "ops", "staff");
    private static final List<String> BLOCKS = List.of(
            "10.0.0.0/28", "10.0.0.0/29", "10.0.0.8/29", "10.0.0.4/30", "10.0.0.5/32", "10.0.0.12/31", "10.0.0.15/32");
    private static final List<String> PORTS = List.of("*", "1", "2-3", "0", "0,2", "1,3-5", "4");
    private static final List<String> NETWORKS = List.of("10.9.0.0/30", "10.9.0.2/31", "10.9.0.0/24");
    private static final List<String> HOURS = List.of("mon-fri 08:00-18:00 UTC", "sat-sun 00:00-12:00 UTC");

    final NetworkKit kit = new NetworkKit(TestDatabases.sqlite());
    final SplittableRandom random;
    final List<RecordedFlow> flows = new ArrayList<>();
    final Simulations simulations;
    private int names;

    SimulatedWorld(long seed) {
        random = new SplittableRandom(seed);
        simulations = new Simulations(
                kit.work,
                sources(),
                kit.devices,
                (from, until, sink) -> {
                    for (RecordedFlow flow : flows) {
                        boolean within = !flow.at().isBefore(from) && flow.at().isBefore(until);
                        if (within && !sink.test(flow)) {
                            return false;
                        }
                    }
                    return true;
                },
                new Simulations.Clocks(kit.clock, () -> 0, Duration.ofDays(1), Duration.ofDays(1)));
        people();
        for (int i = 0; i < 7; i++) {
            kit.resources.create(kit.actor("admin"), resource());
        }
        for (int i = 0; i < 10; i++) {
            kit.grants.create(kit.actor("admin"), grant());
        }
    }

    PolicyMaterial.Sources sources() {
        return new PolicyMaterial.Sources(kit.people, kit.resources, kit.grants);
    }

    private void people() {
        kit.role("scanners");
        kit.sql("INSERT INTO role_permission (role_id, permission) VALUES ('id-scanners', 'IP SCAN')");
        kit.role("staff");
        kit.role("ops", "staff");
        kit.role("dev", "staff");
        kit.user("ann", "dev");
        kit.user("ben", "ops");
        kit.user("cat");
        kit.user("dan", "staff", "scanners");
    }

    <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private ResourceDraft resource() {
        return new ResourceDraft(
                "r" + names++,
                new Resource.Target(
                        Cidr.parse(any(BLOCKS)),
                        PortSet.parse(any(PORTS)),
                        any(List.of(Transport.TCP, Transport.UDP, Transport.BOTH)),
                        random.nextInt(6) == 0),
                "",
                List.of(),
                1,
                Optional.empty(),
                Duration.ofHours(1),
                "");
    }

    private GrantDraft grant() {
        String to = switch (random.nextInt(5)) {
            case 0 -> "network:" + any(NETWORKS);
            case 1, 2 -> "user:" + any(USERS);
            default -> "role:" + any(ROLES);
        };
        boolean deny = random.nextInt(4) == 0;
        boolean mfa = !deny && !to.startsWith("network:") && random.nextInt(3) == 0;
        return new GrantDraft(any(resources()).id(), to, new AccessGrant.Rule(deny, mfa, validity(), ""));
    }

    private Validity validity() {
        Optional<Instant> from = random.nextInt(5) == 0
                ? Optional.of(kit.now.plus(Duration.ofHours(random.nextInt(-72, 72))))
                : Optional.empty();
        Optional<Instant> until = random.nextInt(5) == 0
                ? Optional.of(kit.now.plus(Duration.ofHours(random.nextInt(73, 144))))
                : random.nextInt(8) == 0 && from.isEmpty()
                        ? Optional.of(kit.now.minus(Duration.ofHours(random.nextInt(1, 100))))
                        : Optional.empty();
        Optional<WeeklySchedule> weekly =
                random.nextInt(4) == 0 ? Optional.of(WeeklySchedule.parse(any(HOURS))) : Optional.empty();
        return new Validity(from, until, weekly);
    }

    List<Resource> resources() {
        return kit.work.read(kit.resources::all);
    }

    List<AccessGrant> grants() {
        List<AccessGrant> all = new ArrayList<>();
        kit.work.read(transaction -> {
            kit.grants.all(transaction, all::add);
            return 0;
        });
        return all;
    }

    /// A change that somebody thinks of.
    PolicyDraft draft() {
        return switch (random.nextInt(7)) {
            case 0, 1 -> ofGrant(Optional.empty(), Optional.of(grant()));
            case 2 -> ofGrant(Optional.of(any(grants()).id()), Optional.of(grant()));
            case 3 -> ofGrant(Optional.of(any(grants()).id()), Optional.empty());
            case 4 ->
                new PolicyDraft(
                        List.of(),
                        List.of(new PolicyDraft.OfResource(
                                Optional.of(any(resources()).id()),
                                random.nextInt(3) == 0 ? Optional.empty() : Optional.of(resource()))),
                        List.of());
            default ->
                new PolicyDraft(
                        List.of(),
                        List.of(),
                        List.of(new PolicyDraft.OfUser(
                                any(USERS),
                                random.nextBoolean() ? List.of(any(ROLES)) : List.of(any(ROLES), "scanners"))));
        };
    }

    private static PolicyDraft ofGrant(Optional<String> id, Optional<GrantDraft> next) {
        return new PolicyDraft(List.of(new PolicyDraft.OfGrant(id, next)), List.of(), List.of());
    }

    /// Makes the change for real, as people do.
    void make(PolicyDraft draft) {
        for (PolicyDraft.OfGrant change : draft.grants()) {
            if (change.id().isEmpty()) {
                kit.grants.create(kit.actor("admin"), change.next().orElseThrow());
            } else if (change.next().isPresent()) {
                kit.grants.change(
                        kit.actor("admin"),
                        change.id().get(),
                        OptionalLong.empty(),
                        change.next().get());
            } else {
                kit.grants.revoke(kit.actor("admin"), change.id().get(), OptionalLong.empty());
            }
        }
        for (PolicyDraft.OfResource change : draft.resources()) {
            String id = change.id().orElseThrow();
            change.next()
                    .ifPresentOrElse(
                            next -> kit.resources.change(kit.actor("admin"), id, OptionalLong.empty(), next),
                            () -> kit.resources.delete(kit.actor("admin"), id, OptionalLong.empty()));
        }
        for (PolicyDraft.OfUser change : draft.memberships()) {
            kit.work.housekeeping(transaction -> {
                Sql sql = Sql.of(transaction);
                sql.update("DELETE FROM role_member WHERE user_id = ?", "id-" + change.user());
                for (String role : change.roles().stream().distinct().toList()) {
                    sql.update(
                            "INSERT INTO role_member (role_id, user_id) VALUES (?, ?)",
                            "id-" + role,
                            "id-" + change.user());
                }
                return 0;
            });
        }
    }

    @Override
    public void close() throws IOException {
        kit.close();
    }
}
