package dev.sekisho.control.alert;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A kind of alert channel and the settings it has.
public enum ChannelKind {
    /// A mail per alert.
    EMAIL,
    /// A request of any method, with headers and a body from templates.
    HTTP,
    /// A webhook that takes `{"text": …}`: Slack, Mattermost, Rocket.Chat and the like.
    SLACK,
    /// A topic of an ntfy server.
    NTFY,
    /// RFC 5424 over UDP or TCP.
    SYSLOG;

    /// One setting.
    ///
    /// @param name its name
    /// @param mandatory whether it must be there
    /// @param isSecret whether it goes in and never comes out
    record Setting(String name, boolean mandatory, boolean isSecret) {
        static Setting required(String name) {
            return new Setting(name, true, false);
        }

        static Setting optional(String name) {
            return new Setting(name, false, false);
        }

        static Setting secret(String name) {
            return new Setting(name, true, true);
        }

        static Setting optionalSecret(String name) {
            return new Setting(name, false, true);
        }
    }

    /// The settings that it has.
    List<Setting> settings() {
        return switch (this) {
            case EMAIL -> List.of(Setting.required("to"), Setting.optional("subject"), Setting.optional("body"));
            case HTTP ->
                List.of(
                        Setting.secret("url"),
                        Setting.optional("method"),
                        Setting.optional("contentType"),
                        Setting.optionalSecret("headers"),
                        Setting.optional("body"));
            case SLACK -> List.of(Setting.secret("url"), Setting.optional("body"));
            case NTFY ->
                List.of(
                        Setting.required("url"),
                        Setting.optionalSecret("token"),
                        Setting.optional("priority"),
                        Setting.optional("body"));
            case SYSLOG ->
                List.of(
                        Setting.required("host"),
                        Setting.required("port"),
                        Setting.optional("transport"),
                        Setting.optional("body"));
        };
    }

    /// The kind of a name as the API has it.
    static Optional<ChannelKind> of(String label) {
        for (ChannelKind kind : values()) {
            if (kind.label().equals(label)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
