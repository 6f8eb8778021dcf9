package dev.sekisho.control.directory;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.DirectoryEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.role.Role;
import dev.sekisho.control.role.RoleLattice;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Permission;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The directories that are connected. Thread-safe.
///
/// Whoever says where a directory is can be anybody in it: so a change needs all permissions of the roles that it gives
/// and of its users. The secret goes nowhere new without being given again.
public final class UserDirectories {
    /// What nobody asked for.
    static final Principal SYSTEM = new Principal(
            Optional.empty(),
            Actor.SYSTEM.name(),
            Actor.Via.SYSTEM,
            "",
            EnumSet.allOf(Permission.class),
            true,
            Optional.empty(),
            "");

    private final UnitOfWork work;
    private final DirectoryStore store;
    private final Roles roles;
    private final Users users;
    private final Map<Kind, Connector> connectors;
    private final Seal seal;
    private final InstantSource clock;

    /// What the service needs.
    ///
    /// @param connectors one for each kind
    public record Parts(
            UnitOfWork work,
            DirectoryStore store,
            Roles roles,
            Users users,
            Map<Kind, Connector> connectors,
            Seal seal) {}

    public UserDirectories(Parts parts, InstantSource clock) {
        work = parts.work();
        store = parts.store();
        roles = parts.roles();
        users = parts.users();
        connectors = Map.copyOf(parts.connectors());
        seal = parts.seal();
        this.clock = clock;
    }

    /// All of them, by name.
    public List<ConnectedDirectory> all() {
        return work.read(store::all);
    }

    /// A directory.
    ///
    /// @throws Problem 404
    public ConnectedDirectory find(String id) {
        return work.read(transaction -> require(transaction, id));
    }

    /// How a directory is asked.
    public Connector connector(Kind kind) {
        Connector connector = connectors.get(kind);
        if (connector == null) {
            throw new IllegalStateException("nobody asks directories of kind " + kind);
        }
        return connector;
    }

    /// What it takes to ask a directory, as of now.
    ///
    /// @throws Problem 404
    public Connection connection(String id) {
        return work.read(transaction -> new Connection(
                require(transaction, id), store.secret(transaction, id).map(box -> opened(id, box))));
    }

