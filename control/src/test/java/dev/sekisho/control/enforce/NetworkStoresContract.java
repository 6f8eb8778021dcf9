package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.device.Device;
import dev.sekisho.control.device.DeviceDraft;
import dev.sekisho.control.device.DeviceStates;
import dev.sekisho.control.device.DeviceStore;
import dev.sekisho.control.device.Devices;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.GrantDraft;
import dev.sekisho.control.grant.GrantQuery;
import dev.sekisho.control.people.People;
import dev.sekisho.control.request.AccessRequest;
import dev.sekisho.control.request.RequestStore;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.ResourceDraft;
import dev.sekisho.control.resource.ResourceStore;
import dev.sekisho.control.settings.NetworkSettings;
import dev.sekisho.control.state.Attempt;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.Validity;
import dev.sekisho.policy.WeeklySchedule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the stores of the network promise, whatever the database.
@Timeout(120)
abstract class NetworkStoresContract {
    private static final Page.Request TWO = new Page.Request(Optional.empty(), 2);
    private static final GrantQuery ALL_GRANTS =
            new GrantQuery(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private final NetworkKit kit = new NetworkKit(newDatabase());

    abstract TestDatabase newDatabase();

    @BeforeEach
    void people() {
        kit.role("staff");
        kit.role("dba", "staff");
        kit.user("alice", "dba");
        kit.user("bob");
    }

    @AfterEach
    void close() throws Exception {
        kit.close();
    }

    private Resource resource(String name) {
        return kit.resources.create(
                kit.actor("bob"),
                new ResourceDraft(
                        name,
                        new Resource.Target(Cidr.parse("2001:db8::/32"), PortSet.parse("0,443"), Transport.TCP, false),
                        "about " + name,
                        List.of("staff", "dba"),
                        2,
                        Optional.of("staff"),
                        Duration.ofHours(2),
                        ""));
    }

    private AccessGrant grant(String to, Validity validity) {
        return kit.grants.create(
                kit.actor("bob"), new GrantDraft("web", to, new AccessGrant.Rule(false, false, validity, "100% a_b!")));
    }

    @Test
    void aResourceIsReadAsItWasWritten() {
        Resource made = resource("web");
        assertThat(kit.resources.find(made.id())).isEqualTo(made);
        assertThat(kit.work.<Optional<Resource>>read(tx -> kit.resourceStore.named(tx, "WEB")))
                .contains(made);
    }

    @Test
    void manyAreWrittenAndFoundByName() {
        Resource one = resource("web");
        Resource two = new Resource("2", "Zwei", one.target(), "", one.terms(), one.createdAt(), 1);
        kit.work.<Integer>housekeeping(tx -> {
            kit.resourceStore.insertAll(tx, List.of(two));
            return 0;
        });
        assertThat(kit.work.<List<Resource>>read(tx -> kit.resourceStore.named(tx, List.of("web", "zwei", "none"))))
                .containsExactlyInAnyOrder(one, two);
    }

    private List<String> sorted(ResourceStore.By by, boolean descending, Optional<String> text) {
        ResourceStore.Query query = new ResourceStore.Query(
                text, Optional.empty(), Optional.empty(), false, new ResourceStore.Order(by, descending));
        List<String> names = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page.Request two = new Page.Request(after, 2);
            Page<Resource> page = kit.work.read(tx -> kit.resourceStore.page(tx, query, two));
            assertThat(page.total()).isEqualTo(5);
            page.items().forEach(resource -> names.add(resource.name()));
            after = page.next();
        } while (after.isPresent() && names.size() <= 5);
        return names;
    }

