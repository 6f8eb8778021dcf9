package dev.sekisho.control.push;

import dev.sekisho.control.outbound.Outbound;
import dev.sekisho.control.outbox.DeliveryException;
import dev.sekisho.control.outbox.Message;
import dev.sekisho.control.outbox.Sender;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.function.Supplier;

/// Pushes messages to browsers: fields `payload` (JSON for the portal's service worker) and `seconds` (how long the
/// push service keeps it). Thread-safe.
public final class PushSender implements Sender {
    /// The outbox channel; its argument is the subscription.
    public static final String CHANNEL = "push";

    private static final int GONE = 410;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY = 429;

    private final PushSubscriptions subscriptions;
    private final Outbound outbound;
    private final Supplier<String> contact;
    private final InstantSource clock;

    /// A sender.
    ///
    /// @param contact a `mailto:` or `https:` address of who runs this server
    public PushSender(
            PushSubscriptions subscriptions, Outbound outbound, Supplier<String> contact, InstantSource clock) {
        this.subscriptions = subscriptions;
        this.outbound = outbound;
        this.contact = contact;
        this.clock = clock;
    }

    @Override
    public void send(Message message) {
        PushSubscription subscription = subscriptions
                .find(message.argument())
                .orElseThrow(() -> DeliveryException.never("the browser was removed", null));
        PushSubscription.Keys keys = subscription.keys();
        byte[] body = PushEncryption.encrypt(
                message.field("payload").getBytes(StandardCharsets.UTF_8),
                P256.publicKey(Base64.getUrlDecoder().decode(keys.p256dh())),
                Base64.getUrlDecoder().decode(keys.auth()));
        URI endpoint = Outbound.checkUrl(keys.endpoint());
        Outbound.Reply reply = outbound.send(
                "POST",
                endpoint,
                Map.of(
                        "Authorization",
                        subscriptions.vapid().authorization(endpoint, contact.get(), clock.instant()),
                        "Content-Encoding",
                        "aes128gcm",
                        "Content-Type",
                        "application/octet-stream",
                        "TTL",
                        message.field("seconds"),
                        "Urgency",
                        "high"),
                body);
        settle(subscription, reply.status());
    }

    private void settle(PushSubscription subscription, int status) {
        if (status == GONE || status == NOT_FOUND) {
            subscriptions.gone(subscription);
            throw DeliveryException.never("the browser does not take messages any more and was removed", null);
        }
        if (status == TOO_MANY || status >= 500) {
            throw DeliveryException.later("the push service answered with status " + status, null);
        }
        if (status < 200 || status >= 300) {
            throw DeliveryException.never("the push service refused the message with status " + status, null);
        }
        subscriptions.used(subscription);
    }
}
