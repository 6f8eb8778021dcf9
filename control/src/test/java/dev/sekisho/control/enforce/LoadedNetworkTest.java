package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.DeviceEvent;
import dev.sekisho.control.audit.RoleEvent;
import dev.sekisho.control.audit.UserEvent;
import dev.sekisho.control.device.Device;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.GrantDraft;
import dev.sekisho.control.policy.DeviceSection;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.ResourceDraft;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.Validity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// After changes of every kind, alone and many at once, what is in memory is what a new reading finds, though only what
/// changed was read.
@Timeout(240)
class LoadedNetworkTest {
    private static final int STEPS = 400;
    private static final List<String> USERS = List.of("ann", "ben", "cat", "dan", "eve");
    private static final List<String> ROLES = List.of("dev", "ops", "staff", "guests");

    private final NetworkKit kit = new NetworkKit(TestDatabases.sqlite());
    private final LoadedNetwork loaded = new LoadedNetwork(kit.source());
    private final SplittableRandom random = new SplittableRandom(7);
    private final Set<String> users = new LinkedHashSet<>();
    private final Set<String> roles = new LinkedHashSet<>();
    private final List<Resource> resources = new ArrayList<>();
    private final List<AccessGrant> grants = new ArrayList<>();
    private final List<Device> devices = new ArrayList<>();
    private Stale stale = new Stale();
    private int names;

    LoadedNetworkTest() {
        kit.work.onCommit((events, records) -> stale.add(events));
    }

    @AfterEach
    void close() throws Exception {
        loaded.close();
        kit.close();
    }

    private Set<GrantId> refresh(Stale what) {
        Set<GrantId> ended = loaded.refresh(what, kit.now);
        loaded.rebuild(kit.now);
        return ended;
    }

    private void change(List<ControlEvent> events, String sql, Object... parameters) {
        kit.work.change(kit.actor("admin"), transaction -> {
            Sql.of(transaction).update(sql, parameters);
            return new Change<>(0, events);
        });
    }

    @Test
    void isWhatANewReadingFinds() {
        refresh(Stale.everything());
        int everything = 0;
        for (int i = 0; i < STEPS; i++) {
            int changes = 1 + random.nextInt(5);
            for (int j = 0; j < changes; j++) {
                change();
            }
            everything += stale.isEverything() ? 1 : 0;
            refresh(stale);
            stale = new Stale();
            try (LoadedNetwork fresh = new LoadedNetwork(kit.source())) {
                fresh.refresh(Stale.everything(), kit.now);
                fresh.rebuild(kit.now);
                assertSame(loaded.content(kit.now), fresh.content(kit.now));
                assertThat(loaded.devices().locks(kit.now))
                        .isEqualTo(fresh.devices().locks(kit.now));
            }
        }
        assertThat(everything).as("changes after which all is read").isBetween(1, STEPS / 3);
        assertThat(grants).isNotEmpty();
        assertThat(devices).isNotEmpty();
    }

    private static void assertSame(PolicyFile.Content memory, PolicyFile.Content database) {
        Policy is = memory.policy();
        Policy expected = database.policy();
        assertThat(is.roles()).containsExactlyInAnyOrderElementsOf(expected.roles());
        assertThat(is.users()).containsExactlyInAnyOrderElementsOf(expected.users());
        assertThat(is.resources()).containsExactlyInAnyOrderElementsOf(expected.resources());
        assertThat(is.grants()).containsExactlyInAnyOrderElementsOf(expected.grants());
        assertThat(memory.devices().stream().map(LoadedNetworkTest::text))
                .containsExactlyElementsOf(
                        database.devices().stream().map(LoadedNetworkTest::text).toList());
    }

    private static String text(DeviceSection device) {
        return device.id() + " " + device.user() + " " + device.publicKey() + " " + device.addresses();
    }

    private void change() {
        switch (random.nextInt(20)) {
            case 0, 1, 2 -> addGrant();
            case 3 -> removeGrant();
            case 4 -> changeGrant();
            case 5, 6 -> addResource();
            case 7 -> changeResource();
            case 8 -> removeResource();
            case 9, 10 -> addUser();
            case 11 -> removeUser();
            case 12 -> {
                if (random.nextInt(3) == 0) {
                    renameUser();
                } else {
                    disable();
                }
            }
            case 13, 14 -> giveRole();
            case 15 -> addRole();
            case 16 -> changeRole();
            case 17 -> removeRole();
            case 18 -> addDevice();
            default -> changeDevice();
        }
    }