    @ParameterizedTest
    @CsvSource({"NAME,a b c d e", "ADDRESS,e c b a d", "PROTOCOL,e b c a d", "CREATED,c a e d b"})
    void resourcesComeInAnyOrderPageByPage(ResourceStore.By by, String wanted) {
        for (String spec : List.of(
                "c 9.0.0.0/8 tcp", "a 10.0.0.0/16 tcp", "e 2.0.0.0/8 both", "d fd00::/8 udp", "b 10.0.0.0/8 both")) {
            String[] parts = spec.split(" ", -1);
            kit.now = kit.now.plusSeconds(1);
            kit.resources.create(
                    kit.actor("bob"),
                    new ResourceDraft(
                            parts[0],
                            new Resource.Target(
                                    Cidr.parse(parts[1]), PortSet.parse("1"), Transport.parse(parts[2]), false),
                            "same",
                            List.of(),
                            1,
                            Optional.empty(),
                            Duration.ofHours(2),
                            ""));
        }
        // As a version has left it that knew no order of addresses.
        kit.sql("UPDATE resource SET cidr_key = '' WHERE name = 'd' OR name = 'e'");
        assertThat(kit.work.<Integer>housekeeping(kit.resourceStore::keyAddresses))
                .isEqualTo(2);
        List<String> names = List.of(wanted.split(" ", -1));
        assertThat(sorted(by, false, Optional.empty())).isEqualTo(names);
        assertThat(sorted(by, false, Optional.of("same"))).isEqualTo(names);
        assertThat(sorted(by, true, Optional.empty())).isEqualTo(names.reversed());
        assertThat(sorted(by, true, Optional.of("same"))).isEqualTo(names.reversed());
    }

    @Test
    void aRoleThatGoesTakesItsPlaceInResourcesAlong() {
        Resource made = resource("web");
        kit.sql("DELETE FROM role WHERE id = ?", "id-staff");
        Resource left = kit.resources.find(made.id());
        assertThat(left.terms().requesters()).extracting(role -> role.name()).containsExactly("dba");
        assertThat(left.terms().approverRole()).isEmpty();
    }

    @Test
    void someUsersAreReadAsAllAre() {
        kit.sql("INSERT INTO role_permission (role_id, permission) VALUES ('id-staff', ?)", Permission.IP_SCAN.label());
        kit.user("carol", "staff");
        kit.sql("UPDATE app_user SET disabled = 1 WHERE id = 'id-carol'");
        People.Everybody all = kit.work.read(kit.people::everybody);
        People.Everybody some =
                kit.work.read(tx -> kit.people.some(tx, List.of("ALICE", "bob", "carol", "nobody", "'; --")));
        assertThat(some.roles()).isEqualTo(all.roles());
        assertThat(some.users()).containsExactlyInAnyOrderElementsOf(all.users());
        assertThat(some.users())
                .filteredOn(user -> user.id().name().equals("alice"))
                .singleElement()
                .satisfies(alice -> assertThat(alice.permissions()).contains(Permission.IP_SCAN));
        assertThat(kit.work
                        .<People.Everybody>read(tx -> kit.people.some(tx, List.of()))
                        .users())
                .isEmpty();
    }

