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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// A drawing of who reaches what by which roles, as far as it fits: of what there is no room for, a node tells
/// how much it is. Owner: one thread.
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
    /// @param more 0 for one thing; else so many of its kind for which there is no room
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

    /// Notes one more of a kind beside something, for which there is no room.
    ///
    /// @return the node that counts them
    private String more(Kind kind, String beside) {
        String id = "more:" + kind + ":" + beside;
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
            link(more(Kind.DEVICE, owner), owner, Link.OWNER);
        }
    }

    /// Draws the roles to which some lead, as deep as is wanted.
    ///
    /// @param from the node that has them
    /// @return all of them
    Set<RoleId> upwards(String from, List<RoleId> own, int depth) {
        Map<RoleId, Integer> found = new LinkedHashMap<>();
        Deque<RoleId> open = new ArrayDeque<>();
        for (RoleId role : own) {
            if (join(from, role)) {
                found.put(role, 1);
                open.add(role);
            }
        }
        while (!open.isEmpty()) {
            RoleId role = open.poll();
            int level = found.getOrDefault(role, 0);
            for (RoleId parent : parents.getOrDefault(role, List.of())) {
                if (level < depth && join(id(Kind.ROLE, role.name()), parent) && !found.containsKey(parent)) {
                    found.put(parent, level + 1);
                    open.add(parent);
                }
            }
        }
        return found.keySet();
    }

    private boolean join(String from, RoleId role) {
        boolean drawn = draw(Kind.ROLE, role.name(), role.name(), "");
        link(from, drawn ? id(Kind.ROLE, role.name()) : more(Kind.ROLE, from), Link.MEMBER);
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
                link(drawn ? id(Kind.USER, user.id().name()) : more(Kind.USER, at), at, Link.MEMBER);
            }
            int level = found.getOrDefault(next, 0);
            for (RoleId child : children.getOrDefault(next, List.of())) {
                if (level >= depth) {
                    continue;
                }
                boolean drawn = draw(Kind.ROLE, child.name(), child.name(), "");
                link(drawn ? id(Kind.ROLE, child.name()) : more(Kind.ROLE, at), at, Link.MEMBER);
                if (drawn && found.putIfAbsent(child, level + 1) == null) {
                    open.add(child);
                }
            }
        }
    }

    void resource(Resource resource) {
        draw(Kind.RESOURCE, resource.id(), resource.name(), detail(resource));
    }

    private static String detail(Resource resource) {
        return resource.target().shortForm() + (resource.target().decoy() ? ", decoy" : "");
    }

    /// Draws a grant, with its resource and its recipient.
    void grant(AccessGrant grant, Resource resource) {
        String from = holder(grant.to());
        boolean drawn = draw(Kind.RESOURCE, resource.id(), resource.name(), detail(resource));
        String to = drawn ? id(Kind.RESOURCE, resource.id()) : more(Kind.RESOURCE, from);
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
        return draw(kind, name, name, "") ? id(kind, name) : more(kind, "all");
    }
}
