package dev.sekisho.control.explain;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.device.Device;
import dev.sekisho.control.device.Devices;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.GrantQuery;
import dev.sekisho.control.grant.Recipient;
import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.people.People;
import dev.sekisho.control.people.Person;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.simulate.PolicyMaterial;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.User;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The route `/policy/map`: what to draw of who reaches what. It starts at one user, role, device or resource,
/// so that it costs what that touches, however large the network is.
public final class MapApi {
    private static final int MOST_DEPTH = 8;
    private static final int DEFAULT_DEPTH = 4;
    private static final int MOST_ROOM = 100;
    private static final int DEFAULT_ROOM = 30;

    private final UnitOfWork work;
    private final PolicyMaterial.Sources sources;
    private final Devices devices;
    private final InstantSource clock;

    public MapApi(UnitOfWork work, PolicyMaterial.Sources sources, Devices devices, InstantSource clock) {
        this.work = work;
        this.sources = sources;
        this.devices = devices;
        this.clock = clock;
    }

    /// A thing on the map.
    ///
    /// @param kind `device`, `user`, `network`, `role` or `resource`
    /// @param ref what to ask for it by: an identity, or a name of users and roles; empty when it stands for many
    /// @param detail such as the target of a resource, the state of a device
    /// @param more 0, or how many of its kind are not drawn
    record MapNode(String id, String kind, String ref, String label, String detail, long more) {}

    /// A line on the map, from the left to the right.
    ///
    /// @param link `owner`, `member` or `grant`
    /// @param now whether a grant holds at this moment
    record MapEdge(
            String from, String to, String link, Optional<String> grant, boolean deny, boolean mfa, boolean now) {}

    /// The map.
    ///
    /// @param focus the node that it starts at
    /// @param complete false when there was no room for all, or roles are deeper than was asked for
    record MapView(String focus, boolean complete, List<MapNode> nodes, List<MapEdge> edges) {
        MapView {
            nodes = List.copyOf(nodes);
            edges = List.copyOf(edges);
        }
    }

    /// All routes.
    public List<Route> routes() {
        return List.of(Route.get("/policy/map", "Draw who reaches what from one user, role, device or resource")
                .access(Permission.VIEW_NETWORK)
                .query("user", "name or identity of a user")
                .query("role", "name or identity of a role")
                .query("device", "identity of a device, or USER/DEVICE")
                .query("resource", "name or identity of a resource; beside one of the others, only the ways to it")
                .query("depth", "roles of roles, 0 to 8; 4 without")
                .query("room", "things of a kind, 1 to 100; 30 without")
                .answers(MapView.class)
                .by(this::map));
    }

    private static int number(Request request, String name, int least, int most, int otherwise) {
        return request.query(name)
                .map(text -> Checked.field(name, () -> {
                    int number = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
                    if (number < least || number > most) {
                        throw new IllegalArgumentException("is " + least + " to " + most);
                    }
                    return number;
                }))
                .orElse(otherwise);
    }

    private Object map(Request request) {
        int depth = number(request, "depth", 0, MOST_DEPTH, DEFAULT_DEPTH);
        int room = number(request, "room", 1, MOST_ROOM, DEFAULT_ROOM);
        List<String> given = List.of("user", "role", "device").stream()
                .filter(name -> request.query(name).isPresent())
                .toList();
        Optional<String> resource = request.query("resource");
        if (given.size() > 1 || (given.isEmpty() && resource.isEmpty())) {
            throw Problem.invalid(
                    given.isEmpty() ? "user" : given.getLast(),
                    "name one user, role or device, or a resource, to start at");
        }
        return work.read(transaction -> {
            Drawing drawing = new Drawing(transaction, depth, room, resource);
            String focus = given.isEmpty()
                    ? drawing.aroundResource()
                    : switch (given.getFirst()) {
                        case "user" -> drawing.aroundUser(request.query("user").orElseThrow(), Optional.empty());
                        case "device" ->
                            drawing.aroundDevice(request.query("device").orElseThrow());
                        default -> drawing.aroundRole(request.query("role").orElseThrow());
                    };
            drawing.end.ifPresent(end -> drawing.map.keepWaysTo(focus, end));
            return view(focus, drawing.map);
        });
    }

