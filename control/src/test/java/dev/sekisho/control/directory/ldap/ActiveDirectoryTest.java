package dev.sekisho.control.directory.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSimpleBindRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchScope;
import dev.sekisho.control.directory.ConnectedDirectory;
import dev.sekisho.control.directory.Connection;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Kind;
import dev.sekisho.control.directory.Person;
import dev.sekisho.control.directory.Settings;
import dev.sekisho.control.directory.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Answers as Active Directory and odd servers give them.
class ActiveDirectoryTest {
    private static final String BASE = "DC=example,DC=org";
    private static final String ANN = "CN=Smith\\, Ann (Ops)*,OU=People," + BASE;
    private static final byte[] GUID = {1, 2, (byte) 0xff, 0, ')', '*', 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    private static final String CHAIN = "1.2.840.113556.1.4.1941";

    private final LdapConnector connector = new LdapConnector();
    private final Directory directory = new Directory();
    private InMemoryDirectoryServer server;

    /// What Active Directory does and the in-memory server does not.
    private static final class Directory extends InMemoryOperationInterceptor {
        private boolean flood;
        private boolean refer;
        private String diagnostic = "";
        private int binds;
        private int searches;

        @Override
        public void processSimpleBindRequest(InMemoryInterceptedSimpleBindRequest request) throws LDAPException {
            binds++;
            if (!diagnostic.isEmpty() && request.getRequest().getBindDN().startsWith("CN=Smith")) {
                throw new LDAPException(ResultCode.INVALID_CREDENTIALS, diagnostic);
            }
        }

        /// Nested groups by the chain rule.
        @Override
        public void processSearchRequest(InMemoryInterceptedSearchRequest request) throws LDAPException {
            searches++;
            if (refer) {
                throw new LDAPException(
                        ResultCode.REFERRAL, "elsewhere", null, new String[] {"ldap://127.0.0.1:1/" + BASE});
            }
            Filter filter = request.getRequest().getFilter();
            if (CHAIN.equals(filter.getMatchingRuleID())) {
                String group =
                        ANN.equals(filter.getAssertionValue()) ? "CN=Everyone,OU=Groups," : "CN=Nobody,OU=Groups,";
                request.sendSearchEntry(new Entry(group + BASE, new Attribute("objectClass", "group")));
                request.setRequest(
                        new SearchRequest(BASE, SearchScope.BASE, Filter.createEqualityFilter("cn", "nothing")));
            }
            for (int i = 0; flood && i < 100_000; i++) {
                request.sendSearchEntry(new Entry("CN=" + i + "," + BASE, new Attribute("cn", "x".repeat(100))));
            }
        }
    }

    @BeforeEach
    void start() throws LDAPException {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setSchema(null);
        config.setMaxConnections(16);
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("plain", InetAddress.getLoopbackAddress(), 0, null));
        config.addAdditionalBindCredentials("CN=Searcher," + BASE, "searcher's password");
        config.addInMemoryOperationInterceptor(directory);
        server = new InMemoryDirectoryServer(config);
        server.startListening();
        server.add(new Entry(BASE, new Attribute("objectClass", "domain")));
        server.add(new Entry("OU=People," + BASE, new Attribute("objectClass", "organizationalUnit")));
        server.add(new Entry(
                ANN,
                new Attribute("objectClass", "user", "person"),
                new Attribute("sAMAccountName", "ann"),
                new Attribute("displayName", "Ann Smith"),
                new Attribute("mail", "ann@example.org"),
                new Attribute("objectGUID", GUID),
                new Attribute("memberOf", "CN=Domain Users,CN=Users," + BASE, "CN=VPN,OU=Groups," + BASE),
                new Attribute("userPassword", "ann's password")));
    }

    @AfterEach
    void stop() {
        server.shutDown(true);
    }

