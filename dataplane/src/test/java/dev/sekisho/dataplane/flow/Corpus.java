package dev.sekisho.dataplane.flow;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// The named packets of `packets.txt`.
final class Corpus {
    /// One of them: `expected` is the name of a [Packet.Kind] or of a [PacketFault].
    record Entry(String name, String expected, String hex) {
        byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Corpus() {}

    static List<Entry> entries() {
        var stream = Objects.requireNonNull(Corpus.class.getResourceAsStream("packets.txt"));
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))) {
            return reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Corpus::entry)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] packet(String name) {
        return entries().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow()
                .bytes();
    }

    private static Entry entry(String line) {
        List<String> words = Arrays.asList(line.split(" "));
        String hex = String.join("", words.subList(2, words.size()));
        return new Entry(words.get(0), words.get(1), hex.equals("-") ? "" : hex);
    }
}
