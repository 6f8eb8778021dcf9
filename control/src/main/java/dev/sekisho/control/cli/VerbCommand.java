package dev.sekisho.control.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sekisho.control.remote.Remote;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// One verb of the table [Nouns], run.
final class VerbCommand implements Callable<Integer> {
    private final Noun noun;
    private final Verb verb;
    private final ServerChoice choice;

    // Set once, before it is run.
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    VerbCommand(Noun noun, Verb verb, ServerChoice choice) {
        this.noun = noun;
        this.verb = verb;
        this.choice = choice;
    }

    /// Its options and arguments.
    void use(CommandSpec own) {
        spec = own;
    }

    /// Whether fields are sent.
    boolean hasBody() {
        return verb.fields().stream().anyMatch(field -> !field.isQuery());
    }

    @Override
    public Integer call() throws IOException {
        try (Remote server = choice.open()) {
            ParseResult typed = spec.commandLine().getParseResult();
            Lookup lookup = new Lookup(server);
            String path = path(lookup, typed);
            VerbOutput output = new VerbOutput(noun, verb, choice, spec);
            if (verb.kind() == Verb.Kind.LIST) {
                int limit = typed.matchedOptionValue(NounCommands.LIMIT, 1000);
                output.list(server.list(path, query(lookup, typed), Math.max(1, limit)));
                return ExitCode.OK;
            }
            return output.one(send(server, path, new VerbBody(verb, typed, lookup)));
        }
    }

    /// A change of a part is made to what was read, and only if nobody was faster.
    private JsonObject send(Remote server, String path, VerbBody body) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        Optional<JsonObject> sent = Optional.empty();
        if (verb.kind() == Verb.Kind.REPLACE) {
            JsonObject before = server.get(path);
            headers.put("If-Match", "\"" + before.get("version").getAsString() + "\"");
            sent = Optional.of(body.over(before));
        } else if (hasBody()) {
            sent = Optional.of(body.over(new JsonObject()));
        }
        return server.call(verb.kind().method(), path, sent, headers);
    }

    private String path(Lookup lookup, ParseResult typed) {
        if (!verb.hasArgument()) {
            return verb.path();
        }
        String which = typed.matchedPositionalValue(0, "");
        boolean named = verb.path().startsWith(noun.path() + "/{");
        return verb.path().replaceFirst("\\{[^}]*\\}", Remote.encode(named ? lookup.id(noun, which) : which));
    }

    private Map<String, String> query(Lookup lookup, ParseResult typed) {
        Map<String, String> query = new LinkedHashMap<>();
        for (Field field : verb.fields()) {
            String value = typed.matchedOptionValue(field.option(), "");
            if (!value.isEmpty()) {
                query.put(field.name(), field.type() == Field.Type.QUERY_USER ? lookup.user(value) : value);
            }
        }
        return query;
    }

    /// Finds things by name.
    ///
    /// @param server has them
    record Lookup(Remote server) {
        private static final int ALL = 1_000_000;
        private static final String IDENTITY = "[0-9a-hjkmnp-tv-z]{26}";

        String user(String name) {
            return id(USERS, name);
        }

        /// The identity of something.
        ///
        /// @throws CommandFailure when there is none, or several
        String id(Noun noun, String name) {
            if (name.matches(IDENTITY) || noun.keys().isEmpty()) {
                return name;
            }
            JsonArray items = server.list(
                    noun.path(),
                    noun.searchable() ? Map.of("q", name.substring(name.lastIndexOf('/') + 1)) : Map.of(),
                    ALL);
            for (String key : noun.keys()) {
                var found = items.asList().stream()
                        .map(JsonElement::getAsJsonObject)
                        .filter(item -> item.get(key).getAsString().equalsIgnoreCase(name))
                        .map(item -> item.get("id").getAsString())
                        .toList();
                if (found.size() == 1) {
                    return found.getFirst();
                }
                if (found.size() > 1) {
                    throw new CommandFailure("there are several " + noun.name() + "s called '" + name
                            + "': name one by its id (" + String.join(", ", found) + ")");
                }
            }
            throw new CommandFailure("there is no " + noun.name() + " '" + name + "'");
        }

        private static final Noun USERS = new Noun(
                "user", "", "/users", true, java.util.List.of("name"), java.util.List.of(), java.util.List.of());
    }
}
