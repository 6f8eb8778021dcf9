package dev.sekisho.control.notice;

import dev.sekisho.control.outbound.Outbound;
import java.util.Optional;

/// How a user wants to hear of challenges besides portal and push. Immutable.
///
/// @param mail whether by a mail with a link that answers the challenge
/// @param webhook a URL of their own; may hold a token
/// @param webhookKind what takes it there
public record NoticeSettings(boolean mail, Optional<String> webhook, WebhookKind webhookKind) {
    /// What a webhook takes.
    public enum WebhookKind {
        /// A JSON object with the challenge and its links.
        JSON,
        /// A message of ntfy with buttons.
        NTFY
    }

    /// Nothing but portal and push.
    static final NoticeSettings NONE = new NoticeSettings(false, Optional.empty(), WebhookKind.JSON);

    /// Checks them.
    ///
    /// @throws IllegalArgumentException when the webhook is no URL
    public NoticeSettings {
        webhook.ifPresent(url -> {
            if (!"https".equals(Outbound.checkUrl(url).getScheme())) {
                throw new IllegalArgumentException("a webhook starts with https://, for it carries links that approve");
            }
        });
    }

    @Override
    public String toString() {
        return "NoticeSettings[" + mail + ", " + webhookKind + "]";
    }
}