    private <T> Optional<T> any(List<T> of) {
        return of.isEmpty() ? Optional.empty() : Optional.of(of.get(random.nextInt(of.size())));
    }

    private Optional<String> recipient() {
        return random.nextInt(8) == 0
                ? Optional.of("network:192.0.2.0/24")
                : random.nextBoolean()
                        ? any(List.copyOf(users)).map(user -> "user:" + user)
                        : any(List.copyOf(roles)).map(role -> "role:" + role);
    }

    private Optional<GrantDraft> draft() {
        Validity validity = random.nextInt(6) == 0
                ? new Validity(Optional.empty(), Optional.of(kit.now.minusSeconds(60)), Optional.empty())
                : Validity.ALWAYS;
        AccessGrant.Rule rule = new AccessGrant.Rule(random.nextBoolean(), false, validity, "");
        return any(resources).flatMap(resource -> recipient().map(to -> new GrantDraft(resource.name(), to, rule)));
    }

    private void addGrant() {
        draft().ifPresent(draft -> grants.add(kit.grants.create(kit.actor("admin"), draft)));
    }

    private void removeGrant() {
        any(grants).ifPresent(grant -> {
            grants.remove(grant);
            kit.grants.revoke(kit.actor("admin"), grant.id(), OptionalLong.empty());
        });
    }

    private void changeGrant() {
        any(grants)
                .ifPresent(grant -> draft().ifPresent(draft -> {
                    grants.remove(grant);
                    grants.add(kit.grants.change(kit.actor("admin"), grant.id(), OptionalLong.empty(), draft));
                }));
    }

    private ResourceDraft resource(String name) {
        return new ResourceDraft(
                name,
                new Resource.Target(
                        Cidr.parse("10.0." + random.nextInt(9) + ".0/24"),
                        PortSet.parse("443"),
                        Transport.BOTH,
                        random.nextInt(9) == 0),
                "",
                List.of(),
                1,
                Optional.empty(),
                Duration.ofHours(1),
                "");
    }

    private void addResource() {
        resources.add(kit.resources.create(kit.actor("admin"), resource("resource" + names++)));
    }

    /// Often gives it another name.
    private void changeResource() {
        any(resources).ifPresent(resource -> {
            resources.remove(resource);
            resources.add(kit.resources.change(
                    kit.actor("admin"),
                    resource.id(),
                    OptionalLong.empty(),
                    resource(random.nextBoolean() ? resource.name() : "resource" + names++)));
        });
    }

    private void removeResource() {
        any(resources).ifPresent(resource -> {
            resources.remove(resource);
            kit.resources.delete(kit.actor("admin"), resource.id(), OptionalLong.empty());
            readWhatIsLeft();
        });
    }

    /// Who comes back under the name of somebody who is gone is another one.
    private void addUser() {
        any(USERS).filter(users::add).ifPresent(name -> {
            kit.user(name);
            String id = "id-" + name + "-" + names++;
            kit.sql("UPDATE app_user SET id = ? WHERE name = ?", id, name);
            change(
                    List.of(new UserEvent.Created(name, "internal", List.of())),
                    "UPDATE app_user SET version = 1 WHERE id = ?",
                    id);
        });
    }

    private void removeUser() {
        any(List.copyOf(users)).ifPresent(name -> {
            users.remove(name);
            change(List.of(new UserEvent.Deleted(name)), "DELETE FROM app_user WHERE name = ?", name);
            readWhatIsLeft();
        });
    }

    private void renameUser() {
        any(List.copyOf(users))
                .ifPresent(name -> any(USERS).filter(users::add).ifPresent(next -> {
                    users.remove(name);
                    change(
                            List.of(new UserEvent.Changed(name, List.of("name"))),
                            "UPDATE app_user SET name = ?, name_key = ? WHERE name = ?",
                            next,
                            next,
                            name);
                    readWhatIsLeft();
                }));
    }

    private void readWhatIsLeft() {
        grants.clear();
        devices.clear();
        kit.work.read(transaction -> {
            kit.grants.all(transaction, grants::add);
            return devices.addAll(kit.devices.all(transaction));
        });
    }

    private void disable() {
        boolean disabled = random.nextBoolean();
        any(List.copyOf(users))
                .ifPresent(name -> change(
                        List.of(disabled ? new UserEvent.Disabled(name) : new UserEvent.Enabled(name)),
                        "UPDATE app_user SET disabled = ? WHERE name = ?",
                        disabled,
                        name));
    }

