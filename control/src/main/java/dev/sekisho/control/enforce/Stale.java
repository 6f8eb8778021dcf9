package dev.sekisho.control.enforce;

import dev.sekisho.control.audit.AccessEvent;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.DeviceEvent;
import dev.sekisho.control.audit.RoleEvent;
import dev.sekisho.control.audit.SettingsEvent;
import dev.sekisho.control.audit.UserEvent;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which parts of what is in force no longer match the database, gathered until somebody reads them again. Not
/// thread-safe: one owner at a time.
final class Stale {
    /// What has a name.
    enum Kind {
        /// Users, by name.
        USER,
        /// Users who were removed, by name: their grants and devices went with them.
        GONE_USER,
        /// Users whose devices are others than before, by name.
        DEVICES_OF,
        /// Roles whose parents or permissions are others, by name.
        ROLE,
        /// Roles that were removed, by name: their grants went with them.
        GONE_ROLE,
        /// By identity.
        RESOURCE,
        /// Resources that were removed, by identity: their grants went with them.
        GONE_RESOURCE,
        /// By identity.
        GRANT,
        /// By identity.
        DEVICE
    }

    /// More than this is not read in a moment.
    private static final int FEW = 1000;

    private final Map<Kind, Set<String>> names = new EnumMap<>(Kind.class);
    private boolean everything;
    private boolean settings;
    private boolean roles;

    /// All of it.
    static Stale everything() {
        Stale stale = new Stale();
        stale.everything = true;
        return stale;
    }

    /// Adds what a change has made stale.
    void add(List<ControlEvent> events) {
        events.forEach(this::add);
    }

    private void add(ControlEvent event) {
        switch (event) {
            case UserEvent user -> addUser(user);
            case RoleEvent role -> addRole(role);
            case AccessEvent access -> addAccess(access);
            case DeviceEvent device -> add(Kind.DEVICE, device.id());
            case SettingsEvent _ -> settings = true;
            default -> {}
        }
    }

    /// Who gets another name takes grants and devices along; that is rare.
    private void addUser(UserEvent event) {
        switch (event) {
            case UserEvent.Created created -> add(Kind.USER, created.user());
            case UserEvent.RolesChanged changed -> add(Kind.USER, changed.user());
            case UserEvent.Changed changed -> everything |= changed.fields().contains("name");
            case UserEvent.Deleted deleted -> add(Kind.GONE_USER, deleted.user());
            case UserEvent.Disabled disabled -> addWithDevices(disabled.user());
            case UserEvent.Enabled enabled -> addWithDevices(enabled.user());
            case UserEvent.Unlocked _, UserEvent.PasswordReset _ -> {}
        }
    }

    private void addWithDevices(String user) {
        add(Kind.USER, user);
        add(Kind.DEVICES_OF, user);
    }

    private void addRole(RoleEvent event) {
        switch (event) {
            case RoleEvent.Created _ -> roles = true;
            case RoleEvent.Changed changed -> {
                // Its former name may be another role's by the time it is read: grants go by name.
                everything |= changed.hasOtherName();
                add(Kind.ROLE, changed.role());
            }
            case RoleEvent.Deleted deleted -> add(Kind.GONE_ROLE, deleted.role());
            case RoleEvent.MembersChanged members -> {
                members.added().forEach(user -> add(Kind.USER, user));
                members.removed().forEach(user -> add(Kind.USER, user));
            }
        }
    }

    private void addAccess(AccessEvent event) {
        switch (event) {
            case AccessEvent.ResourceCreated created -> add(Kind.RESOURCE, created.id());
            case AccessEvent.ResourceChanged changed -> add(Kind.RESOURCE, changed.id());
            case AccessEvent.ResourceDeleted deleted -> add(Kind.GONE_RESOURCE, deleted.id());
            case AccessEvent.ResourcesImported _ -> {}
            case AccessEvent.Granted granted -> add(Kind.GRANT, granted.id());
            case AccessEvent.GrantChanged changed -> add(Kind.GRANT, changed.id());
            case AccessEvent.Revoked revoked -> add(Kind.GRANT, revoked.id());
        }
    }

    /// Adds one thing.
    void add(Kind kind, String name) {
        names.computeIfAbsent(kind, _ -> new HashSet<>()).add(name);
    }

    /// Adds all that another says.
    void add(Stale other) {
        everything |= other.everything;
        settings |= other.settings;
        roles |= other.roles;
        other.names.forEach((kind, more) ->
                names.computeIfAbsent(kind, _ -> new HashSet<>()).addAll(more));
    }

    boolean isNothing() {
        return !everything && !settings && !roles && names.isEmpty();
    }

    boolean isEverything() {
        return everything;
    }

    boolean settings() {
        return settings || everything;
    }

    /// Whether there are other roles, or other ties between them.
    boolean roles() {
        return roles || !of(Kind.ROLE).isEmpty() || !of(Kind.GONE_ROLE).isEmpty();
    }

    /// Whether to put it in force takes more than a moment.
    boolean isLarge() {
        return everything
                || !of(Kind.GONE_ROLE).isEmpty()
                || names.values().stream().mapToInt(Set::size).sum() > FEW;
    }

    /// What there is of a kind.
    Set<String> of(Kind kind) {
        return names.getOrDefault(kind, Set.of());
    }
}
