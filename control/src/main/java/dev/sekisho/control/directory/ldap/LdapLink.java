package dev.sekisho.control.directory.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchResultListener;
import com.unboundid.ldap.sdk.SearchResultReference;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;

/// One connection to an LDAP server, for one question. Owner: the thread that asks; a watchdog closes it when the
/// question takes too long, however the server fills the time.
final class LdapLink implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LdapLink.class.getName());

    /// For a connection, and for each answer.
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final int MAX_MESSAGE = 4 << 20;

    /// What servers answer when the name or the password is wrong, or the entry may not log in.
    private static final Set<ResultCode> REFUSALS = Set.of(
            ResultCode.INVALID_CREDENTIALS,
            ResultCode.NO_SUCH_OBJECT,
            ResultCode.INVALID_DN_SYNTAX,
            ResultCode.UNWILLING_TO_PERFORM,
            ResultCode.CONSTRAINT_VIOLATION,
            ResultCode.INAPPROPRIATE_AUTHENTICATION);

    private final LDAPConnection connection;
    private final TimedSockets sockets;
    private final CountDownLatch done = new CountDownLatch(1);

    private LdapLink(LDAPConnection connection, TimedSockets sockets, Duration life) {
        this.connection = connection;
        this.sockets = sockets;
        Thread.ofVirtual().name("ldap-watchdog").start(() -> watch(life));
    }

    private void watch(Duration life) {
        try {
            if (!done.await(life.toMillis(), TimeUnit.MILLISECONDS)) {
                sockets.abort();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a connection is given up", e);
        }
    }

    /// Connects, with TLS unless it is a plain one.
    ///
    /// @param life after which it is closed
    /// @throws DirectoryException at step `connect` or `tls`
    static LdapLink open(LdapServer server, SSLContext tls, Duration life) {
        boolean ldaps = server.security() == LdapServer.Security.LDAPS;
        TimedSockets sockets = new TimedSockets(ldaps ? tls.getSocketFactory() : SocketFactory.getDefault(), TIMEOUT);
        LDAPConnection connection = new LDAPConnection(sockets, options());
        LdapLink link = new LdapLink(connection, sockets, life);
        try {
            connection.connect(server.host(), server.port(), (int) TIMEOUT.toMillis());
        } catch (LDAPException e) {
            link.close();
            throw LdapFailures.connecting(server, e);
        }
        if (server.security() == LdapServer.Security.STARTTLS) {
            try {
                link.require(connection
                        .processExtendedOperation(new StartTLSExtendedRequest(tls))
                        .getResultCode());
            } catch (LDAPException e) {
                link.close();
                throw LdapFailures.startingTls(server, e);
            }
        }
        return link;
    }

    private void require(ResultCode code) throws LDAPException {
        if (!code.equals(ResultCode.SUCCESS)) {
            throw new LDAPException(code);
        }
    }

    private static LDAPConnectionOptions options() {
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis((int) TIMEOUT.toMillis());
        options.setResponseTimeoutMillis(TIMEOUT.toMillis());
        options.setAbandonOnTimeout(true);
        options.setFollowReferrals(false);
        options.setMaxMessageSize(MAX_MESSAGE);
        options.setBindWithDNRequiresPassword(true);
        // Lets several connections be made at once: without, one slow server would hold up all.
        options.setAllowConcurrentSocketFactoryUse(true);
        options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
        return options;
    }

    /// What the server said about a login.
    ///
    /// @param diagnostic the server's own words; they name no secret, but are for administrators
    record Bound(ResultCode code, String diagnostic) {
        boolean isRight() {
            return code.equals(ResultCode.SUCCESS);
        }
    }

    /// Logs in as an entry.
    ///
    /// @throws DirectoryException at step `bind` when the server can't say
    Bound bind(String dn, String password) {
        try {
            return new Bound(
                    connection.bind(new SimpleBindRequest(dn, password)).getResultCode(), "");
        } catch (LDAPException e) {
            if (REFUSALS.contains(e.getResultCode())) {
                return new Bound(e.getResultCode(), String.valueOf(e.getDiagnosticMessage()));
            }
            throw LdapFailures.asking("bind", e);
        }
    }

    /// Finds entries below a DN. A server that sends more than wanted is cut off.
    ///
    /// @return the first `limit`
    /// @throws DirectoryException at the search's step when the server can't say
    List<SearchResultEntry> search(Search search) {
        List<SearchResultEntry> entries = new ArrayList<>();
        SearchRequest request = new SearchRequest(
                new Collector(entries, search.limit()),
                search.baseDn(),
                SearchScope.SUB,
                search.filter(),
                search.attributes().toArray(String[]::new));
        request.setSizeLimit(search.limit());
        request.setTimeLimitSeconds((int) TIMEOUT.toSeconds());
        request.setFollowReferrals(false);
        try {
            connection.search(request);
            return entries;
        } catch (LDAPSearchException e) {
            if (e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)) {
                return entries;
            }
            throw LdapFailures.asking(search.step(), e);
        }
    }

    /// What to find.
    ///
    /// @param step for failures
    /// @param limit entries at most
    record Search(String step, String baseDn, Filter filter, int limit, List<String> attributes) {}

    private final class Collector implements SearchResultListener {
        private static final long serialVersionUID = 1L;

        private final transient List<SearchResultEntry> entries;
        private final int limit;

        Collector(List<SearchResultEntry> entries, int limit) {
            this.entries = entries;
            this.limit = limit;
        }

        @Override
        public void searchEntryReturned(SearchResultEntry entry) {
            if (entries.size() < limit) {
                entries.add(entry);
            } else {
                connection.closeWithoutUnbind();
            }
        }

        /// Elsewhere is not asked.
        @Override
        public void searchReferenceReturned(SearchResultReference reference) {}
    }

    @Override
    public void close() {
        done.countDown();
        connection.close();
    }
}
