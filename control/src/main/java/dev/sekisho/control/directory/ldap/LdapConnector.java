package dev.sekisho.control.directory.ldap;

import com.unboundid.ldap.sdk.SearchResultEntry;
import dev.sekisho.control.directory.Connection;
import dev.sekisho.control.directory.Connector;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Person;
import dev.sekisho.control.directory.Settings;
import dev.sekisho.control.directory.Step;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Asks LDAP directories. Thread-safe. At most [#AT_ONCE] questions are put to one directory at a time: while it hangs,
/// its own logins fail and nobody else waits.
public final class LdapConnector implements Connector {
    private static final int AT_ONCE = 8;
    private static final Duration QUESTION = Duration.ofSeconds(15);
    private static final Duration SWEEP = Duration.ofMinutes(10);

    private final Map<String, Semaphore> turns = new ConcurrentHashMap<>();

    @Override
    public void check(Settings settings) {
        LdapSettings.of(settings);
    }

    @Override
    public String secretSetting() {
        return LdapSettings.SECRET;
    }

    @Override
    public Set<String> destinationSettings() {
        return LdapSettings.DESTINATION;
    }

    @Override
    public String canonicalGroup(String group) {
        return LdapEntries.canonicalGroup(group);
    }

    @Override
    public Optional<Person> authenticate(Connection connection, String name, String password) {
        return inTurn(connection, () -> {
            try (LdapSearcher searcher = LdapSearcher.open(connection, QUESTION)) {
                Optional<SearchResultEntry> entry = searcher.named(name);
                if (!searcher.isRight(entry, password)) {
                    return Optional.empty();
                }
                searcher.bind();
                return entry.map(searcher::person);
            }
        });
    }

    @Override
    public Optional<Map<String, Person>> find(Connection connection, Collection<String> subjects) {
        return inTurn(connection, () -> {
            Map<String, Person> found = new TreeMap<>();
            try (LdapSearcher searcher = LdapSearcher.open(connection, SWEEP)) {
                for (String subject : subjects) {
                    searcher.withSubject(subject).ifPresent(entry -> found.put(subject, searcher.person(entry)));
                }
            }
            return Optional.of(found);
        });
    }

    @Override
    public List<Step> probe(Connection connection, Optional<String> name, Optional<String> password) {
        return inTurn(connection, () -> new LdapProbe(connection).run(name, password));
    }

    private <T> T inTurn(Connection connection, Supplier<T> question) {
        Semaphore turn = turns.computeIfAbsent(connection.directory().id(), _ -> new Semaphore(AT_ONCE, true));
        try {
            if (!turn.tryAcquire(LdapLink.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new DirectoryException(
                        "connect", AT_ONCE + " questions wait for an answer of this directory already", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DirectoryException("connect", "the server is being stopped", e);
        }
        try {
            return question.get();
        } finally {
            turn.release();
        }
    }
}
