package dev.sekisho.control.directory;

import java.util.Map;

/// A directory that is connected. Immutable.
///
/// @param name for people
/// @param enabled whether people may log in by it
/// @param settings by name, without the secret
/// @param groupRoles identities of roles by canonical name of the group; [#EVERYBODY] is a group of all
public record ConnectedDirectory(
        String id,
        Kind kind,
        String name,
        boolean enabled,
        Settings settings,
        Map<String, String> groupRoles,
        long version) {
    /// The group that everybody is in. Mapping it lets everybody of the directory in.
    public static final String EVERYBODY = "*";

    public ConnectedDirectory {
        groupRoles = Map.copyOf(groupRoles);
    }
}
