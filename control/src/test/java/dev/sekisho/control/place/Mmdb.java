package dev.sekisho.control.place;

import dev.sekisho.policy.Cidr;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes tiny databases of places. One owner thread.
///
/// ```
/// search tree: nodes of two records | 16 zeros | data | AB CD EF "MaxMind.com" | metadata
/// ```
///
/// Source: MaxMind DB File Format Specification 2.0.
public final class Mmdb {
    private static final int STRING = 2;
    private static final int BYTES = 4;
    private static final int UINT16 = 5;
    private static final int UINT32 = 6;
    private static final int MAP = 7;
    private static final int UINT64 = 9;
    private static final int ARRAY = 11;
    private static final int V4_IN_V6_BITS = 96;

    /// Bytes of data as they are, such as a pointer.
    public static final class Raw {
        private final byte[] bytes;

        Raw(byte[] bytes) {
            this.bytes = bytes.clone();
        }
    }

    /// A pointer to a place of the data, counted from its begin.
    public static Raw pointer(int to) {
        return new Raw(new byte[] {(byte) (1 << 5 | to >> 8), (byte) to});
    }

    /// A node's record: another node, a record of the data, or nothing.
    private sealed interface Branch {
        record Of(Node node) implements Branch {}

        record Data(int offset) implements Branch {}

        record Nothing() implements Branch {}
    }

    private static final class Node {
        private final Branch[] sides = {new Branch.Nothing(), new Branch.Nothing()};
        private int number;
    }

    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final int version;
    private final int recordBits;

    /// @param version of IP, 4 or 6
    /// @param recordBits 24, 28 or 32
    public Mmdb(int version, int recordBits) {
        this.version = version;
        this.recordBits = recordBits;
        node();
        meta("binary_format_major_version", (short) 2);
        meta("binary_format_minor_version", (short) 0);
        meta("build_epoch", 1_790_000_000L);
        meta("database_type", "Test-City");
        meta("description", Map.of("en", "a test"));
        meta("ip_version", (short) version);
        meta("languages", List.of("en", "de"));
        meta("record_size", (short) recordBits);
    }

    /// A database in which 198.51.100.0/24 and 2001:db8:1::/48 are Vienna, in the layout of GeoLite2 City.
    public static byte[] vienna() {
        Object city = city("Vienna", "Austria");
        return new Mmdb(6, 24)
                .put("198.51.100.0/24", city)
                .put("2001:db8:1::/48", city)
                .bytes();
    }

    /// A record in the layout of GeoLite2 City.
    public static Map<String, Object> city(String city, String country) {
        return ordered(
                "continent", ordered("code", "EU", "geoname_id", 6_255_148, "names", Map.of("de", "Europa")),
                "city", ordered("geoname_id", 2_761_369, "names", ordered("de", "Wien", "en", city)),
                "subdivisions", List.of(ordered("iso_code", "9", "names", Map.of("en", "Vienna State"))),
                "country", ordered("iso_code", "AT", "names", ordered("de", "Österreich", "en", country)));
    }

    static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private Node node() {
        Node node = new Node();
        node.number = nodes.size();
        nodes.add(node);
        return node;
    }

    /// Sets a field of the metadata.
    Mmdb meta(String name, Object value) {
        metadata.put(name, value);
        return this;
    }

    /// Adds a record for a block.
    public Mmdb put(String block, Object record) {
        int offset = data.size();
        encode(data, record);
        Cidr cidr = Cidr.parse(block);
        int lead = version == 6 && cidr.v4() ? V4_IN_V6_BITS : 0;
        int bits = lead + cidr.prefixLength();
        Node at = nodes.getFirst();
        for (int i = 0; i < bits; i++) {
            int side = i < lead ? 0 : bit(cidr, i - lead);
            if (i == bits - 1) {
                at.sides[side] = new Branch.Data(offset);
            } else if (at.sides[side] instanceof Branch.Of(Node next)) {
                at = next;
            } else {
                Node next = node();
                at.sides[side] = new Branch.Of(next);
                at = next;
            }
        }
        return this;
    }

    private static int bit(Cidr cidr, int index) {
        if (cidr.v4()) {
            return (int) (cidr.low() >>> (31 - index)) & 1;
        }
        return (int) (index < Long.SIZE ? cidr.high() >>> (63 - index) : cidr.low() >>> (127 - index)) & 1;
    }

    /// The file.
    public byte[] bytes() {
        meta("node_count", nodes.size());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Node node : nodes) {
            long left = value(node.sides[0]);
            long right = value(node.sides[1]);
            switch (recordBits) {
                case 24, 32 -> {
                    number(out, left, recordBits / 8);
                    number(out, right, recordBits / 8);
                }
                case 28 -> {
                    number(out, left, 3);
                    out.write((int) (left >> 24 << 4 | right >> 24));
                    number(out, right, 3);
                }
                default -> throw new IllegalArgumentException("a record has 24, 28 or 32 bits");
            }
        }
        out.writeBytes(new byte[16]);
        out.writeBytes(data.toByteArray());
        out.writeBytes("\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1));
        encode(out, metadata);
        return out.toByteArray();
    }

    private long value(Branch branch) {
        return switch (branch) {
            case Branch.Of(Node node) -> node.number;
            case Branch.Data(int offset) -> nodes.size() + 16L + offset;
            case Branch.Nothing _ -> nodes.size();
        };
    }

    /// Writes the file.
    public Path write(Path file) {
        return write(file, bytes());
    }

    /// Puts a file in the place of another at once, as tools that keep databases new do.
    public static Path write(Path file, byte[] bytes) {
        try {
            Path next = Files.write(file.resolveSibling(file.getFileName() + ".next"), bytes);
            return Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void encode(ByteArrayOutputStream out, @Nullable Object value) {
        switch (value) {
            case Raw raw -> out.writeBytes(raw.bytes);
            case String text -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                head(out, STRING, bytes.length);
                out.writeBytes(bytes);
            }
            case byte[] bytes -> {
                head(out, BYTES, bytes.length);
                out.writeBytes(bytes);
            }
            case Short number -> {
                head(out, UINT16, 2);
                number(out, number, 2);
            }
            case Integer number -> {
                head(out, UINT32, 4);
                number(out, number, 4);
            }
            case Long number -> {
                head(out, UINT64, 8);
                number(out, number, 8);
            }
            case Map<?, ?> map -> {
                head(out, MAP, map.size());
                map.forEach((key, each) -> {
                    encode(out, key);
                    encode(out, each);
                });
            }
            case List<?> list -> {
                head(out, ARRAY, list.size());
                list.forEach(each -> encode(out, each));
            }
            case null, default -> throw new IllegalArgumentException("nothing writes " + value);
        }
    }

    /// Types above 7 have a second byte; sizes above 28 some more.
    private static void head(ByteArrayOutputStream out, int type, int size) {
        int small = size < 29 ? size : size < 285 ? 29 : 30;
        out.write((type < 8 ? type << 5 : 0) | small);
        if (type >= 8) {
            out.write(type - 7);
        }
        if (small == 29) {
            out.write(size - 29);
        } else if (small == 30) {
            number(out, size - 285, 2);
        }
    }

    private static void number(ByteArrayOutputStream out, long number, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.write((int) (number >> (8 * i)));
        }
    }
}
