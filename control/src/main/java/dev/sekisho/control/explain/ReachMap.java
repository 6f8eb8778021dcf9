package dev.sekisho.control.explain;

import dev.sekisho.control.device.Device;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.Recipient;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.User;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// A drawing of who reaches what by which roles, as far as it fits: of what there is no room for, and of roles that are
/// deeper than wanted, a node tells how much it is. Owner: one thread.
final class ReachMap {
    private final int room;
    private final Instant now;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Set<Edge> edges = new LinkedHashSet<>();
    private final Map<Kind, Integer> counts = new HashMap<>();

    /// Roles to which each belongs, and those that belong to each.
    private final Map<RoleId, List<RoleId>> parents = new HashMap<>();

    private final Map<RoleId, List<RoleId>> children = new HashMap<>();

    /// @param roles all of them
    /// @param room nodes of one kind at most
    ReachMap(List<Role> roles, int room, Instant now) {
        this.room = room;
        this.now = now;
        for (Role role : roles) {
            parents.put(role.id(), role.roles());
            role.roles()
                    .forEach(parent -> children.computeIfAbsent(parent, _ -> new ArrayList<>())
                            .add(role.id()));
        }
    }

    /// What a node is.
    enum Kind {
        DEVICE,
        USER,
        NETWORK,
        ROLE,
        RESOURCE
    }

    /// What an edge means.
    enum Link {
        /// A device is a user's.
        OWNER,
        /// A user has a role, a role belongs to another.
        MEMBER,
        /// Somebody is granted a resource.
        GRANT
    }

    /// One thing.
    ///
    /// @param id among the nodes
    /// @param ref the identity of the thing, its name when it has none
    /// @param more 0 for one thing; else so many of its kind that are not drawn
    record Node(String id, Kind kind, String ref, String label, String detail, long more) {}

    /// From the left to the right.
    ///
    /// @param grant identity of the grant; empty for other links
    /// @param now whether it holds at this moment
    record Edge(String from, String to, Link link, String grant, boolean deny, boolean mfa, boolean now) {}

    List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    List<Edge> edges() {
        return List.copyOf(edges);
    }

    /// Leaves only what leads to one of these nodes, or to one that counts what is not drawn, behind which may be a
    /// way.
    void keepWaysTo(String... ends) {
        Map<String, List<String>> back = new HashMap<>();
        edges.forEach(
                edge -> back.computeIfAbsent(edge.to(), _ -> new ArrayList<>()).add(edge.from()));
        Deque<String> open = new ArrayDeque<>(List.of(ends));
        nodes.values().stream().filter(node -> node.more() > 0).map(Node::id).forEach(open::add);
        Set<String> kept = new HashSet<>(open);
        while (!open.isEmpty()) {
            for (String before : back.getOrDefault(open.poll(), List.of())) {
                if (kept.add(before)) {
                    open.add(before);
                }
            }
        }
        nodes.keySet().retainAll(kept);
        edges.removeIf(edge -> !kept.contains(edge.from()) || !kept.contains(edge.to()));
    }

    private static String id(Kind kind, String ref) {
        return kind.name().charAt(0) + kind.name().substring(1, 3).toLowerCase(Locale.ROOT) + ":" + ref;
    }

    /// Draws a thing, if it is there already or there is room.
    private boolean draw(Kind kind, String ref, String label, String detail) {
        String id = id(kind, ref);
        if (nodes.containsKey(id)) {
            return true;
        }
        if (counts.merge(kind, 1, Integer::sum) > room) {
            return false;
        }
        nodes.put(id, new Node(id, kind, ref, label, detail, 0));
        return true;
    }

    private void link(String from, String to, Link link) {
        edges.add(new Edge(from, to, link, "", false, false, true));
    }

    /// Notes one more of a kind, to the left of something, that is not drawn.
    ///
    /// @return the node that counts them
    private String before(Kind kind, String node) {
        return more(kind, "more:" + kind + ":>" + node);
    }

    /// Notes one more of a kind, to the right of something, that is not drawn.
    ///
    /// @return the node that counts them
    private String after(Kind kind, String node) {
        return more(kind, "more:" + kind + ":" + node);
    }

    private String more(Kind kind, String id) {
        nodes.merge(id, new Node(id, kind, "", "", "", 1), (one, _) -> new Node(id, kind, "", "", "", one.more() + 1));
        return id;
    }

    String user(String name, String detail) {
        draw(Kind.USER, name, name, detail);
        return id(Kind.USER, name);
    }

    String role(RoleId role) {
        draw(Kind.ROLE, role.name(), role.name(), "");
        return id(Kind.ROLE, role.name());
    }

    /// Whether there was room for a role.
    boolean has(RoleId role) {
        return nodes.containsKey(id(Kind.ROLE, role.name()));
    }

