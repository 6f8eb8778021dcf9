package dev.sekisho.control.notice;

import dev.sekisho.control.outbound.Outbound;
import dev.sekisho.control.outbox.DeliveryException;
import dev.sekisho.control.outbox.Message;
import dev.sekisho.control.outbox.Sender;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// Posts notices to users' webhooks: fields `url`, `headers` (one per line), `body`. Thread-safe.
public final class WebhookSender implements Sender {
    /// The outbox channel.
    public static final String CHANNEL = "webhook";

    private final Outbound outbound;

    public WebhookSender(Outbound outbound) {
        this.outbound = outbound;
    }

    @Override
    public void send(Message message) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : message.field("headers").split("\n", -1)) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        Outbound.Reply reply = outbound.send(
                "POST",
                Outbound.checkUrl(message.field("url")),
                headers,
                message.field("body").getBytes(StandardCharsets.UTF_8));
        DeliveryException.requireTaken(reply.status());
    }
}