    private void giveRole() {
        any(List.copyOf(users))
                .ifPresent(user -> any(List.copyOf(roles)).ifPresent(role -> {
                    boolean give = random.nextInt(3) > 0;
                    List<String> names = List.of(user);
                    change(
                            List.of(),
                            "DELETE FROM role_member WHERE role_id = ? AND user_id IN"
                                    + " (SELECT id FROM app_user WHERE name = ?)",
                            "id-" + role,
                            user);
                    change(
                            List.of(new RoleEvent.MembersChanged(
                                    role, give ? names : List.of(), give ? List.of() : names)),
                            "INSERT INTO role_member (role_id, user_id) SELECT ?, id FROM app_user WHERE name = ?",
                            "id-" + role,
                            give ? user : "nobody");
                }));
    }

    private void addRole() {
        any(ROLES).filter(roles::add).ifPresent(name -> {
            kit.role(name);
            change(
                    List.of(new RoleEvent.Created(name, List.of(), List.of())),
                    "UPDATE role SET version = 1 WHERE name = ?",
                    name);
        });
    }

    /// Another permission, another parent (of those that come later, so that there is no circle) or another name.
    private void changeRole() {
        any(List.copyOf(roles)).ifPresent(name -> {
            List<ControlEvent> events = List.of(new RoleEvent.Changed(name, name, List.of(), List.of()));
            List<String> later = ROLES.subList(ROLES.indexOf(name) + 1, ROLES.size());
            switch (random.nextInt(5)) {
                case 0 ->
                    change(
                            events,
                            "INSERT INTO role_permission (role_id, permission) VALUES (?, ?) ON CONFLICT DO NOTHING",
                            "id-" + name,
                            Permission.IP_SCAN.label());
                case 1 -> change(events, "DELETE FROM role_permission WHERE role_id = ?", "id-" + name);
                case 2 -> change(events, "DELETE FROM role_parent WHERE role_id = ?", "id-" + name);
                default ->
                    any(later.stream().filter(roles::contains).toList())
                            .ifPresent(parent -> change(
                                    events,
                                    "INSERT INTO role_parent (role_id, parent_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                                    "id-" + name,
                                    "id-" + parent));
            }
        });
    }

    private void removeRole() {
        if (random.nextInt(3) > 0) {
            return;
        }
        any(List.copyOf(roles)).ifPresent(name -> {
            roles.remove(name);
            change(List.of(new RoleEvent.Deleted(name)), "DELETE FROM role WHERE name = ?", name);
            readWhatIsLeft();
        });
    }

    private void addDevice() {
        any(List.copyOf(users)).ifPresent(name -> {
            byte[] key = new byte[32];
            random.nextBytes(key);
            String id = "device-" + names++;
            List<ControlEvent> events =
                    List.of(new DeviceEvent.Created(id, name + "/" + id, name, "", List.of(), "active"));
            kit.work.change(kit.actor("admin"), transaction -> {
                Sql sql = Sql.of(transaction);
                sql.update(
                        "INSERT INTO device (id, user_id, name, name_key, public_key, state, own, created_at, version)"
                                + " SELECT ?, id, ?, ?, ?, 'ACTIVE', 0, 0, 1 FROM app_user WHERE name = ?",
                        id,
                        id,
                        id,
                        Base64.getEncoder().encodeToString(key),
                        name);
                sql.update(
                        "INSERT INTO device_address (address, device_id, place) VALUES (?, ?, 0)",
                        "10.66." + names / 250 + "." + (names % 250 + 1) + "/32",
                        id);
                return new Change<>(0, events);
            });
            devices.add(kit.devices.find(id));
        });
    }

    private void changeDevice() {
        any(devices).ifPresent(device -> {
            switch (random.nextInt(4)) {
                case 0 -> {
                    devices.remove(device);
                    kit.devices.delete(kit.actor("admin"), device.id(), OptionalLong.empty());
                }
                case 1 ->
                    kit.states.lock(
                            kit.actor("admin"),
                            device.deviceId(),
                            new Device.Grounds(LockReason.ADMIN, "why", "", List.of()));
                case 2 -> kit.states.unlock(kit.actor("admin"), device.deviceId(), "");
                default ->
                    kit.states.enable(kit.actor("admin"), device.id(), OptionalLong.empty(), random.nextBoolean());
            }
        });
    }