    @Test
    void someOfManyAreReadAsTheyAre() {
        List<Resource> made = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            made.add(resource("web" + i));
        }
        List<String> ids = new ArrayList<>(made.stream().map(Resource::id).toList());
        for (int i = 0; i < 1_100; i++) {
            ids.add("nothing-" + i);
        }
        assertThat(kit.work.<List<Resource>>read(tx -> kit.resourceStore.some(tx, ids)))
                .containsExactlyInAnyOrderElementsOf(made);
        assertThat(kit.work.<List<Resource>>read(tx -> kit.resourceStore.some(tx, ids.subList(0, 2))))
                .containsExactlyInAnyOrderElementsOf(made.subList(0, 2));
        assertThat(kit.work.<List<Resource>>read(tx -> kit.resourceStore.some(tx, List.of())))
                .isEmpty();
    }

    @Test
    void aGrantIsReadAsItWasWritten() {
        resource("web");
        Validity validity = new Validity(
                Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
                Optional.of(Instant.parse("2027-01-01T00:00:00Z")),
                Optional.of(WeeklySchedule.parse("mon-fri 08:00-18:00 Europe/Vienna")));
        for (String to : List.of("user:alice", "role:dba", "network:10.0.0.0/8")) {
            AccessGrant made = grant(to, validity);
            assertThat(kit.grants.find(made.id())).isEqualTo(made);
            assertThat(made.to()).hasToString(to);
        }
        assertThat(kit.work.<List<AccessGrant>>read(tx -> {
                    List<AccessGrant> all = new ArrayList<>();
                    kit.grantStore.all(tx, all::add);
                    return all;
                }))
                .hasSize(3);
    }

    @Test
    void aSearchTakesSignsAsTheyAre() {
        resource("web");
        grant("user:alice", Validity.ALWAYS);
        for (String found : List.of("100%", "a_b", "b!", "ALICE", "web")) {
            assertThat(search(found)).as(found).isEqualTo(1);
        }
        for (String missed : List.of("a%b", "aab", "'; DROP TABLE device; --")) {
            assertThat(search(missed)).as(missed).isZero();
        }
    }

    private long search(String text) {
        GrantQuery query = new GrantQuery(
                Optional.of(text), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        return kit.grants.page(query, TWO).total();
    }

    @Test
    void pagesOfGrantsHaveNoGaps() {
        resource("web");
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(grant("user:alice", Validity.ALWAYS).id());
            kit.now = kit.now.plusMillis(1);
        }
        List<String> read = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<AccessGrant> page = kit.grants.page(ALL_GRANTS, new Page.Request(after, 2));
            page.items().forEach(grant -> read.add(grant.id()));
            after = page.next();
        } while (after.isPresent());
        assertThat(read).isEqualTo(made);
    }

    @Test
    void aUserTakesGrantsAndDevicesAlong() {
        resource("web");
        grant("user:alice", Validity.ALWAYS);
        kit.devices.add(kit.actor("bob"), DeviceDraft.plain("alice", "laptop"));
        kit.sql("DELETE FROM app_user WHERE id = ?", "id-alice");
        assertThat(kit.grants.page(ALL_GRANTS, TWO).total()).isZero();
        assertThat(kit.work.<List<Device>>read(kit.deviceStore::all)).isEmpty();
        assertThat(kit.work.<Integer>read(tx -> kit.deviceStore.addresses(tx).size()))
                .isZero();
    }

    @Test
    void aDeviceIsReadAsItWasWritten() {
        Devices.Made made = kit.devices.add(
                kit.actor("bob"), new DeviceDraft("alice", "Laptop", Optional.empty(), List.of(), true));
        Device read = kit.devices.find(made.device().id());
        assertThat(read)
                .usingRecursiveComparison()
                .ignoringFields("key.presharedKey")
                .isEqualTo(made.device());
        assertThat(read.key().presharedKey().orElseThrow())
                .isEqualTo(made.device().key().presharedKey().orElseThrow());
    }

    @Test
    void noPrivateKeyIsKept() {
        Devices.Made made = kit.devices.add(
                kit.actor("bob"), new DeviceDraft("alice", "laptop", Optional.empty(), List.of(), true));
        String config = made.config().orElseThrow();
        String key = config.lines()
                .filter(line -> line.startsWith("PrivateKey"))
                .findFirst()
                .orElseThrow()
                .substring("PrivateKey = ".length());
        assertThat(kit.work.<List<String>>read(
                        tx -> Sql.of(tx).list(row -> row.text("public_key"), "SELECT public_key FROM device")))
                .doesNotContain(key);
        assertThat(kit.work.<List<String>>read(
                        tx -> Sql.of(tx).list(row -> row.text("details"), "SELECT details FROM audit_record")))
                .noneMatch(details -> details.contains(key));
        assertThat(made.toString()).doesNotContain(key);
    }

    @Test
    void aLockSurvivesWithItsEvidence() {
        Devices.Made made = kit.devices.add(kit.actor("bob"), DeviceDraft.plain("alice", "laptop"));
        DeviceId name = new DeviceId("alice/laptop");
        Device.Grounds scan = new Device.Grounds(
                LockReason.SCAN,
                "",
                "198.51.100.7:51820",
                List.of(Attempt.of("10.0.0.1:22", 1_767_607_200_123L), Attempt.of("[fd00::2]:22")));
        kit.states.lock(kit.actor("bob"), name, scan);
        kit.states.lock(kit.actor("bob"), name, new Device.Grounds(LockReason.ADMIN, "later", "", List.of()));
        String id = made.device().id();
        assertThat(kit.devices.find(id).lock().orElseThrow()).isEqualTo(new Device.Lock(scan, "bob", kit.now));
        assertThat(kit.states.locked()).containsExactly(name);
        assertThat(kit.states.pastLocks(id)).isEmpty();
        kit.states.unlock(kit.actor("alice"), name, "a wrong script");
        assertThat(kit.states.locked()).isEmpty();
        assertThat(kit.states.pastLocks(id))
                .containsExactly(
                        new Device.PastLock(new Device.Lock(scan, "bob", kit.now), kit.now, "alice", "a wrong script"));
    }

    @Test
    void ofManyPastLocksTheNewestAreKept() {
        Devices.Made made = kit.devices.add(kit.actor("bob"), DeviceDraft.plain("alice", "laptop"));
        kit.devices.add(kit.actor("bob"), DeviceDraft.plain("alice", "phone"));
        DeviceId other = new DeviceId("alice/phone");
        Device.Grounds why = new Device.Grounds(LockReason.ADMIN, "why", "", List.of());
        kit.states.lock(kit.actor("bob"), other, why);
        kit.states.unlock(kit.actor("bob"), other, "of the phone");
        for (int i = 0; i <= DeviceStore.MAX_PAST_LOCKS; i++) {
            kit.now = kit.now.plusMillis(1);
            kit.states.lock(kit.actor("bob"), made.device().deviceId(), why);
            kit.states.unlock(kit.actor("bob"), made.device().deviceId(), "number " + i);
        }
        assertThat(kit.states.pastLocks(made.device().id()))
                .hasSize(DeviceStore.MAX_PAST_LOCKS)
                .first()
                .satisfies(past -> assertThat(past.comment()).isEqualTo("number " + DeviceStore.MAX_PAST_LOCKS));
        assertThat(kit.states.pastLocks(kit.states.find(other).orElseThrow().id()))
                .hasSize(1);
    }

    @Test
    void devicesArePagedByNameAndFoundByAddress() {
        for (String name : List.of("b", "A", "c")) {
            kit.devices.add(kit.actor("bob"), DeviceDraft.plain("alice", name));
            kit.now = kit.now.plusMillis(1);
        }
        kit.devices.add(kit.actor("bob"), DeviceDraft.plain("bob", "a"));
        DeviceStore.Query all = new DeviceStore.Query(Optional.empty(), Optional.empty(), Optional.empty(), kit.now);
        Page<Device> first = kit.devices.page(all, TWO);
        Page<Device> second = kit.devices.page(all, new Page.Request(first.next(), 2));
        assertThat(first.items()).extracting(Device::name).containsExactly("A", "a");
        assertThat(second.items()).extracting(Device::name).containsExactly("b", "c");
        assertThat(second.next()).isEmpty();
        DeviceStore.Query address =
                new DeviceStore.Query(Optional.of("66.0.5"), Optional.empty(), Optional.empty(), kit.now);
        assertThat(kit.devices.page(address, TWO).total()).isEqualTo(1);
    }

    @Test
    void anOldVersionChangesNothing() {
        Devices.Made made = kit.devices.add(kit.actor("bob"), DeviceDraft.plain("alice", "laptop"));
        Device device = made.device();
        kit.states.edit(
                kit.actor("bob"),
                device.id(),
                OptionalLong.empty(),
                new DeviceStates.Edit(Optional.of("other"), Optional.empty(), Optional.empty()));
        assertThat(kit.work.<Boolean>housekeeping(tx -> kit.deviceStore.update(
                        tx,
                        new Device(
                                device.id(),
                                device.owner(),
                                "stale",
                                device.key(),
                                device.addresses(),
                                device.state(),
                                false,
                                Optional.empty(),
                                Optional.empty(),
                                device.createdAt(),
                                2))))
                .isFalse();
        assertThat(kit.devices.find(device.id()).name()).isEqualTo("other");
    }

    @Test
    void theSchemaRefusesAGrantToNobody() {
        resource("web");
        assertThatThrownBy(() -> kit.sql(
                        "INSERT INTO access_grant (id, resource_id, deny, mfa, comment, created_at, created_by, version)"
                                + " SELECT 'x', id, 0, 0, '', 0, '', 1 FROM resource"))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void settingsAreReadAsTheyWereWritten() {
        NetworkSettings before = kit.settings.current();
        assertThat(before.enrollmentRoles()).extracting(role -> role.name()).containsExactly("default_wireguard_user");
        NetworkSettings.Place place = new NetworkSettings.Place(
                "sk9",
                5555,
                Optional.of("vpn.example.com"),
                before.place().addresses(),
                List.of(Cidr.parseAddress("10.0.0.53"), Cidr.parseAddress("fd00::53")),
                1300,
                List.of(Cidr.parse("10.1.0.0/16"), Cidr.parse("fd01::/48")),
                List.of("eth0", "eth1"));
        NetworkSettings after = kit.settings.change(
                kit.actor("bob"),
                OptionalLong.of(1),
                (current, roles) -> new NetworkSettings(
                        false, place, current.mfa(), current.scan(), List.of(roles.role("DBA")), 7, true, 2));
        assertThat(kit.settings.current()).isEqualTo(after);
        assertThat(kit.work.<String>read(tx -> kit.settings.publicKey(tx).toString()))
                .hasSize(44);
    }

    @Test
    void aRequestIsReadAsItWasWritten() {
        resource("web");
        AccessRequest made = kit.requests.ask(
                kit.actor("alice"), "id-alice", "web", new AccessRequest.Wish("why", "", Duration.ofMinutes(10)));
        assertThat(kit.requests.find(made.id())).isEqualTo(made);
        RequestStore.Query open = new RequestStore.Query(
                Optional.of("id-alice"), Optional.of(AccessRequest.State.OPEN), Optional.of("WHY"));
        assertThat(kit.requests.page(open, TWO).items()).containsExactly(made);
    }

    /// Enough of them that not all names are read.
    @Test
    void manyDevicesComeInTheOrderOfWhatTheDataPlaneKnows() {
        kit.work.housekeeping(transaction -> {
            for (int i = 0; i < 600; i++) {
                Sql.of(transaction)
                        .update(
                                "INSERT INTO device (id, user_id, name, name_key, public_key, state, own, created_at,"
                                        + " version) VALUES (?, ?, ?, ?, ?, ?, 0, 0, 1)",
                                "d-%04d".formatted(i),
                                i % 2 == 0 ? "id-alice" : "id-bob",
                                "D" + i,
                                "d" + i,
                                Base64.getEncoder()
                                        .encodeToString("%032d".formatted(i).getBytes(StandardCharsets.US_ASCII)),
                                i == 599 || i == 3 ? "DISABLED" : "ACTIVE");
            }
            return 0;
        });
        // One is gone, one is not its owner's.
        Map<DeviceId, Long> ranks = Map.of(
                new DeviceId("alice/D8"), 92L,
                new DeviceId("bob/D3"), 97L,
                new DeviceId("bob/D5"), 95L,
                new DeviceId("alice/gone"), 98L,
                new DeviceId("alice/D7"), 99L);
        DeviceStore.Query all = new DeviceStore.Query(Optional.empty(), Optional.empty(), Optional.empty(), kit.now);
        assertThat(pages(all, ranks, true, 5)).containsExactly("d-0003", "d-0005", "d-0008", "d-0599", "d-0598");
        assertThat(pages(all, ranks, false, 4)).containsExactly("d-0000", "d-0001", "d-0002", "d-0004");
        assertThat(pages(all, ranks, false, 602)).hasSize(600).endsWith("d-0008", "d-0005", "d-0003");
        assertThat(kit.work.<List<DeviceStore.Named>>read(
                        transaction -> kit.deviceStore.named(transaction, all, List.of(new DeviceId("alice/D8")))))
                .containsExactly(new DeviceStore.Named("d-0008", new DeviceId("alice/D8")));
        DeviceStore.Query active =
                new DeviceStore.Query(Optional.empty(), Optional.empty(), Optional.of("active"), kit.now);
        assertThat(pages(active, ranks, true, 3)).containsExactly("d-0005", "d-0008", "d-0598");
    }

    private List<String> pages(DeviceStore.Query query, Map<DeviceId, Long> ranks, boolean descending, int many) {
        List<String> ids = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<Device> page = kit.devices.page(query, new Page.Request(after, 2), ranks, descending);
            assertThat(page.total()).isEqualTo(query.state().isPresent() ? 598 : 600);
            page.items().forEach(device -> ids.add(device.id()));
            after = page.next();
        } while (after.isPresent() && ids.size() < many);
        return ids.subList(0, Math.min(many, ids.size()));
    }

    @Test
    void onlyRequestableResourcesWhenAsked() {
        resource("web");
        ResourceStore.Query query =
                new ResourceStore.Query(Optional.of("ABOUT W"), Optional.of("tcp"), Optional.of(false), true);
        assertThat(kit.resources.page(query, TWO).total()).isEqualTo(1);
        kit.sql("DELETE FROM resource_requester");
        assertThat(kit.resources.page(query, TWO).total()).isZero();
    }
}
