package dev.sekisho.control.flows.stats;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.sekisho.control.flows.EventJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// The sums on disk, by day (UTC): `YYYY-MM-DD.minutes.jsonl` has a line for a minute, `YYYY-MM-DD.tops.jsonl`
/// one for a kind of names in a span. Owned by [FlowStats], which lets one thread in at a time.
///
/// @param directory where they are
record StatFiles(Path directory) {
    private static final System.Logger LOG = System.getLogger(StatFiles.class.getName());
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
    private static final String MINUTES = ".minutes.jsonl";
    private static final String TOPS = ".tops.jsonl";

    /// Told what a line says.
    interface MinuteReader {
        void minute(long epochMillis, Measure measure, long value);
    }

    void make() throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    void appendMinutes(Map<Long, Sums> minutes) throws IOException {
        for (Map.Entry<Long, Sums> minute : minutes.entrySet()) {
            JsonObject line = new JsonObject();
            line.addProperty("minute", EventJson.time(minute.getKey()));
            for (Measure measure : Measure.values()) {
                long value = minute.getValue().get(measure);
                if (value != 0) {
                    line.addProperty(name(measure), value);
                }
            }
            append(minute.getKey(), MINUTES, line);
        }
    }

    /// @param epochMillis when the span began
    void appendTops(long epochMillis, Tops tops) throws IOException {
        for (Tops.Kind kind : Tops.Kind.values()) {
            if (tops.all(kind).isEmpty()) {
                continue;
            }
            JsonObject line = new JsonObject();
            line.addProperty("since", EventJson.time(epochMillis));
            line.addProperty("kind", name(kind));
            JsonArray rows = new JsonArray();
            for (Top top : tops.kept(kind)) {
                JsonArray row = new JsonArray();
                row.add(top.name());
                row.add(top.flows());
                row.add(top.denied());
                row.add(top.bytesToTarget());
                row.add(top.bytesToDevice());
                rows.add(row);
            }
            line.add("rows", rows);
            append(epochMillis, TOPS, line);
        }
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private void append(long epochMillis, String suffix, JsonObject line) throws IOException {
        Path file = directory.resolve(day(epochMillis) + suffix);
        if (Files.notExists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        // A line that a crash cut off ends with this one, and both are skipped: so each begins with a line feed.
        Files.writeString(file, "\n" + GSON.toJson(line), StandardOpenOption.APPEND);
    }

    static LocalDate day(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).atZone(ZoneOffset.UTC).toLocalDate();
    }

    void readMinutes(LocalDate day, MinuteReader reader) throws IOException {
        each(day, MINUTES, line -> {
            long minute = Instant.parse(line.get("minute").getAsString()).toEpochMilli();
            for (Measure measure : Measure.values()) {
                JsonElement value = line.get(name(measure));
                if (value != null) {
                    reader.minute(minute, measure, value.getAsLong());
                }
            }
        });
    }

    /// @param from spans that begin before it are left out
    /// @param to spans that begin at it or later are left out
    void readTops(LocalDate day, Tops.Kind kind, long from, long to, Tops sum) throws IOException {
        String wanted = name(kind);
        each(day, TOPS, line -> {
            long since = Instant.parse(line.get("since").getAsString()).toEpochMilli();
            if (since < from || since >= to || !line.get("kind").getAsString().equals(wanted)) {
                return;
            }
            for (JsonElement element : line.getAsJsonArray("rows")) {
                JsonArray row = element.getAsJsonArray();
                sum.add(
                        kind,
                        new Top(
                                row.get(0).getAsString(),
                                row.get(1).getAsLong(),
                                row.get(2).getAsLong(),
                                row.get(3).getAsLong(),
                                row.get(4).getAsLong()));
            }
        });
    }

    private void each(LocalDate day, String suffix, Consumer<JsonObject> reader) throws IOException {
        Path file = directory.resolve(day + suffix);
        int damaged = 0;
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                damaged += line.isEmpty() || took(line, reader) ? 0 : 1;
            }
        } catch (NoSuchFileException e) {
            return; // nothing happened on that day, or it is too long ago
        }
        if (damaged > 0) {
            LOG.log(Level.DEBUG, "{0}: {1} lines are damaged", file, damaged);
        }
    }

    private static boolean took(String line, Consumer<JsonObject> reader) {
        try {
            reader.accept(JsonParser.parseString(line).getAsJsonObject());
            return true;
        } catch (JsonParseException
                | IllegalStateException
                | NumberFormatException
                | UnsupportedOperationException
                | IndexOutOfBoundsException
                | NullPointerException
                | DateTimeException e) {
            return false;
        }
    }

    /// Removes what is older.
    void prune(LocalDate firstDay) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.jsonl")) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (name.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}\\.(minutes|tops)\\.jsonl")
                        && name.compareTo(firstDay.toString()) < 0) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }
}
