package dev.sekisho.control.enforce;

import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.RoleEvent;
import dev.sekisho.control.device.Device;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.GrantDraft;
import dev.sekisho.control.grant.Recipient;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.ResourceDraft;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Sql;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.Validity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// How long it takes from a commit until the data plane decides differently, at full size ([LargeNetwork]): a client in
/// the same process sends a packet every 200 microseconds; a change is in force when the first of them comes out behind
/// the server, or when the live flow is cut. `bench/enforce [ROUNDS]`; prints one line a kind of change.
final class EnforceFigures {
    private static final double MILLI = 1e6;
    private static final int BULKS = 5;

    private final LargeNetwork network;
    private final int rounds;

    /// Grants in one transaction.
    private final int bulk;

    private EnforceFigures(LargeNetwork network, int rounds, int bulk) {
        this.network = network;
        this.rounds = rounds;
        this.bulk = bulk;
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
        measure(LargeNetwork.Size.FULL, rounds, 10_000);
    }

    /// Makes all kinds of changes, each until it is in force.
    static void measure(LargeNetwork.Size size, int rounds, int bulk) throws Exception {
        try (LargeNetwork network = LargeNetwork.open(size)) {
            EnforceFigures figures = new EnforceFigures(network, rounds, bulk);
            figures.grants("warming up: ");
            figures.grants("");
            figures.members();
            figures.resources();
            figures.locks();
            figures.bulk();
            System.out.println(
                    "policies compiled: " + network.host().compilations().orElseThrow());
        }
    }

    private void report(String what, long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%-44s median %6.1f ms, p99 %6.1f ms, max %6.1f ms (%d)%n",
                what,
                nanos[nanos.length / 2] / MILLI,
                nanos[Math.max(0, (int) Math.ceil(nanos.length * 0.99) - 1)] / MILLI,
                nanos[nanos.length - 1] / MILLI,
                nanos.length);
    }

    private GrantDraft draft(int target) {
        return new GrantDraft(
                LargeNetwork.targetName(target),
                "user:" + LargeNetwork.USER,
                new AccessGrant.Rule(false, false, Validity.ALWAYS, ""));
    }

    private void grants(String note) {
        long[] given = new long[rounds];
        long[] taken = new long[rounds];
        for (int i = 0; i < rounds; i++) {
            int target = i % LargeNetwork.TARGETS;
            AccessGrant[] made = new AccessGrant[1];
            given[i] = network.untilPassed(
                    target, () -> made[0] = network.kit().grants.create(network.admin(), draft(target)));
            taken[i] = network.untilCut(
                    target, () -> network.kit().grants.revoke(network.admin(), made[0].id(), OptionalLong.empty()));
        }
        report(note + "a new grant", given);
        report(note + "a revoked grant", taken);
    }

    private void members() {
        int target = 0;
        network.kit()
                .grants
                .create(
                        network.admin(),
                        new GrantDraft(
                                LargeNetwork.targetName(target),
                                "role:" + LargeNetwork.ROLE,
                                new AccessGrant.Rule(false, false, Validity.ALWAYS, "")));
        long[] given = new long[rounds];
        long[] taken = new long[rounds];
        for (int i = 0; i < rounds; i++) {
            given[i] = network.untilPassed(target, () -> member(true));
            taken[i] = network.untilCut(target, () -> member(false));
        }
        report("a role given to a user", given);
        report("a role taken from a user", taken);
    }

    private void member(boolean added) {
        List<String> user = List.of(LargeNetwork.USER);
        network.kit().work.change(network.admin(), transaction -> {
            Sql.of(transaction)
                    .update(
                            added
                                    ? "INSERT INTO role_member (role_id, user_id) VALUES (?, ?)"
                                    : "DELETE FROM role_member WHERE role_id = ? AND user_id = ?",
                            "id-" + LargeNetwork.ROLE,
                            "id-" + LargeNetwork.USER);
            return Change.of(
                    0,
                    new RoleEvent.MembersChanged(
                            LargeNetwork.ROLE, added ? user : List.of(), added ? List.of() : user));
        });
    }

    /// A resource that moves away from its address and back.
    private void resources() {
        int target = 1;
        network.kit().grants.create(network.admin(), draft(target));
        network.untilPassed(target, () -> {});
        long[] given = new long[rounds];
        long[] taken = new long[rounds];
        for (int i = 0; i < rounds; i++) {
            taken[i] = network.untilCut(target, () -> move(target, "10.9.9.9"));
            given[i] = network.untilPassed(target, () -> move(target, LargeNetwork.targetAddress(target)));
        }
        report("a resource that gets an address", given);
        report("a resource that loses an address", taken);
    }

    private void move(int target, String address) {
        network.kit()
                .resources
                .change(
                        network.admin(),
                        LargeNetwork.targetId(target),
                        OptionalLong.empty(),
                        new ResourceDraft(
                                LargeNetwork.targetName(target),
                                new Resource.Target(Cidr.parse(address), PortSet.parse("443"), Transport.BOTH, false),
                                "",
                                List.of(),
                                1,
                                Optional.empty(),
                                Duration.ofHours(1),
                                ""));
    }

    private void locks() {
        int target = 1;
        long[] given = new long[rounds];
        long[] taken = new long[rounds];
        for (int i = 0; i < rounds; i++) {
            taken[i] = network.untilCut(
                    target,
                    () -> network.kit()
                            .states
                            .lock(
                                    network.admin(),
                                    network.deviceName(),
                                    new Device.Grounds(LockReason.ADMIN, "test", "", List.of())));
            given[i] = network.untilPassed(
                    target, () -> network.kit().states.unlock(network.admin(), network.deviceName(), "test"));
        }
        report("a device that is unlocked", given);
        report("a device that is locked", taken);
    }

    /// Many grants in one transaction; the last of them is the one that is looked at.
    private void bulk() {
        long[] given = new long[BULKS];
        for (int i = 0; i < given.length; i++) {
            int target = 10 + i;
            given[i] = network.untilPassed(
                    target,
                    () -> network.kit().work.change(network.admin(), transaction -> {
                        Instant now = Instant.EPOCH;
                        List<ControlEvent> events = new ArrayList<>();
                        for (int n = 0; n <= bulk; n++) {
                            boolean last = n == bulk;
                            String resource = last ? LargeNetwork.targetId(target) : network.resourceId(n);
                            events.add(network.kit()
                                    .grants
                                    .add(
                                            transaction,
                                            new AccessGrant(
                                                    Ids.next(System.currentTimeMillis()),
                                                    resource,
                                                    resource,
                                                    last
                                                            ? new Recipient.OfUser(
                                                                    "id-" + LargeNetwork.USER, LargeNetwork.USER)
                                                            : network.recipient(n),
                                                    new AccessGrant.Rule(false, false, Validity.ALWAYS, ""),
                                                    now,
                                                    "admin",
                                                    1)));
                        }
                        return new Change<>(0, events);
                    }));
        }
        report(bulk + " new grants at once", given);
    }
}
