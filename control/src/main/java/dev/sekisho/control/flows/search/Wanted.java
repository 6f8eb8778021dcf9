package dev.sekisho.control.flows.search;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.sekisho.control.flows.EventJson;
import dev.sekisho.control.flows.FlowBlock;
import dev.sekisho.control.flows.FlowKeys;
import dev.sekisho.control.flows.FlowKeys.Kind;
import dev.sekisho.policy.Cidr;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A [FlowQuery] made ready: what rules out a block of the index, what rules out a line without reading it as
/// JSON, and what decides in the end. Immutable.
final class Wanted {
    /// How the log writes texts.
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /// The last millisecond whose year has four digits.
    private static final long LAST_MILLIS = 253_402_300_799_999L;

    private static final byte[] DESTINATION = bytes("\"destination\":\"");

    private final FlowQuery query;
    private final long fromMillis;
    private final long toMillis;
    private final byte[] fromText;
    private final byte[] toText;
    private final List<Long> keys = new ArrayList<>();

    /// What stands in every line that is wanted.
    private final List<byte[]> parts = new ArrayList<>();

    Wanted(FlowQuery query) {
        this.query = query;
        this.fromMillis = query.from().map(Wanted::millis).orElse(0L);
        this.toMillis = query.to().map(Wanted::millis).orElse(LAST_MILLIS);
        this.fromText = bytes(EventJson.time(fromMillis));
        this.toText = bytes(EventJson.time(toMillis));
        text("user", Kind.USER, query.user());
        text("device", Kind.DEVICE, query.device());
        text("resource", Kind.RESOURCE, query.resource());
        text("rule", Kind.GRANT, query.grant());
        text("protocol", Kind.PROTOCOL, query.protocol());
        text("verdict", Kind.VERDICT, query.verdict());
        query.destination().ifPresent(this::destination);
        query.port().ifPresent(port -> {
            keys.add(FlowKeys.text(Kind.PORT, Integer.toString(port)));
            parts.add(bytes(":" + port + "\","));
        });
    }

    private static long millis(Instant moment) {
        long seconds = Math.clamp(moment.getEpochSecond(), 0, LAST_MILLIS / 1_000 - 1);
        return seconds == moment.getEpochSecond() ? moment.toEpochMilli() : seconds * 1_000;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void text(String field, Kind kind, Optional<String> value) {
        value.ifPresent(text -> {
            keys.add(FlowKeys.text(kind, text));
            parts.add(bytes("\"" + field + "\":" + GSON.toJson(text)));
        });
    }

    private void destination(Cidr block) {
        FlowKeys.block(block).ifPresent(keys::add);
        if (block.prefixLength() == (block.v4() ? Integer.SIZE : 2 * Long.SIZE)) {
            String address = block.addressText();
            parts.add(bytes("\"destination\":\"" + (block.v4() ? address : "[" + address + "]") + ":"));
        }
    }

    /// Whether everything that was written until then is too old.
    boolean isAfter(long writtenUntilMillis) {
        return fromMillis >= writtenUntilMillis;
    }

    /// Whether a line of a block may be wanted.
    boolean mayBeIn(FlowBlock block) {
        if (!block.mayHoldTime(fromMillis, toMillis) || !block.mayHoldBytes(query.minBytes())) {
            return false;
        }
        for (long key : keys) {
            if (!block.mayHold(key)) {
                return false;
            }
        }
        return true;
    }

    /// Whether a line may be wanted.
    ///
    /// @param time where its time starts, 24 characters
    boolean mayBe(byte[] bytes, int start, int end, int time) {
        int timeEnd = time + fromText.length;
        if (timeEnd > end
                || Arrays.compare(bytes, time, timeEnd, fromText, 0, fromText.length) < 0
                || Arrays.compare(bytes, time, timeEnd, toText, 0, toText.length) >= 0) {
            return false;
        }
        for (byte[] part : parts) {
            if (!holds(bytes, start, end, part)) {
                return false;
            }
        }
        return query.destination().isEmpty() || mayGoThere(bytes, start, end);
    }

    /// Looks at the destination alone: reading a whole line as JSON takes three times as long.
    private boolean mayGoThere(byte[] bytes, int start, int end) {
        int field = indexOf(bytes, start, end, DESTINATION);
        int from = field + DESTINATION.length;
        int to = from;
        while (field >= 0 && to < end && bytes[to] != '"') {
            to++;
        }
        try {
            return field >= 0 && isDestination(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return true; // it is damaged, which is found when all of it is read
        }
    }

    private static boolean holds(byte[] bytes, int start, int end, byte[] part) {
        return indexOf(bytes, start, end, part) >= 0;
    }

    private static int indexOf(byte[] bytes, int start, int end, byte[] part) {
        int last = end - part.length;
        // The second byte, a letter or a digit, is rarer than the first.
        byte second = part[1];
        for (int i = start; i <= last; i++) {
            if (bytes[i + 1] == second && Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        return -1;
    }

    /// Whether a flow is wanted.
    boolean is(FlowRecord flow) {
        long millis = flow.at().toEpochMilli();
        return millis >= fromMillis
                && millis < toMillis
                && flow.bytes() >= query.minBytes()
                && is(query.user(), flow.user())
                && is(query.device(), Optional.of(flow.device()))
                && is(query.resource(), flow.resource())
                && is(query.grant(), flow.grant())
                && is(query.protocol(), Optional.of(flow.protocol()))
                && is(query.verdict(), Optional.of(flow.verdict()))
                && isDestination(flow.destination());
    }

    private static boolean is(Optional<String> wanted, Optional<String> actual) {
        return wanted.isEmpty() || wanted.equals(actual);
    }

    private boolean isDestination(String text) {
        if (query.destination().isEmpty() && query.port().isEmpty()) {
            return true;
        }
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, colon);
        boolean v6 = host.startsWith("[");
        int port = Integer.parseInt(text.substring(colon + 1));
        return query.port().stream().allMatch(wanted -> wanted == port)
                && query.destination().stream()
                        .allMatch(block -> contains(block, v6 ? host.substring(1, host.length() - 1) : host));
    }

    private static boolean contains(Cidr block, String literal) {
        InetAddress address = Cidr.parseAddress(literal);
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        Cidr host = Cidr.of(address, bytes.remaining() * Byte.SIZE);
        return block.contains(host.high(), host.low());
    }
}
