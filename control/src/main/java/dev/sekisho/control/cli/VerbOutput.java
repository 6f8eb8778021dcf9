package dev.sekisho.control.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.sekisho.control.show.Table;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;

/// Prints what the API answered: tables and lines for eyes, JSON for programs.
record VerbOutput(Noun noun, Verb verb, ServerChoice choice, CommandSpec spec) {
    private static final int MAX_CELL = 60;

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /// A list.
    void list(JsonArray items) {
        if (choice.json) {
            JsonObject all = new JsonObject();
            all.add("items", items);
            out().println(all);
        } else if (items.isEmpty()) {
            out().println("none");
        } else {
            out().print(table(items));
        }
        out().flush();
    }

    private String table(JsonArray items) {
        List<String> columns = verb.path().equals(noun.path()) ? noun.columns() : scalars(items);
        Table table = new Table(
                choice.palette(), columns.stream().map(VerbOutput::heading).toArray(String[]::new));
        for (JsonElement item : items) {
            JsonObject object = item.getAsJsonObject();
            table.row(columns.stream()
                    .map(column -> cut(text(object.get(column))))
                    .toArray(String[]::new));
        }
        StringBuilder text = new StringBuilder();
        table.append(text);
        return text.toString();
    }

    private static List<String> scalars(JsonArray items) {
        Set<String> names = new LinkedHashSet<>();
        for (JsonElement item : items) {
            item.getAsJsonObject().asMap().forEach((name, value) -> {
                if (value.isJsonPrimitive()) {
                    names.add(name);
                }
            });
        }
        return List.copyOf(names);
    }

    /// `LAST USED AT` for `lastUsedAt`.
    private static String heading(String name) {
        return name.replaceAll("([A-Z])", " $1").toUpperCase(Locale.ROOT);
    }

    private static String cut(String text) {
        return text.length() <= MAX_CELL ? text : text.substring(0, MAX_CELL - 1) + "…";
    }

    /// One thing. What is for a pipe goes alone to standard output.
    ///
    /// @return the exit code: 1 when the answer says that it went wrong
    int one(JsonObject answer) {
        if (choice.json) {
            out().println(answer);
        } else if (answer.size() == 1 && answer.get("items") instanceof JsonArray items) {
            list(items);
        } else if (!verb.shown().isEmpty() && answer.get(verb.shown()) instanceof JsonPrimitive value) {
            out().println(value.getAsString().stripTrailing());
        } else if (answer.isEmpty()) {
            out().println("done");
        } else {
            StringBuilder lines = new StringBuilder();
            lines(lines, "", answer);
            out().print(lines);
        }
        out().flush();
        boolean failed = answer.get("ok") instanceof JsonPrimitive ok && ok.isBoolean() && !ok.getAsBoolean();
        return failed ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    /// An object with one text.
    static JsonObject object(String name, String value) {
        JsonObject object = new JsonObject();
        object.addProperty(name, value);
        return object;
    }

    private static void lines(StringBuilder lines, String before, JsonObject object) {
        object.asMap().forEach((name, value) -> {
            if (value instanceof JsonObject inner) {
                lines(lines, before + name + ".", inner);
            } else if (value instanceof JsonArray many
                    && many.asList().stream().anyMatch(JsonObject.class::isInstance)) {
                many.forEach(one -> line(lines, before + name, text(one)));
            } else if (value instanceof JsonPrimitive one && one.getAsString().contains("\n")) {
                line(lines, before + name, "");
                one.getAsString()
                        .lines()
                        .forEach(text ->
                                lines.append("    ").append(printable(text)).append('\n'));
            } else {
                line(lines, before + name, text(value));
            }
        });
    }

    private static void line(StringBuilder lines, String name, String text) {
        lines.append(String.format(Locale.ROOT, "%-20s %s", name, text).stripTrailing())
                .append('\n');
    }

    private static String text(@Nullable JsonElement value) {
        return switch (value) {
            case JsonPrimitive one -> printable(one.getAsString());
            case JsonArray array ->
                array.asList().stream().map(VerbOutput::text).collect(Collectors.joining(", "));
            case JsonObject object ->
                object.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
                        .collect(Collectors.joining(" "));
            case null, default -> "";
        };
    }

    /// What others have typed must not steer this terminal.
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
