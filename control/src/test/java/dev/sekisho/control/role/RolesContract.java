package dev.sekisho.control.role;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.login.Identity;
import dev.sekisho.control.login.IdentityContract;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.UserFilter;
import dev.sekisho.control.user.UserPatch;
import dev.sekisho.control.web.Principal;
import dev.sekisho.policy.Permission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

abstract class RolesContract extends IdentityContract {
    private static final long SEED = 20261130;
    private static final List<Permission> ALL = List.of(Permission.values());

    private Role role(String name, List<String> permissions, String... parents) {
        return identity.roles.create(
                Authority.ROOT, new RoleDraft(name, Optional.empty(), permissions, List.of(parents)));
    }

    private Principal as(User user) {
        return new Principal(
                Optional.of(user.id()),
                user.name(),
                Actor.Via.SESSION,
                "a session",
                identity.roles.permissionsOf(user.id()),
                true,
                Optional.of(identity.clock.instant()),
                "192.0.2.1");
    }

    private User administrator() {
        return identity.users
                .list(UserFilter.ALL, new Page.Request(Optional.empty(), 1))
                .items()
                .getFirst();
    }

    private static UserPatch withRoles(String... names) {
        return new UserPatch(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(List.of(names)));
    }

    private User change(Principal by, User user, UserPatch patch) {
        return identity.users.change(by, user.id(), patch, OptionalLong.empty());
    }

    @Test
    void shipsRolesThatAllowNoMoreThanTheirTask() {
        RoleLattice all = identity.roles.all();
        for (BuiltInRole shipped : BuiltInRole.values()) {
            Role role = all.named(shipped.label()).orElseThrow();
            assertThat(role.builtIn()).isTrue();
            assertThat(role.permissions()).isEqualTo(shipped.permissions());
        }
        assertThat(all.permissions(
                        List.of(all.named("user_manager").orElseThrow().id())))
                .containsExactlyInAnyOrder(
                        Permission.VIEW_USERS, Permission.MANAGE_USERS, Permission.REQUEST, Permission.ADD_OWN_DEVICES);
        int recorded = identity.events.size();
        identity.roles.ensureBuiltIn();
        assertThat(identity.events).hasSize(recorded);
    }

    @Test
    void whatIsShippedCantBeChangedButForItsMembers() {
        Role auditor = identity.roles.all().named("auditor").orElseThrow();
        RoleDraft draft = new RoleDraft("auditor", Optional.empty(), List.of("MANAGE USERS"), List.of());
        refuses(409, () -> identity.roles.replace(Authority.ROOT, auditor.id(), draft, OptionalLong.empty()));
        refuses(409, () -> identity.roles.delete(Authority.ROOT, auditor.id(), OptionalLong.empty()));
        User anna = identity.user("anna", "user");
        assertThat(identity.roles
                        .replaceMembers(Authority.ROOT, auditor.id(), Set.of(anna.id()))
                        .id())
                .isEqualTo(auditor.id());
        assertThat(identity.roles.sizes()).containsEntry(auditor.id(), 1L);
        refuses(400, () -> identity.roles.replaceMembers(Authority.ROOT, auditor.id(), Set.of("nobody")));
    }

    @Test
    void aCircleIsRefusedWithTheWayRound() {
        Role a = role("a", List.of());
        role("b", List.of(), "a");
        role("c", List.of(), "b");
        RoleDraft draft = new RoleDraft("a", Optional.empty(), List.of(), List.of("c"));
        refuses(400, () -> identity.roles.replace(Authority.ROOT, a.id(), draft, OptionalLong.empty()))
                .hasMessageContaining("a -> c -> b -> a");
        RoleDraft itself = new RoleDraft("a", Optional.empty(), List.of(), List.of("a"));
        refuses(400, () -> identity.roles.replace(Authority.ROOT, a.id(), itself, OptionalLong.empty()))
                .hasMessageContaining("a -> a");
    }

