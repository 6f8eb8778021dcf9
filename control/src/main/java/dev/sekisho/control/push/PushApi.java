package dev.sekisho.control.push;

import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.ShortList;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// My browsers that take push messages, over REST.
public final class PushApi {
    private final PushSubscriptions subscriptions;

    public PushApi(PushSubscriptions subscriptions) {
        this.subscriptions = subscriptions;
    }

    /// The server's key, for `pushManager.subscribe`.
    ///
    /// @param publicKey in base 64
    public record PushKey(String publicKey) {}

    /// The keys of a browser.
    ///
    /// @param p256dh its public key
    /// @param auth its secret
    public record BrowserKeys(String p256dh, String auth) {
        @Override
        public String toString() {
            return "BrowserKeys";
        }
    }

    /// A browser's subscription, as `PushSubscription.toJSON()` gives it, and a label.
    ///
    /// @param endpoint where to push
    /// @param keys how
    /// @param label how the user calls it
    public record NewPushSubscription(String endpoint, BrowserKeys keys, String label) {}

    /// A browser that takes push messages.
    ///
    /// @param id its identity
    /// @param label how the user calls it
    /// @param createdAt since when
    /// @param lastUsedAt when it last took one
    public record PushSubscriptionView(String id, String label, Instant createdAt, Optional<Instant> lastUsedAt) {
        static PushSubscriptionView of(PushSubscription subscription) {
            return new PushSubscriptionView(
                    subscription.id(), subscription.label(), subscription.madeAt(), subscription.lastUsedAt());
        }
    }

    /// All routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/push/key", "Show the key that the server pushes with")
                        .answers(PushKey.class)
                        .by(_ -> new PushKey(subscriptions.publicKey())),
                Route.get("/push/subscriptions", "List my browsers that take push messages")
                        .query("q", "part of the label")
                        .pages(PushSubscriptionView.class)
                        .by(request -> ShortList.of(
                                        request,
                                        subscriptions.of(request.principal().requireUser()))
                                .text(PushSubscription::label)
                                .upwards(PushSubscription::id)
                                .map(PushSubscriptionView::of)),
                Route.post("/push/subscriptions", "Let this browser take push messages")
                        .body(NewPushSubscription.class)
                        .answers(PushSubscriptionView.class)
                        .by(this::add),
                Route.delete("/push/subscriptions/{id}", "Remove a browser").by(request -> {
                    subscriptions.remove(request.actor(), request.principal().requireUser(), request.path("id"));
                    return Answer.none();
                }));
    }

    private Object add(Request request) {
        NewPushSubscription wanted = request.body(NewPushSubscription.class);
        PushSubscription added = subscriptions.add(
                request.actor(),
                request.principal().requireUser(),
                wanted.label(),
                new PushSubscription.Keys(
                        wanted.endpoint(), wanted.keys().p256dh(), wanted.keys().auth()));
        return Answer.created(Route.BASE + "/push/subscriptions/" + added.id(), PushSubscriptionView.of(added));
    }
}
