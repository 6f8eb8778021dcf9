package dev.sekisho.control.directory.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.directory.ConnectedDirectory;
import dev.sekisho.control.directory.DirectoryDraft;
import dev.sekisho.control.directory.Kind;
import dev.sekisho.control.directory.Step;
import dev.sekisho.control.directory.TestSite;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.web.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Logins by a real OpenLDAP server.
class LdapLoginTest {
    private static final Map<String, String> GROUPS =
            Map.of("cn=Engineers, ou=groups, dc=example, dc=org", "engineer", "on-call", "on_call");

    private static SlapdServer server;
    private TestSite site;

    @BeforeAll
    static void start() {
        server = SlapdServer.start();
        server.apply(SlapdServer.people());
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() {
        site = new TestSite(TestDatabases.sqlite(), Map.of(Kind.LDAP, new LdapConnector()));
    }

    @AfterEach
    void close() {
        site.close();
    }

    private ConnectedDirectory connect(Map<String, String> settings, Map<String, String> groups) {
        return site.directories.create(
                Authority.ROOT, new DirectoryDraft("Company", "ldap", Optional.empty(), settings, Optional.of(groups)));
    }

    private Optional<NewUser> check(String name, String password) {
        return site.logins.all().getFirst().check(name, password);
    }

    @Test
    void groupsBecomeRolesAtLogin() {
        ConnectedDirectory directory = connect(server.settings(), GROUPS);
        NewUser alice = check("alice", "alice's password").orElseThrow();
        assertThat(alice.name()).isEqualTo("alice");
        assertThat(alice.displayName()).contains("Alice Example");
        assertThat(alice.email()).contains("alice@example.org");
        assertThat(alice.directory()).contains(directory.id());
        assertThat(alice.roles().orElseThrow()).containsExactlyInAnyOrder("engineer", "on_call");
        assertThat(check("carol", "carol's password").orElseThrow().roles()).contains(List.of("engineer"));
    }

    @Test
    void theFirstLoginMakesTheUserAndWhoIsGoneLosesTheSession() {
        ConnectedDirectory directory = connect(server.settings(), GROUPS);
        server.apply(SlapdServer.person("frank"));
        member("add", "frank");
        String secret = site.login("frank", "frank's password", directory.id());
        assertThat(site.identity.with(secret)).isPresent();
        assertThat(site.rolesOf("frank")).containsExactly("engineer");
        member("delete", "frank");
        site.refresh.run();
        assertThat(site.identity.with(secret)).isEmpty();
        assertThatThrownBy(() -> site.login("frank", "frank's password", directory.id()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(401));
        assertThatThrownBy(() -> site.login("nobody", "frank's password", directory.id()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(401));
    }

    @Test
    void othersLogInWhileADirectoryIsDown() {
        ConnectedDirectory directory = connect(server.settings("url", "ldap://127.0.0.1:1"), GROUPS);
        assertThat(site.login("admin", site.identity.firstPassword, "internal")).isNotEmpty();
        assertThatThrownBy(() -> site.login("alice", "alice's password", directory.id()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(503));
    }

    @Test
    void theNameOfTheDirectoryCountsNotTheTypedOne() {
        connect(server.settings(), GROUPS);
        assertThat(check("ALICE", "alice's password").orElseThrow().name()).isEqualTo("alice");
    }

    @Test
    void aGroupFilterFindsTheSameGroups() {
        connect(server.settings("groupFilter", "(&(objectClass=groupOfNames)(member={0}))"), GROUPS);
        assertThat(check("alice", "alice's password").orElseThrow().roles().orElseThrow())
                .containsExactlyInAnyOrder("engineer", "on_call");
    }

    @Test
    void aGroupOfTheSameNameElsewhereGivesNothing() {
        connect(server.settings(), Map.of("engineers", "engineer"));
        assertThat(check("mallory", "mallory's password")).isEmpty();
        assertThat(check("alice", "alice's password")).isPresent();
    }

    @Test
    void whoIsInNoMappedGroupIsRefusedAndThatIsRecorded() {
        connect(server.settings(), GROUPS);
        assertThat(check("bob", "bob's password")).isEmpty();
        assertThat(site.audit().getLast()).startsWith("directory.refused").contains("bob");
    }

    @Test
    void aStarLetsEverybodyIn() {
        connect(server.settings(), Map.of("*", "user"));
        assertThat(check("bob", "bob's password").orElseThrow().roles()).contains(List.of("user"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "a*",
                "alice)(uid=*",
                "alice)(|(uid=*",
                "*)(objectClass=*",
                "\\2a",
                "alice\0",
                "(",
                "uid=alice,ou=people,dc=example,dc=org",
                "&",
                "alice)(!(uid=bob))",
                "\u0661",
                "alice,ou=people",
                "x)(|(mail=alice@example.org"
            })
    void namesAreNeverPartsOfTheFilter(String name) {
        connect(server.settings(), Map.of("*", "user"));
        assertThat(check(name, "alice's password")).isEmpty();
    }

    @Test
    void anEmptyPasswordIsRefusedThoughTheServerWouldTakeIt() {
        connect(server.settings(), Map.of("*", "user"));
        assertThat(check("alice", "")).isEmpty();
    }

    @Test
    void wrongPasswordsAndUnknownNamesAreRefused() {
        connect(server.settings(), Map.of("*", "user"));
        assertThat(check("alice", "bob's password")).isEmpty();
        assertThat(check("nobody", "nobody's password")).isEmpty();
        assertThat(check("alice", " ")).isEmpty();
    }

    @Test
    void aNameThatFitsSeveralEntriesLetsNobodyIn() {
        connect(server.settings("userFilter", "(|(uid={0})(sn={0}))"), Map.of("*", "user"));
        assertThat(check("Example", "alice's password")).isEmpty();
    }

    @Test
    void ldapsWorks() {
        connect(server.settings("url", "ldaps://localhost:" + server.tlsPort), Map.of("*", "user"));
        assertThat(check("alice", "alice's password")).isPresent();
    }

    @Test
    void theNextServerIsAskedWhenOneIsDown() {
        connect(server.settings("url", "ldap://127.0.0.1:1 ldap://127.0.0.1:" + server.port), Map.of("*", "user"));
        assertThat(check("alice", "alice's password")).isPresent();
    }

    @Test
    void aServerThatIsDownIsAFailureAndNotAWrongPassword() {
        connect(server.settings("url", "ldap://127.0.0.1:1"), Map.of("*", "user"));
        assertThatThrownBy(() -> check("alice", "alice's password")).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(503);
            assertThat(problem.detail()).contains("Company").contains("ask an administrator");
        });
    }

    @Test
    void noPasswordGoesToAServerThatIsNotTrusted() {
        for (String url : List.of("ldap://127.0.0.1:" + server.port, "ldaps://127.0.0.1:" + server.tlsPort)) {
            assertThat(probe(server.settings("url", url, "caPem", new TestAuthority().pem())))
                    .endsWith("tls false")
                    .doesNotContain("bind");
        }
    }

    @Test
    void noPasswordGoesToAServerOfAnotherName() {
        try (SlapdServer other = SlapdServer.start(new GeneralName(GeneralName.dNSName, "ldap.example.test"))) {
            for (String url : List.of("ldap://localhost:" + other.port, "ldaps://localhost:" + other.tlsPort)) {
                ConnectedDirectory directory = connect(other.settings("url", url), Map.of("*", "user"));
                List<Step> steps = site.directories.test(directory.id(), Optional.empty(), Optional.empty());
                assertThat(steps.getLast().name()).isEqualTo("tls");
                assertThat(steps.getLast().detail()).contains("the certificate is not for localhost");
                site.directories.delete(Authority.ROOT, directory.id(), OptionalLong.empty());
            }
        }
    }

    private String probe(Map<String, String> settings) {
        ConnectedDirectory directory = connect(settings, Map.of("*", "user"));
        List<Step> steps = site.directories.test(directory.id(), Optional.of("alice"), Optional.of("alice's password"));
        site.directories.delete(Authority.ROOT, directory.id(), OptionalLong.empty());
        return String.join(
                "|", steps.stream().map(step -> step.name() + " " + step.ok()).toList());
    }

    @Test
    void theTestGoesThroughAllSteps() {
        assertThat(probe(server.settings()))
                .isEqualTo("resolve true|connect true|tls true|bind true|search true|groups true|login true");
    }

    @Test
    void theTestStopsAtWhatIsToBeFixed() {
        assertThat(probe(server.settings("url", "ldap://no-such-host.invalid"))).isEqualTo("resolve false");
        assertThat(probe(server.settings("url", "ldap://127.0.0.1:1"))).isEqualTo("resolve true|connect false");
        assertThat(probe(server.settings("bindPassword", "wrong"))).endsWith("tls true|bind false");
        assertThat(probe(server.settings("baseDn", "dc=nowhere,dc=org"))).endsWith("bind true|search false");
        assertThat(probe(server.settings("userFilter", "(cn={0})"))).endsWith("bind true|search false");
        assertThat(probe(server.settings("idAttribute", "objectGUID"))).endsWith("search true|search false");
    }

    @Test
    void rolesFollowTheGroupsWithoutALogin() {
        connect(server.settings(), GROUPS);
        server.apply(SlapdServer.person("dave"));
        member("add", "dave");
        site.login(check("dave", "dave's password").orElseThrow());
        assertThat(site.rolesOf("dave")).containsExactly("engineer");
        server.apply("""
                dn: cn=on-call,ou=groups,dc=example,dc=org
                changetype: modify
                add: member
                member: uid=dave,ou=people,dc=example,dc=org
                """);
        site.refresh.run();
        assertThat(site.rolesOf("dave")).containsExactly("engineer", "on_call");
        server.apply("dn: uid=dave,ou=people,dc=example,dc=org\nchangetype: delete\n");
        site.refresh.run();
        assertThat(site.user("dave").disabled()).isTrue();
    }

    @Test
    void somebodyWhoGetsTheNameOfAnotherDoesNotGetTheirUser() {
        connect(server.settings(), GROUPS);
        server.apply(SlapdServer.person("erin"));
        member("add", "erin");
        site.login(check("erin", "erin's password").orElseThrow());
        server.apply("dn: uid=erin,ou=people,dc=example,dc=org\nchangetype: delete\n");
        server.apply(SlapdServer.person("erin"));
        member("add", "erin");
        assertThat(check("erin", "erin's password")).isEmpty();
        assertThat(site.audit().getLast()).contains("belonged to somebody else");
        server.apply("dn: uid=erin,ou=people,dc=example,dc=org\nchangetype: delete\n");
    }

    private static void member(String verb, String uid) {
        server.apply("""
                dn: cn=engineers,ou=groups,dc=example,dc=org
                changetype: modify
                %s: member
                member: uid=%s,ou=people,dc=example,dc=org
                """.formatted(verb, uid));
    }

    @Test
    void aServerThatDoesNotAnswerEndsNobodysAccess() {
        ConnectedDirectory directory = connect(server.settings(), GROUPS);
        site.login(check("alice", "alice's password").orElseThrow());
        site.directories.replace(
                Authority.ROOT,
                directory.id(),
                new DirectoryDraft(
                        "Company",
                        "ldap",
                        Optional.empty(),
                        server.settings("url", "ldap://127.0.0.1:1"),
                        Optional.empty()),
                OptionalLong.empty());
        site.refresh.run();
        assertThat(site.user("alice").disabled()).isFalse();
    }

    @Test
    void neitherTheSecretNorAPasswordIsFoundInTheDatabaseOrTheAuditLog() {
        connect(server.settings(), GROUPS);
        site.login(check("alice", "alice's password").orElseThrow());
        assertThat(String.join("\n", site.audit()))
                .doesNotContain("alice's password")
                .doesNotContain(SlapdServer.SEARCHER_PASSWORD);
        assertThat(site.directories.all().getFirst().settings().values()).doesNotContainKey("bindPassword");
    }
}