    @Test
    void permissionsAreTheUnionOverAllReachableRoles() {
        Random random = new Random(SEED);
        for (int round = 0; round < 5; round++) {
            List<Role> made = new ArrayList<>();
            Map<String, Set<String>> parents = new HashMap<>();
            Map<String, Set<Permission>> permissions = new HashMap<>();
            for (int i = 0; i < 12; i++) {
                Set<String> up = new HashSet<>();
                Set<Permission> own = EnumSet.noneOf(Permission.class);
                made.stream().filter(_ -> random.nextInt(4) == 0).forEach(parent -> up.add(parent.name()));
                for (int p = random.nextInt(3); p > 0; p--) {
                    own.add(ALL.get(random.nextInt(ALL.size())));
                }
                String name = "r" + round + "-" + i;
                made.add(role(name, own.stream().map(Permission::label).toList(), up.toArray(String[]::new)));
                parents.put(name, up);
                permissions.put(name, own);
            }
            Set<String> direct = new HashSet<>();
            Set<Permission> before = Set.of();
            User user = identity.user("u" + round);
            for (int step = 0; step < 4; step++) {
                direct.add(made.get(random.nextInt(made.size())).name());
                change(Authority.ROOT, user, withRoles(direct.toArray(String[]::new)));
                Set<Permission> now = identity.roles.permissionsOf(user.id());
                assertThat(now).as("seed " + SEED).isEqualTo(naive(direct, parents, permissions));
                assertThat(now).containsAll(before);
                assertThat(identity.roles.all().permissions(ids(direct))).isEqualTo(now);
                before = now;
            }
        }
    }

    private List<String> ids(Set<String> names) {
        RoleLattice all = identity.roles.all();
        return names.stream().map(name -> all.named(name).orElseThrow().id()).toList();
    }

    private static Set<Permission> naive(
            Set<String> direct, Map<String, Set<String>> parents, Map<String, Set<Permission>> permissions) {
        Set<Permission> all = EnumSet.noneOf(Permission.class);
        for (String name : direct) {
            all.addAll(permissions.getOrDefault(name, Set.of()));
            all.addAll(naive(parents.getOrDefault(name, Set.of()), parents, permissions));
        }
        return all;
    }

    @Test
    void nobodyHandsOutWhatTheyDontHave() {
        User manager = identity.user("manager", "user_manager");
        User roleMaker = identity.user(
                "maker",
                "user",
                role("maker", List.of("MANAGE ROLES", "VIEW USERS")).name());
        Principal maker = as(roleMaker);
        refuses(403, () -> identity.users.create(as(manager), newUser("x", "administrator")))
                .hasMessageContaining("MANAGE ROLES");
        refuses(403, () -> change(as(manager), manager, withRoles("user_manager", "administrator")));
        refuses(
                403,
                () -> identity.roles.create(
                        maker, new RoleDraft("up", Optional.empty(), List.of("REVEAL SECRET"), List.of())));
        refuses(
                403,
                () -> identity.roles.create(
                        maker, new RoleDraft("up", Optional.empty(), List.of(), List.of("administrator"))));
        Role auditor = identity.roles.all().named("auditor").orElseThrow();
        refuses(403, () -> identity.roles.replaceMembers(maker, auditor.id(), Set.of(roleMaker.id())));
        Role own = identity.roles.all().named("maker").orElseThrow();
        refuses(
                403,
                () -> identity.roles.replace(
                        maker,
                        own.id(),
                        new RoleDraft("maker", Optional.empty(), List.of("MANAGE ROLES"), List.of("administrator")),
                        OptionalLong.empty()));
        assertThat(identity.users
                        .create(as(manager), newUser("y", "user"))
                        .user()
                        .name())
                .isEqualTo("y");
    }

    private static NewUser newUser(String name, String role) {
        return new NewUser(
                name,
                Optional.empty(),
                Optional.empty(),
                Optional.of(Identity.PASSWORD),
                Optional.of(List.of(role)),
                Optional.empty());
    }