    private Connection connection(String... namesAndValues) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "url", "ldap://127.0.0.1:" + server.getListenPort(),
                "plain", "true",
                "bindDn", "CN=Searcher," + BASE,
                "baseDn", BASE,
                "userFilter", "(&(objectClass=user)(sAMAccountName={0}))",
                "nameAttribute", "sAMAccountName",
                "displayNameAttribute", "displayName",
                "idAttribute", "objectGUID"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Connection(
                new ConnectedDirectory("id", Kind.LDAP, "AD", true, new Settings(settings), Map.of(), 1),
                Optional.of("searcher's password"));
    }

    @Test
    void theGuidIsTheIdentityByWhichSomebodyIsFoundAgain() {
        Person ann =
                connector.authenticate(connection(), "ann", "ann's password").orElseThrow();
        assertThat(ann.subject()).isEqualTo("0102ff00292a0708090a0b0c0d0e0f10");
        assertThat(ann.groups()).contains("vpn", "cn=vpn,ou=groups,dc=example,dc=org");
        assertThat(connector.find(connection(), List.of(ann.subject(), "00")).orElseThrow())
                .containsOnlyKeys(ann.subject());
    }

    /// Whoever tries names learns nothing from what the directory has to do (threat A06).
    @Test
    void aWrongPasswordAndANameThatNobodyHasTakeTheSameQuestions() {
        List<List<Integer>> work = new ArrayList<>();
        for (String name : List.of("ann", "nobody", "*", "ann)(cn=*")) {
            directory.binds = 0;
            directory.searches = 0;
            assertThat(connector.authenticate(connection(), name, "wrong")).isEmpty();
            work.add(List.of(directory.binds, directory.searches));
        }
        assertThat(work).containsOnly(List.of(2, 1));
    }

    @Test
    void nestedGroupsAreFoundByTheChainRule() {
        Connection nested = connection("groupFilter", "(member:" + CHAIN + ":={0})");
        assertThat(connector
                        .authenticate(nested, "ann", "ann's password")
                        .orElseThrow()
                        .groups())
                .containsExactlyInAnyOrder("everyone", "cn=everyone,ou=groups,dc=example,dc=org");
    }

    @Test
    void anAnswerElsewhereIsNotFollowed() {
        directory.refer = true;
        assertThatThrownBy(() -> connector.authenticate(connection(), "ann", "ann's password"))
                .isInstanceOf(DirectoryException.class)
                .hasMessageContaining("not followed");
    }

    @Test
    void aServerThatAnswersTooMuchIsCutOff() {
        directory.flood = true;
        assertThatThrownBy(() -> connector.authenticate(connection(), "ann", "ann's password"))
                .isInstanceOf(DirectoryException.class);
    }

    @Test
    void theTestSaysWhyAnAccountMayNotLogIn() {
        directory.diagnostic =
                "80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data 533, v4563";
        List<Step> steps = connector.probe(connection(), Optional.of("ann"), Optional.of("ann's password"));
        assertThat(steps.getLast()).isEqualTo(new Step("login", false, "the account is disabled"));
        assertThat(connector.authenticate(connection(), "ann", "ann's password"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ldap, true", "ldap, false", "ldaps, false"})
    @Timeout(120)
    void aServerThatSaysNothingFails(String scheme, String plain) throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Connection mute = connection("url", scheme + "://127.0.0.1:" + silent.getLocalPort(), "plain", plain);
            assertThatThrownBy(() -> connector.authenticate(mute, "ann", "ann's password"))
                    .isInstanceOf(DirectoryException.class);
        }
    }

    /// The server takes sixteen at once.
    @Test
    void noConnectionIsLeftOpen() {
        for (int i = 0; i < 20; i++) {
            assertThat(connector.authenticate(connection(), "ann", "ann's password"))
                    .isPresent();
            assertThat(connector.authenticate(connection(), "ann", "wrong")).isEmpty();
            assertThat(connector.authenticate(connection(), "nobody", "wrong")).isEmpty();
        }
    }
}
