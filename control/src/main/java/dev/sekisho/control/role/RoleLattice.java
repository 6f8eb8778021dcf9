package dev.sekisho.control.role;

import dev.sekisho.policy.Permission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All roles as of one moment and how they belong to each other. Immutable. No method recurses: a chain may be long.
public final class RoleLattice {
    private final Map<String, Role> roles;

    public RoleLattice(Collection<Role> roles) {
        this.roles = new LinkedHashMap<>();
        roles.forEach(role -> this.roles.put(role.id(), role));
    }

    /// All roles.
    public Collection<Role> roles() {
        return List.copyOf(roles.values());
    }

    /// A role by its identity.
    public Optional<Role> role(String id) {
        return Optional.ofNullable(roles.get(id));
    }

    /// A role by its name.
    public Optional<Role> named(String name) {
        String key = NameKey.of(name);
        return roles.values().stream()
                .filter(role -> NameKey.of(role.name()).equals(key))
                .findFirst();
    }

    /// The roles with which somebody who has `direct` ends up, nearest first.
    public Set<String> reachable(Collection<String> direct) {
        Set<String> met = new LinkedHashSet<>();
        Deque<String> next = new ArrayDeque<>(direct);
        while (!next.isEmpty()) {
            Role role = roles.get(next.poll());
            if (role != null && met.add(role.id())) {
                next.addAll(role.parents());
            }
        }
        return met;
    }

    /// What somebody who has `direct` may do.
    public Set<Permission> permissions(Collection<String> direct) {
        Set<Permission> all = EnumSet.noneOf(Permission.class);
        for (String id : reachable(direct)) {
            role(id).ifPresent(role -> all.addAll(role.permissions()));
        }
        return all;
    }

    /// The way by which a role would belong to itself if it had these parents, as names: first and last are the same.
    public Optional<List<String>> cycle(String id, String name, Collection<String> parents) {
        Map<String, String> cameFrom = new LinkedHashMap<>();
        Deque<String> next = new ArrayDeque<>();
        for (String parent : parents) {
            if (cameFrom.putIfAbsent(parent, id) == null) {
                next.add(parent);
            }
        }
        while (!next.isEmpty() && !cameFrom.containsKey(id)) {
            String at = next.remove();
            for (String parent : role(at).map(Role::parents).orElse(List.of())) {
                if (cameFrom.putIfAbsent(parent, at) == null) {
                    next.add(parent);
                }
            }
        }
        if (!cameFrom.containsKey(id)) {
            return Optional.empty();
        }
        List<String> way = new ArrayList<>(List.of(name));
        for (String at = cameFrom.getOrDefault(id, id); !at.equals(id); at = cameFrom.getOrDefault(at, id)) {
            way.addFirst(role(at).map(Role::name).orElse(at));
        }
        way.addFirst(name);
        return Optional.of(way);
    }
}
