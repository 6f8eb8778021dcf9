package dev.sekisho.control.enforce;

import dev.sekisho.control.people.People;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Users and roles as they were read last. What has not changed stays the same object. One owner thread.
final class LoadedPeople {
    private final Map<UserId, User> users = new HashMap<>();
    private final Set<RoleId> roleIds = new HashSet<>();
    private List<Role> roles = List.of();
    private final StableList<User> userList = new StableList<>();

    /// Takes all of them.
    ///
    /// @return whether there are others than before, not only others with what is theirs
    boolean replace(People.Everybody everybody) {
        Set<UserId> missing = new HashSet<>(users.keySet());
        everybody.users().forEach(user -> missing.remove(user.id()));
        return take(missing, everybody);
    }

    /// Takes some users, and all roles.
    ///
    /// @param names of the users that were asked for; who was not found is not there
    /// @return as [#replace]
    boolean update(Collection<String> names, People.Everybody found) {
        Set<UserId> missing = new HashSet<>();
        names.forEach(name -> missing.add(new UserId(name)));
        found.users().forEach(user -> missing.remove(user.id()));
        return take(missing, found);
    }

    private boolean take(Set<UserId> missing, People.Everybody found) {
        boolean others = replaceRoles(found.roles());
        for (User user : found.users()) {
            others |= users.put(user.id(), user) == null;
            userList.put(user.id().name(), user);
        }
        for (UserId id : missing) {
            others |= users.remove(id) != null;
            userList.remove(id.name());
        }
        return others;
    }

    private boolean replaceRoles(List<Role> next) {
        if (next.equals(roles)) {
            return false;
        }
        roles = next;
        Set<RoleId> before = Set.copyOf(roleIds);
        roleIds.clear();
        roles.forEach(role -> roleIds.add(role.id()));
        return !before.equals(roleIds);
    }

    /// Roles that are not among those that were read, for one that was removed or has another name.
    Set<RoleId> missing(List<Role> read) {
        Set<RoleId> missing = new HashSet<>(roleIds);
        read.forEach(role -> missing.remove(role.id()));
        return missing;
    }

    /// The names of all users who have one of these roles, in whatever way.
    Set<String> having(Set<String> names) {
        Set<RoleId> leading = new HashSet<>();
        names.forEach(name -> leading.add(new RoleId(name)));
        boolean more = !leading.isEmpty();
        while (more) {
            more = false;
            for (Role role : roles) {
                more |= role.roles().stream().anyMatch(leading::contains) && leading.add(role.id());
            }
        }
        Set<String> having = new HashSet<>();
        for (User user : users.values()) {
            if (user.roles().stream().anyMatch(leading::contains)) {
                having.add(user.id().name());
            }
        }
        return having;
    }

    boolean has(UserId user) {
        return users.containsKey(user);
    }

    boolean has(RoleId role) {
        return roleIds.contains(role);
    }

    List<Role> roles() {
        return roles;
    }

    List<User> users() {
        return userList.list();
    }
}