    @Test
    void grantsFollowARoleToItsNewName() {
        kit.role("dev");
        Resource web = kit.resources.create(kit.actor("admin"), resource("web"));
        AccessGrant.Rule rule = new AccessGrant.Rule(false, false, Validity.ALWAYS, "");
        kit.grants.create(kit.actor("admin"), new GrantDraft(web.name(), "role:dev", rule));
        refresh(Stale.everything());
        stale = new Stale();
        change(
                List.of(new RoleEvent.Changed("dev", "dev", List.of(), List.of())),
                "UPDATE role SET name = 'makers', name_key = 'makers' WHERE name = 'dev'");
        refresh(stale);
        assertThat(loaded.content(kit.now).policy().grants())
                .singleElement()
                .satisfies(grant -> assertThat(grant.to()).isEqualTo(new Subject.Role(new RoleId("makers"))));
    }

    /// Else whoever is given the new role would have what was granted to the old one.
    @Test
    void aNameThatIsUsedAgainIsAnotherRole() {
        kit.role("dev");
        Resource web = kit.resources.create(kit.actor("admin"), resource("web"));
        AccessGrant.Rule rule = new AccessGrant.Rule(false, false, Validity.ALWAYS, "");
        kit.grants.create(kit.actor("admin"), new GrantDraft(web.name(), "role:dev", rule));
        refresh(Stale.everything());
        stale = new Stale();
        change(
                List.of(new RoleEvent.Changed("makers", "dev", List.of(), List.of())),
                "UPDATE role SET name = 'makers', name_key = 'makers' WHERE name = 'dev'");
        change(
                List.of(new RoleEvent.Created("dev", List.of(), List.of())),
                "INSERT INTO role (id, name, name_key, description, built_in, version)"
                        + " VALUES ('id-other', 'dev', 'dev', '', 0, 1)");
        refresh(stale);
        assertThat(loaded.content(kit.now).policy().grants())
                .singleElement()
                .satisfies(grant -> assertThat(grant.to()).isEqualTo(new Subject.Role(new RoleId("makers"))));
    }

    @Test
    void whoComesBackUnderTheSameNameHasNothingOfTheOther() {
        kit.user("ann");
        Resource web = kit.resources.create(kit.actor("admin"), resource("web"));
        AccessGrant.Rule rule = new AccessGrant.Rule(false, false, Validity.ALWAYS, "");
        AccessGrant grant = kit.grants.create(kit.actor("admin"), new GrantDraft(web.name(), "user:ann", rule));
        refresh(Stale.everything());
        assertThat(loaded.content(kit.now).policy().grants()).hasSize(1);
        stale = new Stale();
        change(List.of(new UserEvent.Deleted("ann")), "DELETE FROM app_user WHERE name = 'ann'");
        kit.user("ann");
        change(
                List.of(new UserEvent.Created("ann", "internal", List.of())),
                "UPDATE app_user SET version = 1 WHERE name = 'ann'");
        assertThat(refresh(stale)).containsExactly(new GrantId(grant.id()));
        assertThat(loaded.content(kit.now).policy().users()).hasSize(1);
        assertThat(loaded.content(kit.now).policy().grants()).isEmpty();
    }

    @Test
    void whatHasNotChangedStaysTheSameObject() {
        kit.user("ann");
        Resource web = kit.resources.create(kit.actor("admin"), resource("web"));
        AccessGrant.Rule rule = new AccessGrant.Rule(false, false, Validity.ALWAYS, "");
        kit.grants.create(kit.actor("admin"), new GrantDraft(web.name(), "user:ann", rule));
        refresh(Stale.everything());
        Policy before = loaded.content(kit.now).policy();
        refresh(Stale.everything());
        assertThat(loaded.content(kit.now).policy().grants().getFirst())
                .isSameAs(before.grants().getFirst());
        stale = new Stale();
        kit.grants.create(kit.actor("admin"), new GrantDraft(web.name(), "network:192.0.2.0/24", rule));
        refresh(stale);
        Policy after = loaded.content(kit.now).policy();
        assertThat(after.users()).isSameAs(loaded.content(kit.now).policy().users());
        assertThat(after.grants().getFirst()).isSameAs(before.grants().getFirst());
        assertThat(after.grants()).hasSize(2);
        assertThat(after.version()).isGreaterThan(before.version());
    }
}
