package dev.sekisho.control.cli;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/// Walks the committed OpenAPI document: what the API does, the command line does, or it says here why not. So a route
/// that is new is no surprise to whoever administers a host without a browser.
@Tag("C04")
class OperationsTest {
    private static final Path DOCUMENT = Path.of("../docs/openapi.yaml");
    private static final String BROWSER_LOGIN = "a step of a login in a browser; the command line has sekisho login";
    private static final String FACTORS = "second factors are set up by a login in the portal, never by a token";
    private static final String PASSKEY = "a passkey needs a browser";
    private static final String LINK = "a link in a notice is opened by a browser";
    private static final String DEVICE_LINK = "whoever gets the link opens it in a browser, without a login";
    private static final String PUSH = "push messages go to browsers";
    private static final String PERSON = "a person says so in the portal, where they have logged in";

    /// Operations that are more than a request, by the command that makes it.
    private static final Map<String, String> COMMANDS = new TreeMap<>(Map.ofEntries(
            entry("POST /backups", "backup"),
            entry("GET /audit/export", "audit export"),
            entry("GET /audit/verify", "audit verify"),
            entry("GET /flows/log/export", "flow export"),
            entry("GET /flows/top", "flow top"),
            entry("GET /policy/map", "map"),
            entry("POST /policy/simulate", "simulate grant"),
            entry("GET /resources/export", "resource export"),
            entry("POST /resources/import", "resource import"),
            entry("GET /network/script", "network script"),
            entry("POST /device-codes", "login"),
            entry("POST /device-codes/token", "login")));

    /// Operations without a verb, and why.
    private static final Map<String, String> REASONS = new TreeMap<>(Map.ofEntries(
            entry("GET /events", "a stream for pages that are open; flow follow prints the flows of it"),
            entry("GET /openapi.json", "a document for programs, which read it from the server"),
            entry("GET /openapi.yaml", "a document for programs, which read it from the server"),
            entry("POST /login", BROWSER_LOGIN),
            entry("GET /login/oidc/callback", BROWSER_LOGIN),
            entry("POST /login/oidc/start", BROWSER_LOGIN),
            entry("POST /login/saml/acs", BROWSER_LOGIN),
            entry("POST /login/saml/start", BROWSER_LOGIN),
            entry("GET /login/saml/metadata", "a document for an identity provider, which reads it from the server"),
            entry("GET /session", "about the login session that asks, and the command line has a token"),
            entry("DELETE /session", "about the login session that asks, and the command line has a token"),
            entry("POST /session/factor", BROWSER_LOGIN),
            entry("POST /session/factor/email", BROWSER_LOGIN),
            entry("POST /session/passkey", PASSKEY),
            entry("POST /session/passkey/options", PASSKEY),
            entry("POST /session/password", PERSON),
            entry("GET /device-codes/{}", PERSON),
            entry("POST /device-codes/approve", PERSON),
            entry("POST /me/factors/totp", FACTORS),
            entry("POST /me/factors/totp/{}/confirm", FACTORS),
            entry("POST /me/factors/recovery", FACTORS),
            entry("DELETE /me/factors/{}", FACTORS),
            entry("POST /me/factors/passkey", PASSKEY),
            entry("POST /me/factors/passkey/options", PASSKEY),
            entry("POST /challenges/{}/passkey/options", PASSKEY),
            entry("POST /challenges/{}/link", LINK),
            entry("POST /challenges/{}/link/approve", LINK),
            entry("POST /challenges/{}/link/deny", LINK),
            entry("POST /device-links/{}/look", DEVICE_LINK),
            entry("POST /device-links/{}/fetch", DEVICE_LINK),
            entry("GET /push/key", PUSH),
            entry("GET /push/subscriptions", PUSH),
            entry("POST /push/subscriptions", PUSH),
            entry("DELETE /push/subscriptions/{}", PUSH)));

    /// Fields and parameters without an option, and why.
    private static final Map<String, String> WITHOUT_OPTION = new TreeMap<>(Map.ofEntries(
            entry("POST /backups passphrase", "is asked for, unseen"),
            entry("POST /device-codes client", "the command says which program it is"),
            entry("POST /device-codes/token deviceCode", "the command has it from the server"),
            entry("GET /network/script direction", "is --down"),
            entry("GET /network/script tool", "is --iptables"),
            entry("POST /policy/simulate grants", "the draft's fields have options"),
            entry("POST /policy/simulate resources", "simulate resource and remove-resource are about one of them"),
            entry("POST /policy/simulate users", "simulate roles is about one of them"),
            entry("POST /resources/import body", "is the file that is named"),
            entry("POST /challenges/{}/approve passkey", PASSKEY),
            entry("PATCH /me email", PERSON),
            entry("PUT /audit/streams items", "the verbs are about one of them"),
            entry("PUT /factor-policies items", "the verbs are about one of them"),
            entry("POST /factor-policies/effects items", "the verb is about one of them"),
            entry("PUT /network/settings mfa", "its fields have options"),
            entry("PUT /network/settings scan", "its fields have options")));

