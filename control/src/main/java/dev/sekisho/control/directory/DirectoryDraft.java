package dev.sekisho.control.directory;

import dev.sekisho.control.role.NameKey;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A directory as somebody wants it to be. Immutable; the body of requests. `toString` shows no setting.
///
/// @param kind `ldap`, `oidc` or `saml`
/// @param enabled true without
/// @param settings by name; the secret may be among them, and stays what it was when it is not
/// @param groupRoles names of roles by group; the group `*` is everybody
public record DirectoryDraft(
        String name,
        String kind,
        Optional<Boolean> enabled,
        Map<String, String> settings,
        Optional<Map<String, String>> groupRoles) {
    private static final int MAX_NAME = 64;
    private static final int MAX_GROUPS = 1000;
    private static final int MAX_GROUP = 1000;

    /// Checks it, but for what the kind of directory has to say.
    ///
    /// @throws IllegalArgumentException with a sentence
    public DirectoryDraft {
        name = NameKey.shown(name).strip();
        if (name.isEmpty() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a directory's name has 1 to " + MAX_NAME + " printable characters");
        }
        if (Kind.of(kind).isEmpty()) {
            throw new IllegalArgumentException("a directory is of kind ldap, oidc or saml");
        }
        settings = Map.copyOf(settings);
        groupRoles = groupRoles.map(TreeMap::new);
        groupRoles.orElse(Map.of()).keySet().forEach(group -> {
            if (group.isBlank() || group.length() > MAX_GROUP) {
                throw new IllegalArgumentException("a group's name has 1 to " + MAX_GROUP + " characters");
            }
        });
        if (groupRoles.orElse(Map.of()).size() > MAX_GROUPS) {
            throw new IllegalArgumentException("at most " + MAX_GROUPS + " groups are mapped");
        }
    }

    @Override
    public String toString() {
        return "DirectoryDraft[" + name + "]";
    }
}
