package dev.sekisho.control.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sekisho.control.remote.Remote;
import dev.sekisho.control.show.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// `sekisho simulate`: what a change of the policy would do. A draft has the options by which it is made for
/// real.
///
/// @param environment of this process
record SimulateCommand(Map<String, String> environment) {
    private static final String DAYS = "--days";
    private static final String CHANGING = "--id";
    private static final String PATH = "/policy/simulate";
    private static final Field ROLES = Field.neededList("roles", "names of roles, these and no others");

    /// What is drafted.
    private enum Draft {
        GRANT("grant", "What a new grant would do, or with --id a changed one."),
        REVOKE("revoke", "What taking a grant back would do."),
        RESOURCE("resource", "What another address, other ports and so on of a resource would do."),
        REMOVE("remove-resource", "What removing a resource with its grants would do."),
        ROLES("roles", "What other roles of a user would do.");

        private final String word;
        private final String about;

        Draft(String word, String about) {
            this.word = word;
            this.about = about;
        }
    }

    /// Makes the word with its verbs.
    CommandSpec spec() {
        CommandSpec spec = CommandSpec.create();
        spec.name("simulate").mixinStandardHelpOptions(true);
        spec.usageMessage()
                .description("Says what a change of the policy would do, before it is made.")
                .synopsisSubcommandLabel("WHAT");
        for (Draft draft : Draft.values()) {
            spec.addSubcommand(draft.word, verb(draft));
        }
        return spec;
    }

    private CommandSpec verb(Draft draft) {
        ServerChoice server = new ServerChoice(environment);
        Run run = new Run(draft, server);
        CommandSpec spec = CommandSpec.wrapWithoutInspection(run);
        run.use(spec);
        spec.name(draft.word).mixinStandardHelpOptions(true);
        spec.usageMessage().description(draft.about);
        spec.addMixin("server", CommandSpec.forAnnotatedObject(server));
        if (draft != Draft.GRANT) {
            spec.addPositional(PositionalParamSpec.builder()
                    .index("0")
                    .required(true)
                    .arity("1")
                    .type(String.class)
                    .paramLabel(draft == Draft.REVOKE ? "ID" : "NAME|ID")
                    .description("Which one, as the list shows it.")
                    .build());
        } else {
            spec.addOption(OptionSpec.builder(CHANGING)
                    .type(String.class)
                    .paramLabel("ID")
                    .description("Changes this grant; what is not said stays.")
                    .build());
        }
        fields(draft).forEach(field -> spec.addOption(NounCommands.option(field)));
        spec.addOption(OptionSpec.builder(DAYS)
                .type(Integer.class)
                .paramLabel("N")
                .defaultValue("7")
                .description("Days of recorded flows to look back, 0 to 30 (default: 7).")
                .build());
        return spec;
    }

    private static List<Field> fields(Draft draft) {
        return switch (draft) {
            case GRANT -> fieldsOf("/grants");
            case RESOURCE -> fieldsOf("/resources");
            case ROLES -> List.of(ROLES);
            case REVOKE, REMOVE -> List.of();
        };
    }

    /// The options with which one is made.
    private static List<Field> fieldsOf(String path) {
        return Nouns.all().stream()
                .flatMap(noun -> noun.verbs().stream())
                .filter(verb -> verb.kind() == Verb.Kind.POST && verb.path().equals(path))
                .findFirst()
                .orElseThrow()
                .fields();
    }

    /// One of the verbs, run.
    private static final class Run implements Callable<Integer> {
        private final Draft draft;
        private final ServerChoice choice;

        // Set once, before it is run.
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        Run(Draft draft, ServerChoice choice) {
            this.draft = draft;
            this.choice = choice;
        }

        void use(CommandSpec own) {
            spec = own;
        }

        @Override
        public Integer call() throws IOException {
            ParseResult typed = spec.commandLine().getParseResult();
            try (Remote server = choice.open()) {
                JsonObject body = body(server, typed);
                body.addProperty("days", typed.matchedOptionValue(DAYS, 7));
                JsonObject answer = server.call("POST", PATH, Optional.of(body), Map.of());
                PrintWriter out = spec.commandLine().getOut();
                out.print(choice.json ? answer + System.lineSeparator() : text(answer));
                out.flush();
                return ExitCode.OK;
            }
        }