    private static Map<?, ?> document = Map.of();

    /// An operation of the document.
    ///
    /// @param name method and path, parameters of the path as `{}`
    /// @param inputs names of query parameters and of the body's fields
    private record Operation(String name, Set<String> inputs) {}

    @BeforeAll
    static void read() throws IOException {
        document = map(
                new Load(LoadSettings.builder().setMaxAliasesForCollections(0).build())
                        .loadFromString(Files.readString(DOCUMENT)));
    }

    private static Map<?, ?> map(Object value) {
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    private static Object at(Map<?, ?> map, String key) {
        return Objects.requireNonNull(map.get(key), key);
    }

    private static List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        map(at(document, "paths"))
                .forEach((path, operations) -> map(operations)
                        .forEach((method, operation) -> all.add(new Operation(
                                name(String.valueOf(method), String.valueOf(path)), inputs(map(operation))))));
        return all;
    }

    private static String name(String method, String path) {
        return method.toUpperCase(Locale.ROOT) + " " + path.replaceAll("\\{[^}]*\\}", "{}");
    }

    private static Set<String> inputs(Map<?, ?> operation) {
        Set<String> names = new TreeSet<>();
        if (operation.get("parameters") instanceof List<?> parameters) {
            for (Object one : parameters) {
                Map<?, ?> parameter = map(one);
                if (at(parameter, "in").equals("query")) {
                    names.add(String.valueOf(parameter.get("name")));
                }
            }
        }
        names.removeAll(Set.of("limit", "cursor"));
        if (operation.get("requestBody") instanceof Map<?, ?> body) {
            map(at(body, "content")).values().forEach(media -> names.addAll(fields(map(at(map(media), "schema")))));
        }
        return names;
    }

    /// Names of a body's fields; `body` for one without, such as a file.
    private static Set<String> fields(Map<?, ?> schema) {
        Map<?, ?> referred = schema;
        if (schema.get("$ref") instanceof String reference) {
            Map<?, ?> schemas = map(at(map(at(document, "components")), "schemas"));
            referred = map(at(schemas, reference.substring(reference.lastIndexOf('/') + 1)));
        }
        if (!(referred.get("properties") instanceof Map<?, ?> properties)) {
            return Set.of("body");
        }
        Set<String> names = new TreeSet<>();
        properties.keySet().forEach(key -> names.add(String.valueOf(key)));
        return names;
    }

    private static CommandLine command(String words) {
        CommandLine at = Main.commandLine(Map.of());
        for (String word : words.split(" ", -1)) {
            at = Optional.ofNullable(at.getSubcommands().get(word))
                    .orElseThrow(() -> new AssertionError("no command " + words));
        }
        return at;
    }

    private static List<Verb> verbs() {
        return Nouns.all().stream().flatMap(noun -> noun.verbs().stream()).toList();
    }

    private static String name(Verb verb) {
        return name(verb.kind().method(), verb.path());
    }

    private static List<Verb> verbsOf(Operation operation) {
        return verbs().stream()
                .filter(verb -> name(verb).equals(operation.name()))
                .toList();
    }

    @Test
    void everyOperationHasAVerbOrAReason() {
        assertThat(operations()).hasSizeGreaterThan(150);
        assertThat(operations().stream()
                        .filter(operation -> verbsOf(operation).isEmpty())
                        .map(Operation::name)
                        .filter(name -> !COMMANDS.containsKey(name) && !REASONS.containsKey(name)))
                .as("add a verb to Nouns, or a reason here")
                .isEmpty();
    }

    @Test
    void noReasonIsStale() {
        List<String> all = operations().stream().map(Operation::name).toList();
        List<String> withVerb = verbs().stream().map(OperationsTest::name).toList();
        assertThat(all).containsAll(REASONS.keySet()).containsAll(COMMANDS.keySet());
        assertThat(REASONS.keySet())
                .doesNotContainAnyElementsOf(withVerb)
                .doesNotContainAnyElementsOf(COMMANDS.keySet());
        assertThat(WITHOUT_OPTION.keySet())
                .isSubsetOf(operations().stream()
                        .filter(one -> withVerb.contains(one.name()) || COMMANDS.containsKey(one.name()))
                        .flatMap(one -> one.inputs().stream().map(input -> one.name() + " " + input))
                        .toList());
        assertThat(REASONS.values()).allSatisfy(reason -> assertThat(reason).hasSizeGreaterThan(15));
    }

