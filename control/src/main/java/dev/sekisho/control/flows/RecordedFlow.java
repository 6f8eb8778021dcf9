package dev.sekisho.control.flows;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSyntaxException;
import dev.sekisho.policy.Cidr;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/// A flow of the flow log that was opened or denied. Immutable.
///
/// @param at when
/// @param user whose device it was, or whose device it was for
/// @param fromDevice whether the device opened it
/// @param source where it came from
/// @param destination where it was to go
/// @param protocol the IP protocol number
/// @param denial why it was denied, in kebab case; empty = it was opened
public record RecordedFlow(
        Instant at,
        String device,
        Optional<String> user,
        boolean fromDevice,
        End source,
        End destination,
        int protocol,
        Optional<String> denial) {
    private static final byte[] OPENED = "{\"event\":\"flow-opened\"".getBytes(StandardCharsets.UTF_8);
    private static final byte[] DENIED = "{\"event\":\"flow-denied\"".getBytes(StandardCharsets.UTF_8);
    private static final int LARGEST_PORT = 0xffff;
    private static final int LARGEST_PROTOCOL = 0xff;

    /// An address in two longs, IPv4 mapped, and a port.
    public record End(long high, long low, int port) {
        /// Reads `10.0.1.5:443` or `[fd00::5]:443`.
        ///
        /// @throws IllegalArgumentException when it is something else
        static End parse(String text) {
            int colon = text.lastIndexOf(':');
            boolean bracketed = text.startsWith("[") && colon > 1 && text.charAt(colon - 1) == ']';
            if (colon < 1) {
                throw new IllegalArgumentException("no address and port: " + text);
            }
            Cidr host = Cidr.parse(bracketed ? text.substring(1, colon - 1) : text.substring(0, colon));
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 0 || port > LARGEST_PORT || host.prefixLength() != (host.v4() ? 32 : 128)) {
                throw new IllegalArgumentException("no address and port: " + text);
            }
            return new End(host.high(), host.low(), port);
        }

        @Override
        public String toString() {
            return EventJson.endpoint(high, low, port);
        }
    }

    /// Reads a line of the log.
    ///
    /// @return empty for an event of another kind, and for what can't be read: a crash may have cut it off
    static Optional<RecordedFlow> parse(byte[] bytes, int from, int until) {
        if (!startsWith(bytes, from, until, OPENED) && !startsWith(bytes, from, until, DENIED)) {
            return Optional.empty();
        }
        try {
            JsonElement json = JsonParser.parseString(new String(bytes, from, until - from, StandardCharsets.UTF_8));
            return Optional.of(of(json.getAsJsonObject()));
        } catch (JsonSyntaxException | IllegalStateException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static boolean startsWith(byte[] bytes, int from, int until, byte[] start) {
        if (until - from < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (bytes[from + i] != start[i]) {
                return false;
            }
        }
        return true;
    }

    private static RecordedFlow of(JsonObject json) {
        return new RecordedFlow(
                Instant.parse(text(json, "time")),
                text(json, "device"),
                optional(json, "user"),
                text(json, "from").equals("device"),
                End.parse(text(json, "source")),
                End.parse(text(json, "destination")),
                number(text(json, "protocol")),
                text(json, "verdict").equals("denied") ? Optional.of(text(json, "reason")) : Optional.empty());
    }

    private static Optional<String> optional(JsonObject json, String name) {
        return json.get(name) instanceof JsonPrimitive value ? Optional.of(value.getAsString()) : Optional.empty();
    }

    private static String text(JsonObject json, String name) {
        return optional(json, name).orElseThrow(() -> new IllegalArgumentException("no " + name));
    }

    private static int number(String protocol) {
        int number = switch (protocol) {
            case "icmp" -> 1;
            case "tcp" -> 6;
            case "udp" -> 17;
            case "icmp6" -> 58;
            default -> Integer.parseInt(protocol);
        };
        if (number < 0 || number > LARGEST_PROTOCOL) {
            throw new IllegalArgumentException("no protocol: " + protocol);
        }
        return number;
    }
}
