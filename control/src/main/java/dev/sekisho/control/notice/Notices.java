package dev.sekisho.control.notice;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.ChallengeEvent;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.challenge.Challenge;
import dev.sekisho.control.challenge.ChallengeNotifier;
import dev.sekisho.control.challenge.LinkSecret;
import dev.sekisho.control.mail.Letter;
import dev.sekisho.control.outbox.Message;
import dev.sekisho.control.outbox.Outbox;
import dev.sekisho.control.outbox.Sealer;
import dev.sekisho.control.place.Places;
import dev.sekisho.control.push.PushSender;
import dev.sekisho.control.push.PushSubscription;
import dev.sekisho.control.push.PushSubscriptions;
import dev.sekisho.control.web.Json;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// Tells users of challenges by push, mail and webhook, as they want it. Thread-safe.
public final class Notices implements ChallengeNotifier {
    private static final String TABLE = "notice_target";
    private static final String COLUMN = "settings";

    private final UnitOfWork work;
    private final NoticeStore store;
    private final Sealer sealer;
    private final Outbox outbox;
    private final PushSubscriptions subscriptions;
    private final Function<String, Optional<String>> mailAddress;
    private final Supplier<String> portal;
    private final Places places;

    /// What tells users needs.
    ///
    /// @param outbox takes the messages
    /// @param subscriptions the browsers
    /// @param mailAddress of a user, by identity
    /// @param portal where the portal is: `https://host:port`, without a slash at the end
    /// @param places where those are who ask
    public record Ways(
            Outbox outbox,
            PushSubscriptions subscriptions,
            Function<String, Optional<String>> mailAddress,
            Supplier<String> portal,
            Places places) {}

    public Notices(UnitOfWork work, NoticeStore store, Sealer sealer, Ways ways) {
        this.work = work;
        this.store = store;
        this.sealer = sealer;
        this.outbox = ways.outbox();
        this.subscriptions = ways.subscriptions();
        this.mailAddress = ways.mailAddress();
        this.portal = ways.portal();
        this.places = ways.places();
    }

    /// How a user wants to hear of challenges.
    public NoticeSettings settings(String userId) {
        return work.read(transaction -> store.read(transaction, userId))
                .map(kept -> {
                    byte[] plain = sealer.open(TABLE, userId, COLUMN, kept);
                    try {
                        return Json.read(plain, NoticeSettings.class);
                    } finally {
                        Arrays.fill(plain, (byte) 0);
                    }
                })
                .orElse(NoticeSettings.NONE);
    }

    /// Sets how a user wants to hear of challenges.
    public void change(Actor actor, String userId, NoticeSettings settings) {
        byte[] plain = Json.bytes(settings);
        try {
            work.change(actor, transaction -> {
                store.write(transaction, userId, sealer.seal(TABLE, userId, COLUMN, plain));
                return Change.of(
                        settings,
                        new ChallengeEvent.NoticesChanged(
                                actor.name(),
                                settings.mail(),
                                settings.webhook().isPresent()
                                        ? settings.webhookKind().name()
                                        : ""));
            });
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    @Override
    public void notify(Challenge challenge, LinkSecret link) {
        push(challenge);
        NoticeSettings settings = settings(challenge.userId());
        if (settings.mail()) {
            mailAddress
                    .apply(challenge.userId())
                    .ifPresent(address ->
                            outbox.enqueue(letter(challenge, link, address).message()));
        }
        settings.webhook()
                .ifPresent(url -> outbox.enqueue(new Message(
                        WebhookSender.CHANNEL,
                        "challenge of " + challenge.userName(),
                        settings.webhookKind() == NoticeSettings.WebhookKind.NTFY
                                ? ntfy(challenge, link, url)
                                : json(challenge, link, url))));
    }

    /// A push says what is asked and where to answer; whoever steals the phone still has to log in.
    private void push(Challenge challenge) {
        for (PushSubscription subscription : subscriptions.of(challenge.userId())) {
            Map<String, Object> payload = new LinkedHashMap<>();
            payload.put("kind", "challenge");
            payload.put("id", challenge.id());
            payload.put("title", "Is this you?");
            payload.put("body", sentence(challenge));
            payload.put("url", "/approvals/" + challenge.id());
            payload.put("expiresAt", challenge.expiresAt());
            outbox.enqueue(new Message(
                    PushSender.CHANNEL + ":" + subscription.id(),
                    "challenge of " + challenge.userName(),
                    Map.of("payload", Json.text(payload), "seconds", String.valueOf(seconds(challenge)))));
        }
    }

    private static long seconds(Challenge challenge) {
        return Math.max(
                1, Duration.between(challenge.openedAt(), challenge.expiresAt()).toSeconds());
    }

    /// What was touched, by what, from where.
    private String sentence(Challenge challenge) {
        Challenge.Subject subject = challenge.subject();
        StringBuilder text = new StringBuilder(subject.resource());
        if (!subject.target().isEmpty()) {
            text.append(" (").append(subject.target()).append(')');
        }
        if (!subject.device().isEmpty()) {
            text.append(" by ").append(subject.device());
        }
        if (!subject.source().isEmpty()) {
            text.append(" from ").append(subject.source());
            places.of(subject.source())
                    .ifPresent(place -> text.append(" (").append(place).append(')'));
        }
        return text.toString();
    }

    private String page(Challenge challenge, LinkSecret link) {
        return portal.get() + "/challenge/" + challenge.id() + "#" + link.text();
    }

    private Letter letter(Challenge challenge, LinkSecret link, String address) {
        return Letter.of(
                        address,
                        "Is this you? " + challenge.subject().resource(),
                        "Somebody who logged in as " + challenge.userName() + " wants to reach:\n"
                                + sentence(challenge),
                        "If this is you, open the link and approve. If not, open it and say so: the device is locked.",
                        "The link works once, until " + challenge.expiresAt() + ".")
                .button("Answer", page(challenge, link));
    }

    private Map<String, String> json(Challenge challenge, LinkSecret link, String url) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", challenge.id());
        body.put("user", challenge.userName());
        body.put("subject", challenge.subject());
        places.of(challenge.subject().source()).ifPresent(place -> body.put("place", place));
        body.put("expiresAt", challenge.expiresAt());
        body.put("answerUrl", page(challenge, link));
        return Map.of("url", url, "headers", "Content-Type: application/json", "body", Json.text(body));
    }

    /// Buttons that answer without opening a page (ntfy, "Action buttons").
    private Map<String, String> ntfy(Challenge challenge, LinkSecret link, String url) {
        String base = portal.get() + "/api/v1/challenges/" + challenge.id() + "/link/";
        String approve = action("Approve", base + "approve", Json.text(Map.of("secret", link.text())));
        String deny = action("Not me", base + "deny", Json.text(Map.of("secret", link.text(), "report", true)));
        String headers =
                "Content-Type: text/plain; charset=utf-8\nTitle: Is this you?\nPriority: high\nTags: key\nActions: "
                        + approve + "; " + deny;
        return Map.of("url", url, "headers", headers, "body", sentence(challenge));
    }

    private static String action(String label, String url, String body) {
        return "http, " + label + ", " + url + ", method=POST, headers.Content-Type=application/json, body='" + body
                + "', clear=true";
    }
}