        private JsonObject body(Remote server, ParseResult typed) throws IOException {
            String which = typed.matchedPositionalValue(0, "");
            return switch (draft) {
                case GRANT -> {
                    String id = typed.matchedOptionValue(CHANGING, "");
                    yield id.isEmpty()
                            ? one("grants", "", "grant", sent(server, typed, new JsonObject()))
                            : one("grants", id, "grant", over(server, typed, "/grants/" + Remote.encode(id)));
                }
                case REVOKE -> one("grants", which, "", new JsonObject());
                case RESOURCE -> {
                    String id = new VerbCommand.Lookup(server).id(resources(), which);
                    yield one("resources", id, "resource", over(server, typed, "/resources/" + Remote.encode(id)));
                }
                case REMOVE -> one("resources", which, "", new JsonObject());
                case ROLES -> {
                    JsonObject roles = sent(server, typed, new JsonObject());
                    roles.addProperty("user", which);
                    yield listed("users", roles);
                }
            };
        }

        private static Noun resources() {
            return Nouns.all().stream()
                    .filter(noun -> noun.path().equals("/resources"))
                    .findFirst()
                    .orElseThrow();
        }

        private JsonObject over(Remote server, ParseResult typed, String path) throws IOException {
            return sent(server, typed, server.get(path));
        }

        private JsonObject sent(Remote server, ParseResult typed, JsonObject before) throws IOException {
            if (draft == Draft.GRANT && before.isEmpty() && !typed.hasMatchedOption("--resource")) {
                throw new ParameterException(
                        spec.commandLine(), "a new grant has --resource and --to; --id names one that is there");
            }
            Verb verb = new Verb(draft.word, draft.about, Verb.Kind.POST, PATH, fields(draft), "", "");
            return new VerbBody(verb, typed, new VerbCommand.Lookup(server)).over(before);
        }

        private static JsonObject one(String list, String id, String name, JsonObject next) {
            JsonObject change = new JsonObject();
            if (!id.isEmpty()) {
                change.addProperty("id", id);
            }
            if (!name.isEmpty()) {
                change.add(name, next);
            }
            return listed(list, change);
        }

        private static JsonObject listed(String list, JsonObject change) {
            JsonArray changes = new JsonArray();
            changes.add(change);
            JsonObject body = new JsonObject();
            body.add(list, changes);
            return body;
        }

        private String text(JsonObject answer) {
            StringBuilder text = new StringBuilder();
            text.append(counted(answer.get("usersGaining").getAsLong(), "user"))
                    .append(" would reach more, ")
                    .append(counted(answer.get("usersLosing").getAsLong(), "user"))
                    .append(" less.")
                    .append(answer.get("complete").getAsBoolean() ? "" : " Not all could be compared.")
                    .append(System.lineSeparator());
            table(text, answer.getAsJsonArray("reach"), "EFFECT", "RESOURCE", "USERS", "FROM", "EXAMPLE", "WHO");
            if (answer.get("flows") instanceof JsonObject flows) {
                flows(text, flows);
            }
            return text.toString();
        }

        private void flows(StringBuilder text, JsonObject flows) {
            text.append(System.lineSeparator())
                    .append(counted(flows.get("changed").getAsLong(), "flow"))
                    .append(" of ")
                    .append(flows.get("flows").getAsLong())
                    .append(" since ")
                    .append(flows.get("since").getAsString())
                    .append(" would have had another verdict.");
            if (!flows.get("complete").getAsBoolean()) {
                text.append(" There was no time for those of before ")
                        .append(flows.get("oldest").getAsString())
                        .append('.');
            }
            text.append(System.lineSeparator());
            table(text, flows.getAsJsonArray("rows"), "EFFECT", "WHO", "WHERE", "FLOWS", "LAST");
            long more = flows.get("more").getAsLong();
            if (more > 0) {
                text.append("and ").append(counted(more, "other flow")).append(System.lineSeparator());
            }
        }

        private static String counted(long count, String noun) {
            return count + " " + noun + (count == 1 ? "" : "s");
        }

        private void table(StringBuilder text, JsonArray rows, String... columns) {
            if (rows.isEmpty()) {
                return;
            }
            Table table = new Table(choice.palette(), columns);
            for (JsonElement row : rows) {
                List<String> cells = new ArrayList<>();
                for (String column : columns) {
                    cells.add(cell(row.getAsJsonObject().get(column.toLowerCase(Locale.ROOT))));
                }
                table.row(cells.toArray(String[]::new));
            }
            table.append(text);
        }

        private static String cell(JsonElement value) {
            String text = value instanceof JsonArray array
                    ? String.join(
                            ", ",
                            array.asList().stream()
                                    .map(JsonElement::getAsString)
                                    .toList())
                    : value.getAsString();
            return text.replaceAll("\\p{Cntrl}", " ");
        }
    }
}