    void device(Device device) {
        String owner = id(Kind.USER, device.owner().name());
        if (draw(Kind.DEVICE, device.id(), device.deviceId().name(), device.shownState(now))) {
            link(id(Kind.DEVICE, device.id()), owner, Link.OWNER);
        } else {
            link(before(Kind.DEVICE, owner), owner, Link.OWNER);
        }
    }

    /// Draws the roles that somebody has, and those to which they lead, as deep as is wanted.
    ///
    /// @param from the node that has them
    /// @return all of them
    Set<RoleId> upwards(String from, List<RoleId> own, int depth) {
        Map<RoleId, Integer> found = new LinkedHashMap<>();
        for (RoleId role : own) {
            if (join(from, role, true)) {
                found.put(role, 1);
            }
        }
        return climb(found, depth);
    }

    /// Draws the roles to which a role leads, as deep as is wanted.
    ///
    /// @return all of them, and the role
    Set<RoleId> upwards(RoleId role, int depth) {
        Map<RoleId, Integer> found = new LinkedHashMap<>();
        found.put(role, 0);
        return climb(found, depth);
    }

    /// @param found by the level at which they were
    private Set<RoleId> climb(Map<RoleId, Integer> found, int depth) {
        Deque<RoleId> open = new ArrayDeque<>(found.keySet());
        while (!open.isEmpty()) {
            RoleId role = open.poll();
            int level = found.getOrDefault(role, 0);
            for (RoleId parent : parents.getOrDefault(role, List.of())) {
                boolean drawn = join(id(Kind.ROLE, role.name()), parent, level < depth);
                if (drawn && level < depth && found.putIfAbsent(parent, level + 1) == null) {
                    open.add(parent);
                }
            }
        }
        return found.keySet();
    }

    /// @param wanted whether the role is to be drawn if it is not there yet
    private boolean join(String from, RoleId role, boolean wanted) {
        boolean drawn = wanted ? draw(Kind.ROLE, role.name(), role.name(), "") : has(role);
        link(from, drawn ? id(Kind.ROLE, role.name()) : after(Kind.ROLE, from), Link.MEMBER);
        return drawn;
    }

    /// Draws who has a role, directly or by roles that belong to it, as deep as is wanted.
    void downwards(RoleId role, int depth, Map<RoleId, List<User>> members) {
        Map<RoleId, Integer> found = new LinkedHashMap<>();
        found.put(role, 0);
        Deque<RoleId> open = new ArrayDeque<>(found.keySet());
        while (!open.isEmpty()) {
            RoleId next = open.poll();
            String at = id(Kind.ROLE, next.name());
            for (User user : members.getOrDefault(next, List.of())) {
                boolean drawn = draw(Kind.USER, user.id().name(), user.id().name(), "");
                link(drawn ? id(Kind.USER, user.id().name()) : before(Kind.USER, at), at, Link.MEMBER);
            }
            int level = found.getOrDefault(next, 0);
            for (RoleId child : children.getOrDefault(next, List.of())) {
                boolean drawn = level < depth ? draw(Kind.ROLE, child.name(), child.name(), "") : has(child);
                link(drawn ? id(Kind.ROLE, child.name()) : before(Kind.ROLE, at), at, Link.MEMBER);
                if (drawn && level < depth && found.putIfAbsent(child, level + 1) == null) {
                    open.add(child);
                }
            }
        }
    }

    /// Draws a resource.
    ///
    /// @return the node
    String resource(Resource resource) {
        draw(Kind.RESOURCE, resource.id(), resource.name(), detail(resource));
        return id(Kind.RESOURCE, resource.id());
    }

    private static String detail(Resource resource) {
        return resource.target().shortForm() + (resource.target().decoy() ? ", decoy" : "");
    }

    /// Draws a grant, with its resource and its recipient.
    void grant(AccessGrant grant, Resource resource) {
        String from = holder(grant.to());
        boolean drawn = draw(Kind.RESOURCE, resource.id(), resource.name(), detail(resource));
        String to = drawn ? id(Kind.RESOURCE, resource.id()) : after(Kind.RESOURCE, from);
        boolean deny = grant.rule().deny();
        edges.add(new Edge(
                from,
                to,
                Link.GRANT,
                drawn ? grant.id() : "",
                drawn && deny,
                drawn && !deny && grant.rule().mfa(),
                !drawn || grant.rule().validity().holds(now.getEpochSecond())));
    }

    private String holder(Recipient to) {
        Kind kind = switch (to) {
            case Recipient.OfUser _ -> Kind.USER;
            case Recipient.OfRole _ -> Kind.ROLE;
            case Recipient.OfNetwork _ -> Kind.NETWORK;
        };
        String name = to.toString().substring(to.toString().indexOf(':') + 1);
        return draw(kind, name, name, "") ? id(kind, name) : before(kind, "all");
    }
}
