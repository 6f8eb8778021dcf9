package dev.sekisho.control.directory.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.SearchResultEntry;
import dev.sekisho.control.directory.Connection;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Person;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLContext;

/// A connection that is logged in as the account that may search. Owner: the thread that asks.
final class LdapSearcher implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LdapSearcher.class.getName());
    private static final int MAX_GROUPS = 5000;

    private final LdapLink link;
    private final LdapSettings settings;
    private final LdapEntries entries;
    private final Optional<String> secret;

    LdapSearcher(LdapLink link, LdapSettings settings, Optional<String> secret) {
        this.link = link;
        this.settings = settings;
        this.entries = new LdapEntries(settings);
        this.secret = secret;
    }

    /// Connects to the first server that answers and logs in.
    ///
    /// @throws DirectoryException when none does, or the account is refused
    static LdapSearcher open(Connection connection, Duration life) {
        LdapSettings settings = LdapSettings.of(connection.directory().settings());
        SSLContext tls = LdapTrust.context(settings.caPem());
        Optional<DirectoryException> failure = Optional.empty();
        for (LdapServer server : settings.servers()) {
            try {
                LdapSearcher searcher =
                        new LdapSearcher(LdapLink.open(server, tls, life), settings, connection.secret());
                searcher.bindOrClose();
                return searcher;
            } catch (DirectoryException e) {
                LOG.log(Level.DEBUG, "{0}: {1}", server, e.detail());
                failure = failure.or(() -> Optional.of(e));
            }
        }
        throw failure.orElseThrow();
    }

    private void bindOrClose() {
        boolean done = false;
        try {
            bind();
            done = true;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    /// Logs in as the account that may search.
    ///
    /// @throws DirectoryException when it is refused
    void bind() {
        if (settings.bindDn().isEmpty()) {
            return;
        }
        String password = secret.filter(text -> !text.isEmpty())
                .orElseThrow(() -> new DirectoryException("bind", "bindDn is set, but bindPassword is not", null));
        LdapLink.Bound bound = link.bind(settings.bindDn().get(), password);
        if (!bound.isRight()) {
            throw new DirectoryException(
                    "bind",
                    "the account that may search is refused: "
                            + LdapFailures.refused(bound.code(), bound.diagnostic())
                            + ": check bindDn and bindPassword",
                    null);
        }
    }

    /// The entry of somebody; none when several fit.
    Optional<SearchResultEntry> named(String name) {
        return only(settings.userNamed(name));
    }

    /// The entry of somebody who may log in, by identity.
    Optional<SearchResultEntry> withSubject(String subject) {
        return only(settings.userWithId(entries.withSubject(subject)));
    }

    private Optional<SearchResultEntry> only(Filter filter) {
        List<SearchResultEntry> found =
                link.search(new LdapLink.Search("search", settings.baseDn(), filter, 2, entries.attributes()));
        if (found.size() > 1) {
            LOG.log(Level.WARNING, "a name fits several entries below {0}: nobody is let in by it", settings.baseDn());
            return Optional.empty();
        }
        return found.stream().findFirst();
    }

    /// Whether anybody at all can be found.
    boolean findsAnybody() {
        Filter anybody = settings.userWithId(Filter.createPresenceFilter("objectClass"));
        return !link.search(new LdapLink.Search("search", settings.baseDn(), anybody, 1, List.of("1.1")))
                .isEmpty();
    }

    /// Checks a password; the connection is the person's then. For nobody, the server is asked about an entry that is
    /// not there, so that it takes as long.
    boolean isRight(Optional<SearchResultEntry> entry, String password) {
        return login(entry, password).isRight() && entry.isPresent();
    }

    /// Checks a password.
    LdapLink.Bound login(Optional<SearchResultEntry> entry, String password) {
        if (password.isEmpty()) {
            throw new IllegalArgumentException("an empty password is a login of nobody");
        }
        String dn = entry.map(SearchResultEntry::getDN)
                .orElseGet(() -> new RDN("cn", UUID.randomUUID().toString()) + "," + settings.baseDn());
        return link.bind(dn, password);
    }

    /// What an entry and its groups say.
    Person person(SearchResultEntry entry) {
        return entries.person(entry, groups(entry));
    }

    private List<String> groups(SearchResultEntry entry) {
        LdapSettings.Groups groups = settings.groups();
        if (groups.filter().isEmpty()) {
            return entries.ownGroups(entry);
        }
        Filter filter = LdapSettings.groupsOf(groups.filter().get(), entry.getDN());
        return link.search(new LdapLink.Search("groups", groups.baseDn(), filter, MAX_GROUPS, List.of("1.1"))).stream()
                .map(SearchResultEntry::getDN)
                .toList();
    }

    @Override
    public void close() {
        link.close();
    }
}
