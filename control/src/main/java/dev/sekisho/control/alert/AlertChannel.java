package dev.sekisho.control.alert;

import dev.sekisho.control.mail.Addresses;
import dev.sekisho.control.outbound.Outbound;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Where alerts go. Immutable.
///
/// @param id its identity
/// @param name its name
/// @param kind what it is
/// @param settings by name; may hold secrets
/// @param events what is told: actions of audit records such as `device.locked`, or all of a noun, `device.*`, or `*`
/// @param enabled whether it is in use
/// @param version grows with every change
public record AlertChannel(
        String id,
        String name,
        ChannelKind kind,
        Map<String, String> settings,
        List<String> events,
        boolean enabled,
        long version) {
    private static final int MAX_NAME = 100;
    private static final int MAX_EVENTS = 100;
    private static final int MAX_SETTING = 8_192;
    private static final int MAX_PORT = 65_535;
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    /// Checks it.
    ///
    /// @throws IllegalArgumentException with a sentence when it can't work
    public AlertChannel {
        if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException("a channel's name has 1 to " + MAX_NAME + " printable characters");
        }
        settings = Map.copyOf(settings);
        events = List.copyOf(events);
        checkEvents(events);
        if (enabled || !settings.isEmpty()) {
            checkSettings(kind, settings);
        }
    }

    /// Whether its settings were lost with the installation's key: it waits to be given them again, switched off.
    boolean isLost() {
        return settings.isEmpty();
    }

    private static void checkEvents(List<String> events) {
        if (events.size() > MAX_EVENTS) {
            throw new IllegalArgumentException("a channel has at most " + MAX_EVENTS + " events");
        }
        for (String event : events) {
            if (!event.matches("\\*|[a-z][a-z-]{0,40}\\.(\\*|[a-z][a-z-]{0,40})")) {
                throw new IllegalArgumentException("an event is written as device.locked, device.* or *");
            }
        }
    }

    private static void checkSettings(ChannelKind kind, Map<String, String> settings) {
        Set<String> known =
                kind.settings().stream().map(ChannelKind.Setting::name).collect(Collectors.toSet());
        settings.forEach((name, value) -> {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("a channel of this kind has no setting " + name);
            }
            if (value.length() > MAX_SETTING) {
                throw new IllegalArgumentException(name + " is too long");
            }
        });
        for (ChannelKind.Setting setting : kind.settings()) {
            if (setting.mandatory() && settings.getOrDefault(setting.name(), "").isBlank()) {
                throw new IllegalArgumentException(setting.name() + " is missing");
            }
        }
        switch (kind) {
            case EMAIL -> Addresses.check("to", settings.getOrDefault("to", ""));
            case HTTP -> {
                Outbound.checkUrl(settings.getOrDefault("url", ""));
                if (!METHODS.contains(settings.getOrDefault("method", "POST"))) {
                    throw new IllegalArgumentException("method is GET, POST, PUT, PATCH or DELETE");
                }
                Templates.headers(settings.getOrDefault("headers", ""));
            }
            case SLACK, NTFY -> Outbound.checkUrl(settings.getOrDefault("url", ""));
            case SYSLOG -> checkSyslog(settings);
        }
    }

    private static void checkSyslog(Map<String, String> settings) {
        String port = settings.getOrDefault("port", "");
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > MAX_PORT) {
            throw new IllegalArgumentException("port is 1 to 65535");
        }
        if (!settings.getOrDefault("transport", "udp").matches("udp|tcp")) {
            throw new IllegalArgumentException("transport is udp or tcp");
        }
    }

    /// Whether an event is told here.
    boolean wants(String action) {
        return enabled
                && events.stream()
                        .anyMatch(event -> event.equals("*")
                                || event.equals(action)
                                || (event.endsWith(".*") && action.startsWith(event.substring(0, event.length() - 1))));
    }

    @Override
    public String toString() {
        return "AlertChannel[" + name + ", " + kind + "]";
    }
}
