package dev.sekisho.control.role;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.RoleEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Permission;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The roles. Thread-safe.
///
/// Roles nest without circles; nobody hands out more than they have ([Authority]); somebody who is not disabled always
/// has the role `administrator`. Methods that take a transaction are for services that change more at once.
public final class Roles {
    private final UnitOfWork work;
    private final RoleStore store;
    private final InstantSource clock;

    public Roles(UnitOfWork work, RoleStore store, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.clock = clock;
    }

    /// Brings the roles that are shipped to what this version ships. To be called at start.
    public void ensureBuiltIn() {
        work.change(Actor.SYSTEM, transaction -> {
            List<ControlEvent> events = new ArrayList<>();
            for (BuiltInRole shipped : BuiltInRole.values()) {
                ensure(transaction, shipped, events);
            }
            return new Change<>(true, events);
        });
    }

    private void ensure(Transaction transaction, BuiltInRole shipped, List<ControlEvent> events) {
        RoleLattice all = store.all(transaction);
        List<String> parents = shipped.parents().stream()
                .map(parent -> all.named(parent.label()).orElseThrow().id())
                .sorted()
                .toList();
        Optional<Role> found = all.named(shipped.label());
        Role wanted = new Role(
                found.map(Role::id).orElseGet(() -> Ids.next(clock.millis())),
                shipped.label(),
                shipped.description(),
                shipped.permissions(),
                parents,
                true,
                found.map(Role::version).orElse(1L));
        if (found.isEmpty()) {
            store.insert(transaction, wanted);
            events.add(new RoleEvent.Created(wanted.name(), labels(wanted), names(all, parents)));
        } else if (!found.get().equals(wanted)) {
            store.update(transaction, wanted);
            events.add(new RoleEvent.Changed(wanted.name(), found.get().name(), labels(wanted), names(all, parents)));
        }
    }

    /// All roles as of now.
    public RoleLattice all() {
        return work.read(store::all);
    }

    /// All roles.
    public RoleLattice all(Transaction transaction) {
        return store.all(transaction);
    }

    /// What a user may do, through all roles.
    public Set<Permission> permissionsOf(Transaction transaction, String userId) {
        return store.permissionsOf(transaction, userId);
    }

    /// What a user may do as of now.
    public Set<Permission> permissionsOf(String userId) {
        return work.read(transaction -> store.permissionsOf(transaction, userId));
    }

    /// The identities of the roles that a user has directly.
    public List<String> rolesOf(Transaction transaction, String userId) {
        return store.rolesOf(transaction, userId);
    }

    /// The same for many users; those who have none are missing.
    public Map<String, List<String>> rolesOf(Transaction transaction, Collection<String> userIds) {
        return store.rolesOf(transaction, userIds);
    }

    /// The names of all roles that a user has, directly or through others.
    public List<String> namesOf(Transaction transaction, String userId) {
        return store.namesOf(transaction, userId);
    }

    /// The names of the roles that a user has directly, in order.
    public List<String> directNamesOf(Transaction transaction, String userId) {
        return store.directNamesOf(transaction, userId).stream().sorted().toList();
    }

    /// How many users have each role directly, as of now; those that nobody has are missing.
    public Map<String, Long> sizes() {
        return work.read(store::sizes);
    }

    /// Those who have a role directly, by name, as of now.
    ///
    /// @param text part of the name, display name or address
    /// @throws Problem 404
    public Page<RoleStore.Member> members(String id, Optional<String> text, Page.Request page) {
        return work.read(transaction -> {
            role(store.all(transaction), id);
            return store.members(transaction, id, text, page);
        });
    }

    /// Makes a role.
    ///
    /// @throws Problem when the name is taken, a parent is unknown, or it allows more than its maker may do
    public Role create(Principal by, RoleDraft draft) {
        return work.change(by.actor(), transaction -> {
            RoleLattice all = store.all(transaction);
            Role role = resolve(all, Ids.next(clock.millis()), draft, 1);
            refuseTakenName(all, role);
            Authority.require(by, effective(all, role), "making this role");
            store.insert(transaction, role);
            return Change.of(role, new RoleEvent.Created(role.name(), draft.permissions(), names(all, role.parents())));
        });
    }

    /// Replaces what a role is.
    ///
    /// @param version the version that the change is based on, if the caller knows one
    /// @throws Problem when it can't be done, with the way round when its parents would make a circle
    public Role replace(Principal by, String id, RoleDraft draft, OptionalLong version) {
        return work.change(by.actor(), transaction -> {
            RoleLattice all = store.all(transaction);
            Role before = own(all, id);
            Role role = resolve(all, id, draft, version.orElse(before.version()));
            refuseTakenName(all, role);
            all.cycle(id, role.name(), role.parents()).ifPresent(way -> {
                throw Problem.invalid("parents", "a role can't belong to itself: " + String.join(" -> ", way));
            });
            Authority.require(by, effective(all, before), "changing this role");
            Authority.require(by, effective(all, role), "changing this role so");
            if (!store.update(transaction, role)) {
                throw Problem.stale();
            }
            requireAnAdministrator(transaction);
            return Change.of(
                    store.all(transaction).role(id).orElseThrow(),
                    new RoleEvent.Changed(role.name(), before.name(), draft.permissions(), names(all, role.parents())));
        });
    }

    /// Removes a role.
    ///
    /// @throws Problem when it is unknown, shipped, or more than `by` may do
    public void delete(Principal by, String id, OptionalLong version) {
        work.change(by.actor(), transaction -> {
            RoleLattice all = store.all(transaction);
            Role role = own(all, id);
            Authority.require(by, effective(all, role), "removing this role");
            if (!store.delete(transaction, id, version.orElse(role.version()))) {
                throw Problem.stale();
            }
            requireAnAdministrator(transaction);
            return Change.of(true, new RoleEvent.Deleted(role.name()));
        });
    }

