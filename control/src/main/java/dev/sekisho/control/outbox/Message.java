package dev.sekisho.control.outbox;

import java.util.Map;

/// Something to be sent. Immutable.
///
/// @param channel who sends it: the name of a [Sender], and behind a colon what that sender needs to know, such as
///     `alert:01h…`
/// @param subject what it is about, for people who look at the queue; nothing secret
/// @param fields what the sender needs; may hold secrets
public record Message(String channel, String subject, Map<String, String> fields) {
    private static final int MAX_SUBJECT = 200;

    public Message {
        fields = Map.copyOf(fields);
        if (subject.length() > MAX_SUBJECT) {
            subject = subject.substring(0, MAX_SUBJECT);
        }
    }

    /// The sender's name.
    String sender() {
        int colon = channel.indexOf(':');
        return colon < 0 ? channel : channel.substring(0, colon);
    }

    /// What is behind the colon; empty without one.
    public String argument() {
        int colon = channel.indexOf(':');
        return colon < 0 ? "" : channel.substring(colon + 1);
    }

    /// A field that the sender relies on.
    ///
    /// @throws IllegalStateException when whoever made the message forgot it
    public String field(String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalStateException("the message has no " + name);
        }
        return value;
    }

    @Override
    public String toString() {
        return "Message[" + channel + ", " + subject + "]";
    }
}