    @Test
    void nobodyLaysHandsOnWhoMayDoMore() {
        Principal manager = as(identity.user("manager", "user_manager"));
        User admin = administrator();
        refuses(403, () -> identity.users.resetPassword(manager, admin.id()));
        refuses(403, () -> identity.users.disable(manager, admin.id()));
        refuses(403, () -> identity.users.delete(manager, admin.id(), OptionalLong.empty()));
        refuses(403, () -> identity.mine.reset(manager, admin.id()));
        refuses(
                403,
                () -> change(
                        manager,
                        admin,
                        new UserPatch(
                                Optional.empty(), Optional.empty(), Optional.of("me@example.org"), Optional.empty())));
    }

    @Test
    void theLastAdministratorStays() {
        User admin = administrator();
        Role administrators = identity.roles.all().named("administrator").orElseThrow();
        refuses(409, () -> identity.users.disable(Authority.ROOT, admin.id()));
        refuses(409, () -> identity.users.delete(Authority.ROOT, admin.id(), OptionalLong.empty()));
        refuses(409, () -> change(Authority.ROOT, admin, withRoles("user")));
        refuses(409, () -> identity.roles.replaceMembers(Authority.ROOT, administrators.id(), Set.of()));
        assertThat(identity.roles.permissionsOf(admin.id())).contains(Permission.MANAGE_SETTINGS);

        identity.users.createService(Authority.ROOT, newUserWithoutPassword("robot", "administrator"));
        refuses(409, () -> identity.users.disable(Authority.ROOT, admin.id()));

        Role chiefs = role("chiefs", List.of(), "administrator");
        User boss = identity.user("boss", "chiefs");
        identity.users.disable(Authority.ROOT, admin.id());
        refuses(409, () -> identity.roles.delete(Authority.ROOT, chiefs.id(), OptionalLong.empty()));
        refuses(
                409,
                () -> identity.roles.replace(
                        Authority.ROOT,
                        chiefs.id(),
                        new RoleDraft("chiefs", Optional.empty(), List.of(), List.of()),
                        OptionalLong.empty()));
        refuses(409, () -> identity.users.disable(Authority.ROOT, boss.id()));
    }

    private static NewUser newUserWithoutPassword(String name, String role) {
        return new NewUser(
                name,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(List.of(role)),
                Optional.empty());
    }

    @Test
    void namesAreOneWhateverTheirCaseAndForm() {
        identity.user("Änne", "user");
        for (String same : List.of("änne", "ÄNNE", "A\u0308nne", "Ä\uFF4Ene")) {
            refuses(409, () -> identity.user(same, "user"));
        }
        refuses(409, () -> role("AUDITOR", List.of()));
    }

    @Test
    void aStaleChangeIsRefused() {
        User anna = identity.user("anna", "user");
        UserPatch patch = new UserPatch(Optional.empty(), Optional.of("Anna"), Optional.empty(), Optional.empty());
        User after = identity.users.change(Authority.ROOT, anna.id(), patch, OptionalLong.of(anna.version()));
        assertThat(after.version()).isEqualTo(anna.version() + 1);
        UserPatch other = new UserPatch(Optional.empty(), Optional.of("Anne"), Optional.empty(), Optional.empty());
        refuses(412, () -> identity.users.change(Authority.ROOT, anna.id(), other, OptionalLong.of(anna.version())));
    }

    @Test
    void usersAreListedInPagesByWhatIsWanted() {
        for (int i = 0; i < 7; i++) {
            identity.user("user%" + i, i % 2 == 0 ? "approver" : "user");
        }
        UserFilter filter = new UserFilter(
                Optional.of("R%"), Optional.of("Approver"), Optional.of(User.State.ACTIVE), Optional.of(false));
        Page<User> first = identity.users.list(filter, new Page.Request(Optional.empty(), 3));
        assertThat(first.items()).extracting(User::name).containsExactly("user%0", "user%2", "user%4");
        assertThat(first.total()).isEqualTo(4);
        Page<User> second = identity.users.list(filter, new Page.Request(first.next(), 3));
        assertThat(second.items()).extracting(User::name).containsExactly("user%6");
        assertThat(second.next()).isEmpty();
    }
}
