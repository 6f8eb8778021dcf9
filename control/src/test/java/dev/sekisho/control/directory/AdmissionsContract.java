package dev.sekisho.control.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.UserPatch;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Permission;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What directories do, whatever their kind and the database.
abstract class AdmissionsContract {
    private final Map<String, Person> people = new HashMap<>();
    private TestSite site;

    abstract TestDatabase newDatabase();

    /// A directory in memory: the password of everybody is `right`.
    private final class Listed implements Connector {
        @Override
        public void check(Settings settings) {
            settings.allow(Set.of("url"));
            settings.required("url");
        }

        @Override
        public String secretSetting() {
            return "secret";
        }

        @Override
        public Set<String> destinationSettings() {
            return Set.of("url");
        }

        @Override
        public String canonicalGroup(String group) {
            return group;
        }

        @Override
        public Optional<Person> authenticate(Connection connection, String name, String password) {
            return Optional.ofNullable(people.get(name)).filter(_ -> password.equals("right"));
        }

        @Override
        public Optional<Map<String, Person>> find(Connection connection, Collection<String> subjects) {
            Map<String, Person> found = new TreeMap<>();
            people.values().stream()
                    .filter(person -> subjects.contains(person.subject()))
                    .forEach(person -> found.put(person.subject(), person));
            return Optional.of(found);
        }

        @Override
        public List<Step> probe(Connection connection, Optional<String> name, Optional<String> password) {
            return List.of(new Step("secret", true, connection.secret().orElse("none")));
        }
    }

    @BeforeEach
    void open() {
        site = new TestSite(newDatabase(), Map.of(Kind.LDAP, new Listed()));
    }

    @AfterEach
    void close() {
        site.close();
    }

    private static DirectoryDraft draft(String name, Map<String, String> settings, Map<String, String> groups) {
        return new DirectoryDraft(name, "ldap", Optional.empty(), settings, Optional.of(groups));
    }

    private ConnectedDirectory connect() {
        return site.directories.create(
                Authority.ROOT,
                draft(
                        "Company",
                        Map.of("url", "here", "secret", "s3cret"),
                        Map.of("eng", "engineer", "ops", "on_call")));
    }

    private void person(String name, String subject, String... groups) {
        people.put(name, new Person(subject, name, Optional.empty(), Optional.empty(), Set.of(groups)));
    }

    private Optional<NewUser> check(String name) {
        return site.logins.all().getFirst().check(name, "right");
    }

    private User come(String name) {
        return site.login(check(name).orElseThrow());
    }

    @Test
    void rolesOfTheMappingFollowTheGroupsAndOthersStay() {
        connect();
        person("ann", "1", "eng");
        come("ann");
        site.users.change(
                Authority.ROOT,
                site.user("ann").id(),
                new UserPatch(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(List.of("engineer", "auditor"))),
                OptionalLong.empty());
        person("ann", "1", "ops", "elsewhere");
        assertThat(check("ann").orElseThrow().roles().orElseThrow()).containsExactlyInAnyOrder("auditor", "on_call");
        site.refresh.run();
        assertThat(site.rolesOf("ann")).containsExactly("auditor", "on_call");
    }

    @Test
    void whoLeftAllGroupsLosesAccessAndGetsItBackWithThem() {
        connect();
        person("ann", "1", "eng");
        come("ann");
        person("ann", "1");
        assertThat(check("ann")).isEmpty();
        assertThat(site.user("ann").disabled()).isTrue();
        person("ann", "1", "eng");
        assertThat(check("ann")).isPresent();
        assertThat(site.user("ann").disabled()).isFalse();
    }

    @Test
    void whoIsGoneLosesAccessAndGetsItBackWhenTheyReturn() {
        connect();
        person("ann", "1", "eng");
        come("ann");
        people.clear();
        site.refresh.run();
        assertThat(site.user("ann").disabled()).isTrue();
        person("ann", "1", "eng");
        site.refresh.run();
        assertThat(site.user("ann").disabled()).isFalse();
    }

    @Test
    void whomAnAdministratorDisabledTheDirectoryDoesNotEnable() {
        connect();
        person("ann", "1", "eng");
        User ann = come("ann");
        site.users.disable(Authority.ROOT, ann.id());
        check("ann");
        site.refresh.run();
        assertThat(site.user("ann").disabled()).isTrue();
    }

    @Test
    void aDirectoryThatForgetsAlmostEverybodyDisablesNobody() {
        connect();
        for (int i = 0; i < 6; i++) {
            person("user" + i, "s" + i, "eng");
            come("user" + i);
        }
        people.clear();
        person("user0", "s0", "eng");
        site.refresh.run();
        assertThat(site.user("user5").disabled()).isFalse();
        assertThat(site.audit().getLast()).startsWith("directory.refresh-held").contains("\"gone\":5");
    }

    @Test
    void aNameOfAnotherDirectoryIsRefused() {
        connect();
        person("admin", "666", "eng");
        assertThat(check("admin")).isEmpty();
        assertThat(check("ADMIN")).isEmpty();
        assertThat(site.user("admin").disabled()).isFalse();
        assertThat(site.audit().getLast()).contains("another directory");
    }

    @Test
    void aRenamedPersonStaysTheirUser() {
        connect();
        person("ann", "1", "eng");
        come("ann");
        people.clear();
        person("ann.married", "1", "eng");
        assertThat(check("ann.married").orElseThrow().name()).isEqualTo("ann");
    }

