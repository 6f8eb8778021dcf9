package dev.sekisho.control.notice;

import dev.sekisho.control.notice.NoticeSettings.WebhookKind;
import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How I hear of challenges, over REST.
public final class NoticeApi {
    private final Notices notices;

    public NoticeApi(Notices notices) {
        this.notices = notices;
    }

    /// How a user hears of challenges besides portal and push.
    ///
    /// @param mail whether by a mail with a link that answers
    /// @param hasWebhook whether a webhook is kept
    /// @param webhookKind `json` or `ntfy`
    public record NoticeSettingsView(boolean mail, boolean hasWebhook, String webhookKind) {
        static NoticeSettingsView of(NoticeSettings settings) {
            return new NoticeSettingsView(
                    settings.mail(),
                    settings.webhook().isPresent(),
                    settings.webhookKind().name().toLowerCase(Locale.ROOT));
        }
    }

    /// How a user wants to hear of challenges.
    ///
    /// @param mail whether by a mail with a link that answers
    /// @param webhook a URL; left out, the one that is kept stays; empty, it goes
    /// @param webhookKind `json` or `ntfy`
    public record NoticeSettingsChange(boolean mail, Optional<String> webhook, String webhookKind) {
        @Override
        public String toString() {
            return "NoticeSettingsChange";
        }
    }

    /// All routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/me/notices", "Show how I hear of challenges")
                        .answers(NoticeSettingsView.class)
                        .by(request -> NoticeSettingsView.of(
                                notices.settings(request.principal().requireUser()))),
                Route.put("/me/notices", "Set how I hear of challenges")
                        .access(Access.user().withStepUp())
                        .body(NoticeSettingsChange.class)
                        .answers(NoticeSettingsView.class)
                        .by(this::change));
    }

    private Object change(Request request) {
        String userId = request.principal().requireUser();
        NoticeSettingsChange wanted = request.body(NoticeSettingsChange.class);
        WebhookKind kind = switch (wanted.webhookKind()) {
            case "json" -> WebhookKind.JSON;
            case "ntfy" -> WebhookKind.NTFY;
            default -> throw Problem.invalid("webhookKind", "a webhook takes json or ntfy");
        };
        Optional<String> webhook =
                wanted.webhook().or(() -> notices.settings(userId).webhook()).filter(url -> !url.isBlank());
        try {
            NoticeSettings settings = new NoticeSettings(wanted.mail(), webhook, kind);
            notices.change(request.actor(), userId, settings);
            return NoticeSettingsView.of(settings);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("webhook", String.valueOf(e.getMessage()));
        }
    }
}
