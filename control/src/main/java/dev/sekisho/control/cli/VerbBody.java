package dev.sekisho.control.cli;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// What a verb sends, from what was typed.
///
/// @param verb says which fields there are
/// @param typed the options
/// @param lookup finds users by name
record VerbBody(Verb verb, ParseResult typed, VerbCommand.Lookup lookup) {
    private static final String SETTINGS = "settings";
    private static final String DURATION = "durationSeconds";
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})([smhd])");

    /// The fields that were typed, over those that were there.
    JsonObject over(JsonObject before) throws IOException {
        JsonObject body = new JsonObject();
        for (Field field : verb.fields()) {
            boolean isOwn = field.type() != Field.Type.SECRET_MAP && field.type() != Field.Type.FILE_MAP;
            String outer = field.name().replaceFirst("\\..*", "");
            if (before.has(outer) && isOwn) {
                body.add(outer, before.get(outer).deepCopy());
            }
        }
        JsonObject data = data();
        data.asMap().forEach(body::add);
        for (Field field : verb.fields()) {
            if (!field.isQuery()) {
                put(body, field);
            }
        }
        // An end by duration takes the place of the one that was there.
        if (body.has(DURATION) && !typed.hasMatchedOption("--until") && !data.has("until")) {
            body.remove("until");
        }
        return body;
    }

    private JsonObject data() throws IOException {
        String name = typed.matchedOptionValue(NounCommands.DATA, "");
        if (name.isEmpty()) {
            return new JsonObject();
        }
        String text = name.equals("-")
                ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                : Files.readString(Path.of(name), StandardCharsets.UTF_8);
        try {
            if (new Gson().fromJson(text, JsonElement.class) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonParseException e) {
            throw noObject(name);
        }
        throw noObject(name);
    }

    private static CommandFailure noObject(String name) {
        return new CommandFailure((name.equals("-") ? "standard input" : name) + " is no JSON object");
    }

    private void put(JsonObject body, Field field) throws IOException {
        int dot = field.name().indexOf('.');
        if (dot < 0) {
            put(body, field, field.name());
        } else if (typed.hasMatchedOption(field.option())) {
            put(map(body, field.name().substring(0, dot)), field, field.name().substring(dot + 1));
        }
    }

    private void put(JsonObject body, Field field, String name) throws IOException {
        if (field.type() == Field.Type.SECRET || field.type() == Field.Type.SECRET_UNLESS_ASKED) {
            if (!body.has(name) && !(field.type() == Field.Type.SECRET_UNLESS_ASKED && asksForAnother())) {
                body.addProperty(name, Typed.value(name));
            }
            return;
        }
        if (!typed.hasMatchedOption(field.option())) {
            unsaid(body, field);
            return;
        }
        if (isClearable(field) && text(field).isEmpty()) {
            body.remove(name);
            return;
        }
        switch (field.type()) {
            case TEXT, CLEARABLE -> body.addProperty(name, text(field));
            case NUMBER, CLEARABLE_NUMBER -> body.addProperty(name, number(field));
            case BOOLEAN, ON, OFF -> body.addProperty(name, typed.matchedOptionValue(field.option(), true));
            case FILE -> body.addProperty(name, Typed.file(name, text(field)));
            case NONE -> body.addProperty(name, "");
            case NO_MFA -> body.addProperty("mfa", false);
            case SPAN -> body.addProperty(DURATION, seconds(field));
            case LIST, NEEDED_LIST -> body.add(name, array(parts(field)));
            case USER -> body.addProperty(name, lookup.user(text(field)));
            case USERS -> body.add(name, array(parts(field).map(lookup::user)));
            case ASKED_SECRET -> body.addProperty(name, Typed.value(name));
            case MAP -> settings(body, field);
            case SECRET_MAP -> secretSettings(body, field);
            case FILE_MAP -> fileSettings(body, field);
            case GROUP_MAP -> groups(body, field);
            case SECRET, SECRET_UNLESS_ASKED, QUERY, QUERY_USER, QUERY_RESOURCE, QUERY_ROLE ->
                throw new IllegalStateException("not in the body: " + name);
        }
    }

    private static boolean isClearable(Field field) {
        return field.type() == Field.Type.CLEARABLE || field.type() == Field.Type.CLEARABLE_NUMBER;
    }

    private boolean asksForAnother() {
        return verb.fields().stream()
                .anyMatch(field -> field.type() == Field.Type.ASKED_SECRET && typed.hasMatchedOption(field.option()));
    }

    /// What the API wants to be told in any case.
    private static void unsaid(JsonObject body, Field field) {
        if (body.has(field.name())) {
            return;
        }
        switch (field.type()) {
            case ON -> body.addProperty(field.name(), true);
            case OFF -> body.addProperty(field.name(), false);
            case NEEDED_LIST -> body.add(field.name(), new JsonArray());
            case MAP -> body.add(field.name(), new JsonObject());
            default -> {} // may be missing
        }
    }

    private String text(Field field) {
        return typed.matchedOptionValue(field.option(), "");
    }

    private Stream<String> parts(Field field) {
        return Arrays.stream(text(field).split(",")).map(String::strip).filter(part -> !part.isEmpty());
    }

    private static JsonArray array(Stream<String> parts) {
        JsonArray array = new JsonArray();
        parts.forEach(array::add);
        return array;
    }

    private long number(Field field) {
        try {
            return Long.parseLong(text(field));
        } catch (NumberFormatException e) {
            throw usage(field.option() + " is a whole number, not '" + text(field) + "'");
        }
    }

    private long seconds(Field field) {
        Matcher matcher = SPAN.matcher(text(field));
        if (!matcher.matches()) {
            throw usage(field.option() + " is a number and a unit, such as 90m, 2h or 7d, not '" + text(field) + "'");
        }
        return Long.parseLong(matcher.group(1))
                * switch (matcher.group(2)) {
                    case "s" -> 1;
                    case "m" -> 60;
                    case "h" -> 3_600;
                    default -> 86_400;
                };
    }

    private ParameterException usage(String message) {
        return new ParameterException(typed.commandSpec().commandLine(), message);
    }

    private static JsonObject map(JsonObject body, String name) {
        JsonObject map = body.get(name) instanceof JsonObject there ? there.deepCopy() : new JsonObject();
        body.add(name, map);
        return map;
    }

    private String[] all(Field field) {
        return typed.matchedOptionValue(field.option(), new String[0]);
    }

    /// Two parts around an equals sign.
    private String[] pair(Field field, String text, int equals) {
        if (equals < 1) {
            throw usage(field.option() + " is " + field.type().label() + ", not '" + text + "'");
        }
        return new String[] {text.substring(0, equals), text.substring(equals + 1)};
    }

    private void settings(JsonObject body, Field field) {
        JsonObject map = map(body, SETTINGS);
        for (String text : all(field)) {
            String[] pair = pair(field, text, text.indexOf('='));
            map.addProperty(pair[0], pair[1]);
        }
    }

    private void secretSettings(JsonObject body, Field field) throws IOException {
        JsonObject map = map(body, SETTINGS);
        for (String name : all(field)) {
            map.addProperty(name, Typed.line(name));
        }
    }

    private void fileSettings(JsonObject body, Field field) throws IOException {
        JsonObject map = map(body, SETTINGS);
        for (String text : all(field)) {
            String[] pair = pair(field, text, text.indexOf('='));
            map.addProperty(pair[0], Typed.file(pair[0], pair[1]));
        }
    }

    /// Names of groups hold equals signs themselves, names of roles don't.
    private void groups(JsonObject body, Field field) {
        JsonObject map = map(body, field.name());
        for (String text : all(field)) {
            String[] pair = pair(field, text, text.lastIndexOf('='));
            if (pair[1].isBlank()) {
                map.remove(pair[0].strip());
            } else {
                map.addProperty(pair[0].strip(), pair[1].strip());
            }
        }
    }
}