    private static MapView view(String focus, ReachMap map) {
        List<ReachMap.Node> nodes = map.nodes();
        return new MapView(
                focus,
                nodes.stream().allMatch(node -> node.more() == 0),
                nodes.stream()
                        .map(node -> new MapNode(
                                node.id(), lower(node.kind()), node.ref(), node.label(), node.detail(), node.more()))
                        .toList(),
                map.edges().stream()
                        .map(edge -> new MapEdge(
                                edge.from(),
                                edge.to(),
                                lower(edge.link()),
                                Optional.of(edge.grant()).filter(grant -> !grant.isEmpty()),
                                edge.deny(),
                                edge.mfa(),
                                edge.now()))
                        .toList());
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /// One map while it is drawn.
    private final class Drawing {
        private final Transaction transaction;
        private final int depth;
        private final Optional<Resource> only;

        /// The node of the only resource.
        private final Optional<String> end;

        private final Instant now = clock.instant();
        private final People.Everybody everybody;
        private final ReachMap map;

        Drawing(Transaction transaction, int depth, int room, Optional<String> resource) {
            this.transaction = transaction;
            this.depth = depth;
            this.everybody = sources.people().everybody(transaction);
            this.map = new ReachMap(everybody.roles(), room, now);
            this.only = resource.map(name -> sources.resources()
                    .named(transaction, name)
                    .orElseThrow(() -> Problem.invalid("resource", "there is no resource '" + name + "'")));
            this.end = only.map(map::resource);
        }

        String aroundUser(String name, Optional<Device> device) {
            Person person = sources.people()
                    .user(transaction, name)
                    .orElseThrow(() -> Problem.invalid("user", "there is no user '" + name + "'"));
            String focus = map.user(person.name(), person.active() ? "" : "disabled");
            devicesOf(person, device).forEach(map::device);
            List<RoleId> own = everybody.users().stream()
                    .filter(user -> user.id().name().equals(person.name()))
                    .flatMap(user -> user.roles().stream())
                    .toList();
            grants(person.id(), map.upwards(focus, own, depth));
            return focus;
        }

        private List<Device> devicesOf(Person person, Optional<Device> device) {
            if (device.isPresent()) {
                return List.of(device.get());
            }
            return devices.all(transaction).stream()
                    .filter(one -> one.owner().id().equals(person.id()))
                    .sorted(Comparator.comparing(Device::name))
                    .toList();
        }

        String aroundDevice(String name) {
            Device device = devices.all(transaction).stream()
                    .filter(one ->
                            one.id().equals(name) || one.deviceId().name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> Problem.invalid("device", "there is no device '" + name + "'"));
            aroundUser(device.owner().name(), Optional.of(device));
            return map.nodes().stream()
                    .filter(node -> node.ref().equals(device.id()))
                    .findFirst()
                    .orElseThrow()
                    .id();
        }

        String aroundRole(String name) {
            NamedRole role = sources.people()
                    .role(transaction, name)
                    .orElseThrow(() -> Problem.invalid("role", "there is no role '" + name + "'"));
            RoleId id = new RoleId(role.name());
            String focus = map.role(id);
            grants("", map.upwards(id, depth));
            map.downwards(id, depth, members());
            return focus;
        }

        private Map<RoleId, List<User>> members() {
            Map<RoleId, List<User>> members = new HashMap<>();
            everybody
                    .users()
                    .forEach(user -> user.roles()
                            .forEach(role -> members.computeIfAbsent(role, _ -> new ArrayList<>())
                                    .add(user)));
            return members;
        }

        /// Draws what a user and roles are granted, what forbids first, then by name.
        private void grants(String userId, Set<RoleId> roles) {
            List<String> ids = roles.stream()
                    .flatMap(role -> sources.people().role(transaction, role.name()).stream())
                    .map(NamedRole::id)
                    .toList();
            List<AccessGrant> all = sources.grants().of(transaction, userId, ids).stream()
                    .filter(grant -> !grant.isOver(now))
                    .filter(grant -> only.isEmpty() || only.get().id().equals(grant.resourceId()))
                    .sorted(Comparator.comparing(
                                    (AccessGrant grant) -> !grant.rule().deny())
                            .thenComparing(AccessGrant::resource)
                            .thenComparing(AccessGrant::id))
                    .toList();
            Set<String> resourceIds = new HashSet<>();
            all.forEach(grant -> resourceIds.add(grant.resourceId()));
            Map<String, Resource> resources = sources.resources().some(transaction, resourceIds).stream()
                    .collect(Collectors.toMap(Resource::id, Function.identity()));
            for (AccessGrant grant : all) {
                Optional.ofNullable(resources.get(grant.resourceId()))
                        .ifPresent(resource -> map.grant(grant, resource));
            }
        }

        String aroundResource() {
            Resource resource = only.orElseThrow();
            GrantQuery query = new GrantQuery(
                    Optional.empty(), Optional.of(resource.id()), Optional.empty(), Optional.empty(), Optional.of(now));
            Optional<String> cursor = Optional.empty();
            Set<RoleId> roles = new LinkedHashSet<>();
            do {
                Page<AccessGrant> page =
                        sources.grants().page(transaction, query, new Page.Request(cursor, Page.Request.MAX_LIMIT));
                for (AccessGrant grant : page.items()) {
                    map.grant(grant, resource);
                    if (grant.to() instanceof Recipient.OfRole role) {
                        roles.add(new RoleId(role.name()));
                    }
                }
                cursor = page.next();
            } while (cursor.isPresent());
            Map<RoleId, List<User>> members = members();
            roles.stream().filter(map::has).forEach(role -> map.downwards(role, depth, members));
            return map.nodes().getFirst().id();
        }
    }
}