    @Test
    void everyVerbIsAnOperation() {
        List<String> all = operations().stream().map(Operation::name).toList();
        assertThat(verbs().stream().map(OperationsTest::name)).isSubsetOf(all);
    }

    @Test
    void whatAnOperationTakesIsAnOption() {
        List<String> missing = new ArrayList<>();
        for (Operation operation : operations()) {
            Set<String> options = new TreeSet<>();
            verbsOf(operation).forEach(verb -> verb.fields().forEach(field -> options.add(field.name())));
            for (String input : operation.inputs()) {
                String name = operation.name() + " " + input;
                if (!verbsOf(operation).isEmpty() && !options.contains(input) && !WITHOUT_OPTION.containsKey(name)) {
                    missing.add(name);
                }
            }
        }
        assertThat(missing).as("add a field to the verb, or a reason here").isEmpty();
    }

    @Test
    void thePartsOfNestedSettingsAreOptions() {
        Map<?, ?> schemas = map(at(map(at(document, "components")), "schemas"));
        List<String> options = verbs().stream()
                .filter(verb -> name(verb).equals("PUT /network/settings"))
                .flatMap(verb -> verb.fields().stream())
                .map(Field::name)
                .toList();
        for (Map.Entry<String, String> part :
                Map.of("mfa", "Mfa", "scan", "Scan").entrySet()) {
            map(at(map(at(schemas, part.getValue())), "properties"))
                    .keySet()
                    .forEach(key -> assertThat(options).contains(part.getKey() + "." + key));
        }
    }

    @Test
    void commandsThatAreMoreThanARequestAreThere() {
        assertThat(COMMANDS.values())
                .allSatisfy(words ->
                        assertThat(command(words).getCommandSpec().optionsMap()).containsKey("--help"));
    }

    @Test
    void whatAnOperationTakesIsAnOptionOfItsCommand() {
        List<String> missing = new ArrayList<>();
        for (Operation operation : operations()) {
            String words = COMMANDS.get(operation.name());
            if (words != null) {
                Set<String> options =
                        command(words).getCommandSpec().optionsMap().keySet();
                operation.inputs().stream()
                        .filter(input -> !options.contains(Field.text(input, "").option()))
                        .map(input -> operation.name() + " " + input)
                        .filter(input -> !WITHOUT_OPTION.containsKey(input))
                        .forEach(missing::add);
            }
        }
        assertThat(missing).as("add an option to the command, or a reason here").isEmpty();
    }

    @Test
    void everyVerbHasHelpJsonAndAnExplanation() {
        CommandLine all = Main.commandLine(Map.of());
        for (Noun noun : Nouns.all()) {
            for (Verb verb : noun.verbs()) {
                CommandLine command = Objects.requireNonNull(
                        Objects.requireNonNull(all.getSubcommands().get(noun.name()))
                                .getSubcommands()
                                .get(verb.name()));
                assertThat(command.getCommandSpec().optionsMap())
                        .as(noun.name() + " " + verb.name())
                        .containsKeys("--help", "--json", "--state");
                assertThat(command.getUsageMessage()).contains(verb.about().substring(0, 10));
            }
        }
    }

    /// The page names every verb; so nobody has to ask each command for its help.
    @Test
    void thePageOfTheCommandLineNamesEveryVerb() throws IOException {
        String page = Files.readString(Path.of("../docs/cli.md"));
        List<String> missing = new ArrayList<>();
        for (Noun noun : Nouns.all()) {
            List<String> rows = page.lines()
                    .filter(line -> line.startsWith("| `sekisho " + noun.name() + "`"))
                    .toList();
            assertThat(rows).as("a row for " + noun.name()).hasSize(1);
            Objects.requireNonNull(Main.commandLine(Map.of()).getSubcommands().get(noun.name()))
                    .getSubcommands()
                    .keySet()
                    .stream()
                    .filter(verb -> !rows.getFirst().contains("`" + verb + "`")
                            && !rows.getFirst().contains("`" + verb + " "))
                    .forEach(verb -> missing.add(noun.name() + " " + verb));
        }
        assertThat(missing).isEmpty();
    }
}
