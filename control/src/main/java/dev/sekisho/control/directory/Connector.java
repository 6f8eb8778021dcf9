package dev.sekisho.control.directory;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How a kind of directory is asked: a port. Thread-safe. Methods wait for the directory, each for a bounded time.
public interface Connector {
    /// Checks settings without asking anybody.
    ///
    /// @param settings without the secret
    /// @throws IllegalArgumentException with a sentence
    void check(Settings settings);

    /// The name of the setting that is the secret.
    String secretSetting();

    /// The settings that say to whom the secret goes: whoever changes one of them must know the secret.
    Set<String> destinationSettings();

    /// A group's name in the form in which it is compared.
    String canonicalGroup(String group);

    /// Checks a name and a password.
    ///
    /// @return empty when one of them is wrong, or when people don't log in that way
    /// @throws DirectoryException when the directory can't say
    Optional<Person> authenticate(Connection connection, String name, String password);

    /// Looks people up.
    ///
    /// @return those who are still there, by subject; empty when this kind of directory can't be asked
    /// @throws DirectoryException when the directory can't say
    Optional<Map<String, Person>> find(Connection connection, Collection<String> subjects);

    /// Tries everything, one step after the other, up to the first that fails.
    ///
    /// @param name of somebody to be looked up
    /// @param password tries their login
    List<Step> probe(Connection connection, Optional<String> name, Optional<String> password);
}
