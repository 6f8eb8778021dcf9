package dev.sekisho.crypto;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// Reads the vector files among the test resources.
final class Vectors {
    private Vectors() {}

    /// One Wycheproof test with the group that it belongs to.
    record Wycheproof(JsonObject group, JsonObject test) {
        int id() {
            return test.get("tcId").getAsInt();
        }

        String result() {
            return test.get("result").getAsString();
        }

        boolean isValid() {
            return result().equals("valid");
        }

        boolean hasFlag(String flag) {
            return test.getAsJsonArray("flags").asList().stream()
                    .anyMatch(f -> f.getAsString().equals(flag));
        }

        byte[] bytes(String name) {
            return hex(test.get(name).getAsString());
        }
    }

    static List<Wycheproof> wycheproof(String file) {
        JsonObject root = JsonParser.parseString(text("wycheproof/" + file)).getAsJsonObject();
        JsonArray groups = root.getAsJsonArray("testGroups");
        List<Wycheproof> all = new ArrayList<>();
        for (JsonElement group : groups) {
            for (JsonElement test : group.getAsJsonObject().getAsJsonArray("tests")) {
                all.add(new Wycheproof(group.getAsJsonObject(), test.getAsJsonObject()));
            }
        }
        return all;
    }

    /// The values of the lines `NAME = hex`, in order.
    static List<byte[]> values(String file, String name) {
        List<byte[]> values = new ArrayList<>();
        for (String line : text(file).split("\n", -1)) {
            if (line.startsWith(name + " =") || line.startsWith(name + ":")) {
                values.add(hex(line.substring(name.length()).replaceAll("[=:\\s]", "")));
            }
        }
        return values;
    }

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.toLowerCase(Locale.ROOT).replaceAll("[\\s:]", ""));
    }

    private static String text(String file) {
        try (InputStream in = Vectors.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
