package dev.sekisho.policy.compile;

import dev.sekisho.policy.Grant;
import dev.sekisho.policy.HandOff;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Finds what doesn't fit together in a policy. Used once, by one thread.
final class PolicyCheck {
    private static final PortSet PING = PortSet.parse("0");

    private final Policy policy;
    private final RoleGraph graph;
    private final Map<ResourceId, IpResource> resources;
    private final Set<UserId> users;
    private final List<String> problems = new ArrayList<>();

    PolicyCheck(Policy policy, RoleGraph graph) {
        this.policy = policy;
        this.graph = graph;
        this.resources = HashMap.newHashMap(policy.resources().size());
        this.users = HashSet.newHashSet(policy.users().size());
        policy.resources().forEach(resource -> resources.putIfAbsent(resource.id(), resource));
        policy.users().forEach(user -> users.add(user.id()));
    }

    /// One sentence for each problem, in the order of the policy.
    List<String> problems() {
        checkRoles();
        checkUsers();
        checkUnique("resource", policy.resources(), IpResource::id);
        checkGrants();
        checkHandOffs();
        return problems;
    }

    private <T> void checkUnique(String what, List<T> all, Function<T, Object> id) {
        Set<Object> seen = HashSet.newHashSet(all.size());
        Set<Object> told = new HashSet<>();
        for (T each : all) {
            if (!seen.add(id.apply(each)) && told.add(id.apply(each))) {
                problems.add("the " + what + " name '" + id.apply(each) + "' is used more than once");
            }
        }
    }

    private void checkRoles() {
        checkUnique("role", policy.roles(), Role::id);
        for (Role role : policy.roles()) {
            checkRolesOf("role '" + role.id() + "'", role.roles());
        }
        for (List<RoleId> cycle : graph.cycles()) {
            problems.add("roles belong to each other in a circle: "
                    + String.join(" -> ", cycle.stream().map(RoleId::name).toList()));
        }
    }

    private void checkUsers() {
        checkUnique("user", policy.users(), User::id);
        for (User user : policy.users()) {
            checkRolesOf("user '" + user.id() + "'", user.roles());
        }
    }

    private void checkRolesOf(String who, List<RoleId> roles) {
        for (RoleId role : roles) {
            if (graph.indexOf(role) < 0) {
                problems.add(who + " has the role '" + role + "', which doesn't exist");
            }
        }
    }

    private void checkGrants() {
        checkUnique("grant", policy.grants(), Grant::id);
        for (Grant grant : policy.grants()) {
            String who = "grant '" + grant.id() + "'";
            if (!resources.containsKey(grant.resource())) {
                problems.add(who + " is about the resource '" + grant.resource() + "', which doesn't exist");
            }
            if (grant.to() instanceof Subject.User(UserId id) && !users.contains(id)) {
                problems.add(who + " is given to the user '" + id + "', who doesn't exist");
            }
            if (grant.to() instanceof Subject.Role(RoleId id) && graph.indexOf(id) < 0) {
                problems.add(who + " is given to the role '" + id + "', which doesn't exist");
            }
        }
    }

    private void checkHandOffs() {
        for (HandOff handOff : policy.handOffs()) {
            String who = "the hand-off of '" + handOff.resource() + "'";
            IpResource resource = resources.get(handOff.resource());
            if (resource == null) {
                problems.add(who + " is about a resource that doesn't exist");
            } else if (resource.decoy()) {
                problems.add(who + " is about a decoy, which nobody may reach");
            } else if (!resource.transport().includesTcp()) {
                problems.add(who + " is about a resource that opens no TCP port, and only TCP can be handed off");
            } else if (!resource.ports().containsAll(handOff.ports())) {
                problems.add(who + " names ports '" + handOff.ports() + "', but the resource opens '" + resource.ports()
                        + "'");
            } else if (handOff.ports().equals(PING)) {
                problems.add(who + " names only port 0, ping, which can't be handed off");
            }
        }
    }
}
