package dev.sekisho.control.simulate;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// For whom, and where, two policies may differ: what grants and resources that changed are about, and to whom
/// they are given. Not thread-safe.
final class Touched {
    private final Side before;
    private final Side after;

    /// What may be otherwise for each user, and for each network.
    private final Map<UserId, Set<IpResource>> users = new LinkedHashMap<>();

    private final Map<Cidr, Set<IpResource>> networks = new LinkedHashMap<>();
    private final TreeSet<Instant> beginnings = new TreeSet<>();

    private Touched(Policy before, Policy after) {
        this.before = new Side(before);
        this.after = new Side(after);
    }

    /// One of the policies, by name.
    private static final class Side {
        private final Map<GrantId, Grant> grants;
        private final Map<ResourceId, IpResource> resources;
        private final Map<UserId, User> users;
        private final Map<RoleId, List<RoleId>> parents = new HashMap<>();
        private final Map<List<RoleId>, Set<RoleId>> upwards = new HashMap<>();

        Side(Policy policy) {
            grants = byName(policy.grants(), Grant::id);
            resources = byName(policy.resources(), IpResource::id);
            users = byName(policy.users(), User::id);
            for (Role role : policy.roles()) {
                parents.put(role.id(), role.roles());
            }
        }

        private static <K, V> Map<K, V> byName(Collection<V> all, Function<V, K> name) {
            Map<K, V> map = new LinkedHashMap<>();
            all.forEach(one -> map.put(name.apply(one), one));
            return map;
        }

        /// All roles of somebody, those included to which theirs belong.
        Set<RoleId> rolesOf(@Nullable User user) {
            return user == null ? Set.of() : upwards.computeIfAbsent(user.roles(), this::climb);
        }

        private Set<RoleId> climb(List<RoleId> own) {
            Set<RoleId> found = new HashSet<>(own);
            Deque<RoleId> open = new ArrayDeque<>(own);
            while (!open.isEmpty()) {
                for (RoleId parent : parents.getOrDefault(open.pop(), List.of())) {
                    if (found.add(parent)) {
                        open.push(parent);
                    }
                }
            }
            return found;
        }
    }

    /// Compares two policies.
    static Touched between(Policy before, Policy after) {
        Touched touched = new Touched(before, after);
        touched.findGrants();
        touched.findDecoys();
        touched.findPeople();
        return touched;
    }

    private static <V> Stream<V> differing(Map<?, V> one, Map<?, V> other) {
        return one.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(other.get(entry.getKey())))
                .map(Map.Entry::getValue);
    }

    private void findGrants() {
        Set<ResourceId> changed = Stream.concat(
                        differing(before.resources, after.resources), differing(after.resources, before.resources))
                .map(IpResource::id)
                .collect(Collectors.toSet());
        for (Side side : List.of(before, after)) {
            Side other = side.equals(before) ? after : before;
            for (Grant grant : side.grants.values()) {
                if (changed.contains(grant.resource()) || !grant.equals(other.grants.get(grant.id()))) {
                    touch(side, grant);
                }
            }
        }
    }

    private void touch(Side side, Grant grant) {
        IpResource resource = Objects.requireNonNull(side.resources.get(grant.resource()));
        grant.validity().from().ifPresent(beginnings::add);
        switch (grant.to()) {
            case Subject.User user -> touch(user.id(), resource);
            case Subject.Network network ->
                networks.computeIfAbsent(network.block(), _ -> new LinkedHashSet<>())
                        .add(resource);
            case Subject.Role role -> {
                for (User user : side.users.values()) {
                    if (side.rolesOf(user).contains(role.id())) {
                        touch(user.id(), resource);
                    }
                }
            }
        }
    }

    private void touch(UserId user, IpResource resource) {
        users.computeIfAbsent(user, _ -> new LinkedHashSet<>()).add(resource);
    }

    /// A decoy refuses everybody.
    private void findDecoys() {
        List<IpResource> decoys = Stream.concat(
                        differing(before.resources, after.resources), differing(after.resources, before.resources))
                .filter(IpResource::decoy)
                .toList();
        for (IpResource decoy : decoys) {
            after.users.keySet().forEach(user -> touch(user, decoy));
            Stream.concat(before.grants.values().stream(), after.grants.values().stream())
                    .forEach(grant -> {
                        if (grant.to() instanceof Subject.Network(Cidr block)) {
                            networks.computeIfAbsent(block, _ -> new LinkedHashSet<>())
                                    .add(decoy);
                        }
                    });
        }
    }

    /// Who has other roles has what these are granted.
    private void findPeople() {
        List<UserId> changed = Stream.concat(differing(before.users, after.users), differing(after.users, before.users))
                .map(User::id)
                .distinct()
                .toList();
        for (UserId id : changed) {
            User was = before.users.get(id);
            User becomes = after.users.get(id);
            Set<RoleId> had = before.rolesOf(was);
            Set<RoleId> has = after.rolesOf(becomes);
            granted(before, had, has).forEach(resource -> touch(id, resource));
            granted(after, has, had).forEach(resource -> touch(id, resource));
            if (scans(was) != scans(becomes)) {
                after.resources.values().stream().filter(IpResource::decoy).forEach(decoy -> touch(id, decoy));
            }
        }
    }

    private static boolean scans(@Nullable User user) {
        return user != null && user.permissions().contains(Permission.IP_SCAN);
    }

    private static Stream<IpResource> granted(Side side, Set<RoleId> roles, Set<RoleId> without) {
        return side.grants.values().stream()
                .filter(grant ->
                        grant.to() instanceof Subject.Role(RoleId id) && roles.contains(id) && !without.contains(id))
                .map(grant -> Objects.requireNonNull(side.resources.get(grant.resource())));
    }

    /// What may be otherwise for each user.
    Map<UserId, Set<IpResource>> users() {
        return users;
    }

    /// What may be otherwise for each network.
    Map<Cidr, Set<IpResource>> networks() {
        return networks;
    }

    /// When grants that changed begin.
    Set<Instant> beginnings() {
        return beginnings;
    }

    /// Which users get the same answers: those with equal keys.
    record Alike(
            List<RoleId> had,
            List<RoleId> has,
            boolean scanned,
            boolean scans,
            @Nullable UserId alone,
            Set<IpResource> where) {}

    /// The users, those together who get the same answers.
    Map<Alike, List<UserId>> alike() {
        Set<UserId> withOwn = Stream.concat(before.grants.values().stream(), after.grants.values().stream())
                .flatMap(grant -> grant.to() instanceof Subject.User(UserId id) ? Stream.of(id) : Stream.empty())
                .collect(Collectors.toSet());
        Map<Alike, List<UserId>> groups = new LinkedHashMap<>();
        users.forEach((id, where) -> {
            User was = before.users.get(id);
            User becomes = after.users.get(id);
            Alike key = new Alike(
                    was == null ? List.of() : was.roles(),
                    becomes == null ? List.of() : becomes.roles(),
                    scans(was),
                    scans(becomes),
                    withOwn.contains(id) || was == null || becomes == null ? id : null,
                    where);
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(id);
        });
        return groups;
    }
}
