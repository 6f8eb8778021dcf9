package dev.sekisho.control.enforce;

import dev.sekisho.control.audit.AccessEvent;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.DeviceEvent;
import dev.sekisho.control.audit.RoleEvent;
import dev.sekisho.control.audit.SettingsEvent;
import dev.sekisho.control.audit.UserEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which parts of what is in force no longer match the database. Immutable.
///
/// @param everything all parts
/// @param people users, roles and who has which
/// @param grants identities of grants that were made, changed or removed
record Stale(
        boolean everything, boolean people, boolean resources, boolean devices, boolean settings, Set<String> grants) {
    static final Stale NOTHING = new Stale(false, false, false, false, false, Set.of());
    static final Stale EVERYTHING = new Stale(true, true, true, true, true, Set.of());
    static final Stale DEVICES = new Stale(false, false, false, true, false, Set.of());

    Stale {
        grants = Set.copyOf(grants);
    }

    boolean isNothing() {
        return equals(NOTHING);
    }

    /// What a change made stale. A user or role that is removed or gets another name takes grants along.
    static Stale by(List<ControlEvent> events) {
        Stale stale = NOTHING;
        for (ControlEvent event : events) {
            stale = stale.and(by(event));
        }
        return stale;
    }

    private static Stale by(ControlEvent event) {
        return switch (event) {
            case UserEvent.Deleted _, RoleEvent.Deleted _, RoleEvent.Changed _, AccessEvent.ResourceDeleted _ ->
                EVERYTHING;
            case UserEvent.Changed changed when changed.fields().contains("name") -> EVERYTHING;
            case UserEvent.Disabled _, UserEvent.Enabled _ -> new Stale(false, true, false, true, false, Set.of());
            case UserEvent _, RoleEvent _ -> new Stale(false, true, false, false, false, Set.of());
            case AccessEvent.ResourceCreated _, AccessEvent.ResourceChanged _ ->
                new Stale(false, false, true, false, false, Set.of());
            case AccessEvent.Granted granted -> grant(granted.id());
            case AccessEvent.GrantChanged changed -> grant(changed.id());
            case AccessEvent.Revoked revoked -> grant(revoked.id());
            case DeviceEvent _ -> DEVICES;
            case SettingsEvent _ -> new Stale(false, false, false, false, true, Set.of());
            default -> NOTHING;
        };
    }

    private static Stale grant(String id) {
        return new Stale(false, false, false, false, false, Set.of(id));
    }

    Stale and(Stale other) {
        Set<String> all = new HashSet<>(grants);
        all.addAll(other.grants);
        return new Stale(
                everything || other.everything,
                people || other.people,
                resources || other.resources,
                devices || other.devices,
                settings || other.settings,
                all);
    }
}
