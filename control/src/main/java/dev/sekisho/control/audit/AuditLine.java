package dev.sekisho.control.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.nio.charset.StandardCharsets;

/// The one text of a record, which is hashed, exported and sent: a line of JSON in plain ASCII. Whatever stands in a
/// name (line ends, escape sequences, text direction marks) is escaped, so one record is one line everywhere.
final class AuditLine {
    /// Characters of a name; what is longer was made to be a nuisance.
    static final int MAX_NAME = 300;

    /// Characters of all other fields of an event.
    static final int MAX_DETAILS = 64 << 10;

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private AuditLine() {}

    /// The line of a record, without its end.
    static byte[] of(AuditRecord record) {
        StringBuilder line = new StringBuilder(200 + record.details().length());
        line.append("{\"seq\":").append(record.seq());
        line.append(",\"at\":\"").append(record.at()).append('"');
        field(line, "actor", record.actor().name());
        if (record.actor().userId().isPresent()) {
            field(line, "actorId", record.actor().userId().get());
        }
        field(line, "via", record.actor().via().name());
        field(line, "source", record.actor().source());
        field(line, "action", record.action());
        field(line, "target", record.target());
        line.append(",\"details\":").append(record.details()).append('}');
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void field(StringBuilder line, String name, String value) {
        line.append(",\"").append(name).append("\":");
        quote(line, value);
    }

    /// A text as JSON in plain ASCII.
    static void quote(StringBuilder line, String value) {
        line.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~') {
                line.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    line.append(Character.toUpperCase(Character.forDigit(c >> shift & 15, 16)));
                }
            } else {
                if (c == '"' || c == '\\') {
                    line.append('\\');
                }
                line.append(c);
            }
        }
        line.append('"');
    }

    /// The other fields of an event.
    static String details(ControlEvent event) {
        try {
            String details = JSON.writeValueAsString(event);
            if (details.length() > MAX_DETAILS) {
                throw new IllegalArgumentException(
                        "the change says too much to be recorded: more than " + MAX_DETAILS + " characters");
            }
            return details;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every event is a record of plain values", e);
        }
    }

    /// A name as both databases can keep it: no NUL, no half of a surrogate pair, not endless.
    static String name(String text) {
        String cut = text.length() > MAX_NAME ? text.substring(0, MAX_NAME - 1) + "\u2026" : text;
        StringBuilder clean = new StringBuilder(cut.length());
        cut.codePoints()
                .map(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) ? 0xfffd : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