    private String opened(String id, byte[] box) {
        byte[] clear = seal.open(id, box);
        try {
            return new String(clear, StandardCharsets.UTF_8);
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    private byte[] boxed(String id, String secret) {
        byte[] clear = secret.getBytes(StandardCharsets.UTF_8);
        try {
            return seal.seal(id, clear);
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    /// Connects a directory.
    ///
    /// @throws Problem when a setting can't be used, the name is taken, or a role is more than `by` may do
    public ConnectedDirectory create(Principal by, DirectoryDraft draft) {
        Kind kind = Kind.of(draft.kind()).orElseThrow();
        Settings settings = checked(kind, draft);
        String id = Ids.next(clock.millis());
        Optional<byte[]> secret = secret(kind, draft).map(text -> boxed(id, text));
        return work.change(by.actor(), transaction -> {
            refuseTakenName(transaction, draft.name(), id);
            ConnectedDirectory made = new ConnectedDirectory(
                    id,
                    kind,
                    draft.name(),
                    draft.enabled().orElse(true),
                    settings,
                    mapping(transaction, kind, draft.groupRoles().orElse(Map.of())),
                    1);
            requireAuthority(transaction, by, made.groupRoles().values(), "mapping groups to these roles");
            store.insert(transaction, made);
            secret.ifPresent(box -> store.setSecret(transaction, id, box));
            return Change.of(made, new DirectoryEvent.Created(made.name(), kind.label()));
        });
    }

    /// Replaces what a directory is. Without a secret in the settings, it stays what it was; without a mapping, that
    /// too.
    ///
    /// @throws Problem as [#create], or 412 when it was changed in the meantime
    public ConnectedDirectory replace(Principal by, String id, DirectoryDraft draft, OptionalLong version) {
        Kind kind = Kind.of(draft.kind()).orElseThrow();
        Settings settings = checked(kind, draft);
        Optional<byte[]> secret = secret(kind, draft).map(text -> boxed(id, text));
        return work.change(by.actor(), transaction -> {
            ConnectedDirectory before = require(transaction, id);
            if (before.kind() != kind) {
                throw Problem.invalid("kind", "a directory stays of its kind: connect another one");
            }
            refuseTakenName(transaction, draft.name(), id);
            ConnectedDirectory after = new ConnectedDirectory(
                    id,
                    kind,
                    draft.name(),
                    draft.enabled().orElse(before.enabled()),
                    settings,
                    draft.groupRoles()
                            .map(named -> mapping(transaction, kind, named))
                            .orElse(before.groupRoles()),
                    version.orElse(before.version()));
            requireAuthority(transaction, by, touched(transaction, before, after), "changing this directory");
            if (secret.isEmpty() && store.secret(transaction, id).isPresent()) {
                refuseNewDestination(before.settings(), settings, kind);
            }
            if (!store.update(transaction, after)) {
                throw Problem.stale();
            }
            secret.ifPresent(box -> store.setSecret(transaction, id, box));
            return Change.of(
                    require(transaction, id),
                    new DirectoryEvent.Changed(after.name(), changed(before, after, secret.isPresent())));
        });
    }

    /// Disconnects a directory. Its users are disabled, their login sessions end; they stay in the list until somebody
    /// removes them.
    public void delete(Principal by, String id, OptionalLong version) {
        List<String> active = work.read(transaction -> {
            ConnectedDirectory directory = require(transaction, id);
            if (version.isPresent() && version.getAsLong() != directory.version()) {
                throw Problem.stale();
            }
            requireAuthority(transaction, by, touched(transaction, directory, directory), "removing this directory");
            return store.activeUsers(transaction, id);
        });
        active.forEach(user -> users.disable(by, user));
        work.change(by.actor(), transaction -> {
            ConnectedDirectory directory = require(transaction, id);
            if (!store.activeUsers(transaction, id).isEmpty() || !store.delete(transaction, id, directory.version())) {
                throw Problem.stale();
            }
            return Change.of(true, new DirectoryEvent.Deleted(directory.name()));
        });
    }

    /// Tries everything, one step after the other.
    ///
    /// @param name of somebody to be looked up
    /// @param password tries their login; it is kept nowhere
    public List<Step> test(String id, Optional<String> name, Optional<String> password) {
        Connection connection = connection(id);
        return connector(connection.directory().kind()).probe(connection, name, password);
    }

    /// Records that a directory was tried out.
    ///
    /// @param login whether somebody's password was tried, too
    void tested(Actor actor, String id, boolean login, boolean ok) {
        work.change(
                actor,
                transaction -> Change.of(
                        ok, new DirectoryEvent.Tested(require(transaction, id).name(), login, ok)));
    }

    /// Whether a secret is kept.
    public boolean hasSecret(String id) {
        return work.read(transaction -> store.secret(transaction, id).isPresent());
    }

    private Settings checked(Kind kind, DirectoryDraft draft) {
        try {
            Settings settings =
                    new Settings(draft.settings()).without(connector(kind).secretSetting());
            connector(kind).check(settings);
            return settings;
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("settings", String.valueOf(e.getMessage()));
        }
    }

    private Optional<String> secret(Kind kind, DirectoryDraft draft) {
        return Optional.ofNullable(draft.settings().get(connector(kind).secretSetting()))
                .filter(secret -> !secret.isEmpty());
    }

    private Map<String, String> mapping(Transaction transaction, Kind kind, Map<String, String> named) {
        RoleLattice all = roles.all(transaction);
        Map<String, String> byGroup = new TreeMap<>();
        named.forEach((group, name) -> {
            Role role = all.named(name)
                    .orElseThrow(() -> Problem.invalid("groupRoles", "one of these roles doesn't exist"));
            String key = group.strip().equals(ConnectedDirectory.EVERYBODY)
                    ? ConnectedDirectory.EVERYBODY
                    : connector(kind).canonicalGroup(group.strip());
            if (byGroup.put(key, role.id()) != null) {
                throw Problem.invalid("groupRoles", "a group is mapped twice: make a role that has both as parents");
            }
        });
        return byGroup;
    }

    private Set<String> touched(Transaction transaction, ConnectedDirectory before, ConnectedDirectory after) {
        Set<String> touched = new TreeSet<>(before.groupRoles().values());
        touched.addAll(after.groupRoles().values());
        touched.addAll(store.rolesOfUsers(transaction, before.id()));
        return touched;
    }

    private void requireAuthority(Transaction transaction, Principal by, Collection<String> roleIds, String what) {
        Authority.require(by, roles.all(transaction).permissions(roleIds), what);
    }

    private void refuseNewDestination(Settings before, Settings after, Kind kind) {
        for (String name : connector(kind).destinationSettings()) {
            if (!before.text(name).equals(after.text(name))) {
                throw Problem.invalid(
                        "settings." + connector(kind).secretSetting(),
                        name + " says to whom the secret goes: give the secret again to change it");
            }
        }
    }

    private void refuseTakenName(Transaction transaction, String name, String ownId) {
        boolean taken = store.all(transaction).stream()
                .anyMatch(other ->
                        !other.id().equals(ownId) && NameKey.of(other.name()).equals(NameKey.of(name)));
        if (taken) {
            throw Problem.conflict("there is a directory of this name already");
        }
    }

    private static List<String> changed(ConnectedDirectory before, ConnectedDirectory after, boolean secret) {
        List<String> fields = new ArrayList<>();
        if (!before.name().equals(after.name())) {
            fields.add("name");
        }
        if (before.enabled() != after.enabled()) {
            fields.add("enabled");
        }
        Set<String> names = new TreeSet<>(before.settings().values().keySet());
        names.addAll(after.settings().values().keySet());
        names.stream()
                .filter(name ->
                        !before.settings().text(name).equals(after.settings().text(name)))
                .forEach(fields::add);
        if (secret) {
            fields.add("secret");
        }
        if (!before.groupRoles().equals(after.groupRoles())) {
            fields.add("groupRoles");
        }
        return fields;
    }

    private ConnectedDirectory require(Transaction transaction, String id) {
        return store.find(transaction, id).orElseThrow(() -> Problem.notFound("there is no such directory"));
    }
}