    /// Says who has a role directly.
    ///
    /// @param userIds all of them
    /// @throws Problem when a user is unknown, or the role allows more than `by` may do
    public Role replaceMembers(Principal by, String id, Set<String> userIds) {
        return work.change(by.actor(), transaction -> {
            RoleLattice all = store.all(transaction);
            Role role = role(all, id);
            Authority.require(by, effective(all, role), "giving or taking this role");
            Set<String> before = store.members(transaction, id);
            Set<String> added = difference(userIds, before);
            Set<String> removed = difference(before, userIds);
            List<RoleStore.Member> addedUsers = store.users(transaction, added);
            if (addedUsers.size() < added.size()) {
                throw Problem.invalid("users", "one of these users doesn't exist");
            }
            List<RoleStore.Member> removedUsers = store.users(transaction, removed);
            added.forEach(user -> store.add(transaction, id, user));
            removed.forEach(user -> store.remove(transaction, id, user));
            Role after = store.all(transaction).role(id).orElseThrow();
            if (added.isEmpty() && removed.isEmpty()) {
                return Change.none(after);
            }
            requireAnAdministrator(transaction);
            return Change.of(
                    after,
                    new RoleEvent.MembersChanged(role.name(), memberNames(addedUsers), memberNames(removedUsers)));
        });
    }

    /// Gives a user these roles and no others, for the service that changes the user.
    ///
    /// @param names of roles
    /// @return the identities of what was given and what was taken, by name
    /// @throws Problem when a role is unknown or allows more than `by` may do
    public Difference replaceRolesOf(Transaction transaction, Principal by, String userId, Collection<String> names) {
        RoleLattice all = store.all(transaction);
        Set<String> wanted = names.stream().map(name -> named(all, name).id()).collect(Collectors.toSet());
        Set<String> before = Set.copyOf(store.rolesOf(transaction, userId));
        Set<String> added = difference(wanted, before);
        Set<String> removed = difference(before, wanted);
        Authority.require(by, all.permissions(added), "giving these roles");
        Authority.require(by, all.permissions(removed), "taking these roles");
        added.forEach(role -> store.add(transaction, role, userId));
        removed.forEach(role -> store.remove(transaction, role, userId));
        return new Difference(names(all, added), names(all, removed));
    }

    /// What was given and what was taken, names in order.
    public record Difference(List<String> added, List<String> removed) {
        /// Whether nothing was changed.
        public boolean isEmpty() {
            return added.isEmpty() && removed.isEmpty();
        }
    }

    /// Checks, after a change, that somebody can still manage the server.
    ///
    /// @throws Problem 409 when nobody could
    public void requireAnAdministrator(Transaction transaction) {
        RoleLattice all = store.all(transaction);
        String administrator = named(all, BuiltInRole.ADMINISTRATOR.label()).id();
        List<String> leadingThere = all.roles().stream()
                .map(Role::id)
                .filter(id -> all.reachable(List.of(id)).contains(administrator))
                .toList();
        if (store.activePeople(transaction, leadingThere) == 0) {
            throw Problem.conflict(
                    "this would leave nobody with the role administrator: give it to somebody else first");
        }
    }

    /// Names for identities, in order.
    public static List<String> names(RoleLattice all, Collection<String> ids) {
        return ids.stream()
                .flatMap(id -> all.role(id).stream())
                .map(Role::name)
                .sorted()
                .toList();
    }

    private static Role resolve(RoleLattice all, String id, RoleDraft draft, long version) {
        Set<Permission> permissions = draft.permissions().stream()
                .map(label -> Permission.of(label).orElseThrow())
                .collect(Collectors.toSet());
        List<String> parents = draft.parents().stream()
                .map(name -> all.named(name)
                        .orElseThrow(() -> Problem.invalid("parents", "one of these roles doesn't exist"))
                        .id())
                .distinct()
                .toList();
        return new Role(id, draft.name(), draft.description().orElse(""), permissions, parents, false, version);
    }

    private static void refuseTakenName(RoleLattice all, Role role) {
        if (all.named(role.name())
                .filter(other -> !other.id().equals(role.id()))
                .isPresent()) {
            throw Problem.conflict("there is a role of this name already");
        }
    }

    private static Set<Permission> effective(RoleLattice all, Role role) {
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        permissions.addAll(role.permissions());
        permissions.addAll(all.permissions(role.parents()));
        return permissions;
    }

    private static Role role(RoleLattice all, String id) {
        return all.role(id).orElseThrow(() -> Problem.notFound("there is no such role"));
    }

    private static Role named(RoleLattice all, String name) {
        return all.named(name).orElseThrow(() -> Problem.invalid("roles", "one of these roles doesn't exist"));
    }

    private static Role own(RoleLattice all, String id) {
        Role role = role(all, id);
        if (role.builtIn()) {
            throw Problem.conflict("this role is shipped: make one of your own; its members can be changed");
        }
        return role;
    }

    private static Set<String> difference(Set<String> these, Set<String> without) {
        Set<String> rest = new TreeSet<>(these);
        rest.removeAll(without);
        return rest;
    }

    private static List<String> labels(Role role) {
        return role.permissions().stream().map(Permission::label).sorted().toList();
    }

    private static List<String> memberNames(List<RoleStore.Member> members) {
        return members.stream().map(RoleStore.Member::name).sorted().toList();
    }
}
