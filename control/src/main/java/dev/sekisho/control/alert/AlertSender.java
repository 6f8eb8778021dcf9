package dev.sekisho.control.alert;

import dev.sekisho.control.mail.Letter;
import dev.sekisho.control.outbound.Outbound;
import dev.sekisho.control.outbound.Syslog;
import dev.sekisho.control.outbox.DeliveryException;
import dev.sekisho.control.outbox.Message;
import dev.sekisho.control.outbox.Sender;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// Sends alerts by the kind of their channel. Thread-safe.
public final class AlertSender implements Sender {
    private static final String TEXT = "{{event}}: {{target}} ({{actor}} {{source}}) {{time}}";
    private static final String JSON =
            "{\"event\":\"{{event}}\",\"target\":\"{{target}}\",\"time\":\"{{time}}\",\"actor\":\"{{actor}}\","
                    + "\"source\":\"{{source}}\",\"username\":\"{{username}}\",\"device\":\"{{device}}\",\"seq\":\"{{seq}}\"}";

    private final AlertChannels channels;
    private final Outbound outbound;
    private final Sender mail;

    public AlertSender(AlertChannels channels, Outbound outbound, Sender mail) {
        this.channels = channels;
        this.outbound = outbound;
        this.mail = mail;
    }

    @Override
    public void send(Message message) {
        AlertChannel channel = channels.find(message.argument())
                .orElseThrow(() -> DeliveryException.never("the channel is gone", null));
        send(channel, message.fields());
    }

    /// Sends one alert at once.
    ///
    /// @param variables what templates may use
    void send(AlertChannel channel, Map<String, String> variables) {
        if (channel.isLost()) {
            throw DeliveryException.never(
                    "the channel's settings were lost with the installation's key: give them again", null);
        }
        Map<String, String> settings = channel.settings();
        String text = Templates.text(settings.getOrDefault("body", TEXT), variables);
        switch (channel.kind()) {
            case EMAIL ->
                mail.send(Letter.of(
                                settings.getOrDefault("to", ""),
                                Templates.text(
                                        settings.getOrDefault("subject", "Sekisho: {{event}} {{target}}"), variables),
                                text)
                        .message());
            case HTTP -> http(settings, variables);
            case SLACK ->
                post(
                        settings,
                        Map.of("Content-Type", "application/json"),
                        Templates.json("{\"text\":\"{{text}}\"}", Map.of("text", text)));
            case NTFY -> ntfy(settings, variables, text);
            case SYSLOG ->
                Syslog.send(
                        settings.getOrDefault("host", ""),
                        Integer.parseInt(settings.getOrDefault("port", "514")),
                        settings.getOrDefault("transport", "udp").equals("tcp"),
                        text);
        }
    }

    private void http(Map<String, String> settings, Map<String, String> variables) {
        String type = settings.getOrDefault("contentType", "application/json");
        Map<String, String> headers = new LinkedHashMap<>(Templates.headers(settings.getOrDefault("headers", "")));
        headers.put("Content-Type", type);
        String template = settings.getOrDefault("body", JSON);
        String body = type.contains("json") ? Templates.json(template, variables) : Templates.text(template, variables);
        post(settings, headers, body);
    }

    private void ntfy(Map<String, String> settings, Map<String, String> variables, String text) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "text/plain; charset=utf-8");
        headers.put("Title", ascii("Sekisho: " + variables.getOrDefault("event", "")));
        headers.put("Priority", settings.getOrDefault("priority", "default"));
        if (settings.containsKey("token")) {
            headers.put("Authorization", "Bearer " + settings.get("token"));
        }
        post(settings, headers, text);
    }

    private static String ascii(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    private void post(Map<String, String> settings, Map<String, String> headers, String body) {
        String method = settings.getOrDefault("method", "POST");
        byte[] bytes = method.equals("GET") ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        URI uri = Outbound.checkUrl(settings.getOrDefault("url", ""));
        DeliveryException.requireTaken(
                outbound.send(method, uri, headers, bytes).status());
    }
}
