package dev.sekisho.control.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sekisho.control.remote.Remote;
import dev.sekisho.control.remote.RemoteException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// One verb of the table [Nouns], run.
final class VerbCommand implements Callable<Integer> {
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

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
        return verb.kind().isItem() || verb.fields().stream().anyMatch(field -> !field.isQuery());
    }

    @Override
    public Integer call() throws IOException {
        try (Remote server = choice.open()) {
            ParseResult typed = spec.commandLine().getParseResult();
            Lookup lookup = new Lookup(server);
            String path = path(lookup, typed);
            VerbOutput output = new VerbOutput(noun, verb, choice, spec);
            if (verb.kind() == Verb.Kind.SHOW) {
                return output.one(server.get(path + Remote.query(query(lookup, typed))));
            }
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
        if (verb.kind().isItem()) {
            String which = spec.commandLine().getParseResult().matchedPositionalValue(0, "");
            sent = Optional.of(new ItemChange(noun, verb, body).of(server.get(verb.base()), which));
        } else if (verb.kind() == Verb.Kind.REPLACE) {
            JsonObject before = before(server, path);
            if (before.has("version")) {
                headers.put("If-Match", "\"" + before.get("version").getAsString() + "\"");
            }
            sent = Optional.of(body.over(before));
        } else if (hasBody()) {
            sent = Optional.of(body.over(verb.base().isEmpty() ? new JsonObject() : server.get(verb.base())));
        }
        return server.call(verb.kind().method(), path, sent, headers);
    }

    /// Settings that were never made are empty.
    private JsonObject before(Remote server, String path) {
        try {
            return server.get(path);
        } catch (RemoteException e) {
            if (e.status() == NOT_FOUND && !verb.hasArgument()) {
                return new JsonObject();
            }
            throw e;
        }
    }

    private String path(Lookup lookup, ParseResult typed) {
        if (!verb.isNamedInPath()) {
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
                query.put(
                        field.name(),
                        switch (field.type()) {
                            case QUERY_USER -> lookup.user(value);
                            case QUERY_RESOURCE -> lookup.id(Lookup.RESOURCES, value);
                            case QUERY_ROLE -> lookup.id(Lookup.ROLES, value);
                            default -> value;
                        });
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
            JsonArray items = all(noun, name);
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

        /// Those among which it may be.
        private JsonArray all(Noun noun, String name) {
            try {
                return server.list(
                        noun.path(),
                        noun.searchable() ? Map.of("q", name.substring(name.lastIndexOf('/') + 1)) : Map.of(),
                        ALL);
            } catch (RemoteException e) {
                if (e.status() != FORBIDDEN) {
                    throw e;
                }
                throw new CommandFailure(
                        "'" + name + "' can't be looked up by its name (" + e.getMessage() + "): name it by its id");
            }
        }

        private static final Noun USERS = named("user", "/users", true);
        private static final Noun RESOURCES = named("resource", "/resources", true);
        private static final Noun ROLES = named("role", "/roles", false);

        private static Noun named(String name, String path, boolean searchable) {
            return new Noun(name, "", path, searchable, List.of("name"), List.of(), List.of());
        }
    }
}