    @Test
    void aNameThatWeCannotTakeIsRefused() {
        connect();
        for (String name : List.of("root", "system", "a:b", "a/b", "a\\b", "", "x".repeat(300), "a\u0000b")) {
            people.clear();
            people.put("x", new Person("1", name, Optional.empty(), Optional.empty(), Set.of("eng")));
            assertThat(check("x")).as(name).isEmpty();
        }
        for (String subject : List.of("", "a\u0000b")) {
            people.put("x", new Person(subject, "ann", Optional.empty(), Optional.empty(), Set.of("eng")));
            assertThat(check("x")).as(subject).isEmpty();
        }
    }

    @Test
    void whatCannotBeShownIsLeftOut() {
        connect();
        people.put("ann", new Person("1", "ann", Optional.of("An\u202En\n"), Optional.of("no address"), Set.of("eng")));
        NewUser ann = check("ann").orElseThrow();
        assertThat(ann.displayName()).contains("Ann");
        assertThat(ann.email()).isEmpty();
    }

    @Test
    void aWrongPasswordChangesNothing() {
        connect();
        person("ann", "1", "eng");
        List<String> before = site.audit();
        assertThat(site.logins.all().getFirst().check("ann", "wrong")).isEmpty();
        assertThat(site.logins.all().getFirst().check("ann", "")).isEmpty();
        assertThat(site.audit()).isEqualTo(before);
    }

    @Test
    void aDirectoryThatIsSwitchedOffIsNoWayIn() {
        ConnectedDirectory directory = connect();
        site.directories.replace(
                Authority.ROOT,
                directory.id(),
                new DirectoryDraft("Company", "ldap", Optional.of(false), Map.of("url", "here"), Optional.empty()),
                OptionalLong.of(directory.version()));
        assertThat(site.logins.all()).isEmpty();
    }

    @Test
    void removingADirectoryEndsTheAccessOfItsUsers() {
        ConnectedDirectory directory = connect();
        person("ann", "1", "eng");
        come("ann");
        site.directories.delete(Authority.ROOT, directory.id(), OptionalLong.empty());
        assertThat(site.user("ann").disabled()).isTrue();
        assertThat(site.directories.all()).isEmpty();
        assertThat(site.audit().getLast()).startsWith("directory.deleted");
    }

    private static Principal having(Permission... permissions) {
        return new Principal(
                Optional.empty(), "meg", Actor.Via.SESSION, "c", Set.of(permissions), true, Optional.empty(), "");
    }

    @Test
    void nobodyClimbsByADirectory() {
        Principal meg = having(Permission.MANAGE_DIRECTORIES, Permission.REQUEST);
        assertThatThrownBy(() -> site.directories.create(
                        meg, draft("Mine", Map.of("url", "mine"), Map.of("*", "administrator"))))
                .hasMessageContaining("permissions that you don't have");
        ConnectedDirectory directory = connect();
        person("ann", "1", "eng");
        come("ann");
        for (Map<String, String> groups : List.of(Map.of("eng", "administrator"), Map.<String, String>of())) {
            assertThatThrownBy(() -> site.directories.replace(
                            meg,
                            directory.id(),
                            draft("Company", Map.of("url", "mine", "secret", "x"), groups),
                            OptionalLong.empty()))
                    .hasMessageContaining("permissions that you don't have");
        }
        assertThatThrownBy(() -> site.directories.delete(meg, directory.id(), OptionalLong.empty()))
                .hasMessageContaining("permissions that you don't have");
    }

    @Test
    void theSecretStaysButGoesNowhereNew() {
        ConnectedDirectory directory = connect();
        site.directories.replace(
                Authority.ROOT,
                directory.id(),
                draft("Renamed", Map.of("url", "here"), Map.of()),
                OptionalLong.empty());
        assertThat(site.directories.test(directory.id(), Optional.empty(), Optional.empty()))
                .containsExactly(new Step("secret", true, "s3cret"));
        assertThatThrownBy(() -> site.directories.replace(
                        Authority.ROOT,
                        directory.id(),
                        draft("Renamed", Map.of("url", "elsewhere"), Map.of()),
                        OptionalLong.empty()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("give the secret again");
    }

    @Test
    void theSecretIsNeitherInTheSettingsNorInTheAuditLog() {
        ConnectedDirectory directory = connect();
        assertThat(site.directories.find(directory.id()).settings().values()).containsOnlyKeys("url");
        assertThat(String.join("\n", site.audit())).doesNotContain("s3cret");
        assertThat(site.directories.connection(directory.id()).toString()).doesNotContain("s3cret");
    }

    @Test
    void whatWasChangedInTheMeantimeIsNotOverwritten() {
        ConnectedDirectory directory = connect();
        assertThatThrownBy(() -> site.directories.replace(
                        Authority.ROOT,
                        directory.id(),
                        draft("Renamed", Map.of("url", "here"), Map.of()),
                        OptionalLong.of(7)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(412));
    }

    @Test
    void namesOfDirectoriesAreUniqueWhateverTheirCase() {
        connect();
        assertThatThrownBy(
                        () -> site.directories.create(Authority.ROOT, draft("COMPANY", Map.of("url", "x"), Map.of())))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(409));
    }

    @Test
    void settingsThatNobodyKnowsAreRefused() {
        assertThatThrownBy(() ->
                        site.directories.create(Authority.ROOT, draft("X", Map.of("url", "x", "urll", "y"), Map.of())))
                .hasMessageContaining("no such setting: urll");
        assertThatThrownBy(() -> site.directories.create(
                        Authority.ROOT, draft("X", Map.of("url", "x"), Map.of("eng", "no such role"))))
                .hasMessageContaining("one of these roles doesn't exist");
    }
}
