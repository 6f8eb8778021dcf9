package dev.sekisho.control.alert;

import dev.sekisho.control.outbox.Delivery;
import dev.sekisho.control.outbox.DeliveryException;
import dev.sekisho.control.outbox.Outbox;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.ShortList;
import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Alert channels and what was not delivered, over REST.
public final class AlertApi {
    private final AlertChannels channels;
    private final AlertSender sender;
    private final Outbox outbox;
    private final InstantSource clock;

    public AlertApi(AlertChannels channels, AlertSender sender, Outbox outbox, InstantSource clock) {
        this.channels = channels;
        this.sender = sender;
        this.outbox = outbox;
        this.clock = clock;
    }

    /// A channel as it is seen: without its secrets.
    ///
    /// @param id its identity
    /// @param name its name
    /// @param kind `email`, `http`, `slack`, `ntfy`, `syslog`
    /// @param settings what is no secret
    /// @param secretSettings the names of secrets that are kept
    /// @param events what is told
    /// @param enabled whether it is in use
    /// @param version grows with every change
    public record AlertChannelView(
            String id,
            String name,
            String kind,
            Map<String, String> settings,
            List<String> secretSettings,
            List<String> events,
            boolean enabled,
            long version) {
        static AlertChannelView of(AlertChannel channel) {
            Map<String, String> open = new LinkedHashMap<>(channel.settings());
            List<String> secrets = channel.kind().settings().stream()
                    .filter(ChannelKind.Setting::isSecret)
                    .map(ChannelKind.Setting::name)
                    .filter(open::containsKey)
                    .toList();
            secrets.forEach(open::remove);
            return new AlertChannelView(
                    channel.id(),
                    channel.name(),
                    channel.kind().label(),
                    open,
                    secrets,
                    channel.events(),
                    channel.enabled(),
                    channel.version());
        }
    }

    /// A channel as it shall be.
    ///
    /// @param name its name
    /// @param kind `email`, `http`, `slack`, `ntfy`, `syslog`
    /// @param settings by name; secrets that are left out stay as they are
    /// @param events `device.locked`, `device.*`, `*`
    /// @param enabled whether it is in use
    public record AlertChannelChange(
            String name, String kind, Map<String, String> settings, List<String> events, boolean enabled) {
        /// Checks it.
        ///
        /// @throws IllegalArgumentException when there is no such kind
        public AlertChannelChange {
            if (ChannelKind.of(kind).isEmpty()) {
                throw new IllegalArgumentException("kind is email, http, slack, ntfy or syslog, not '" + kind + "'");
            }
        }

        AlertChannels.Wanted wanted() {
            return new AlertChannels.Wanted(name, ChannelKind.of(kind).orElseThrow(), settings, events, enabled);
        }

        @Override
        public String toString() {
            return "AlertChannelChange[" + name + ", " + kind + "]";
        }
    }

    /// How a test went.
    ///
    /// @param ok whether it was taken
    /// @param detail what happened
    public record AlertTestResult(boolean ok, String detail) {}

    /// A message and how its sending stands.
    ///
    /// @param id its identity
    /// @param channel who sends it
    /// @param subject what it is about
    /// @param state `queued`, `sent`, `dead`
    /// @param attempts how often it was tried
    /// @param nextAt when it is tried next
    /// @param madeAt when it was made
    /// @param endedAt when it was sent or given up
    /// @param lastError why it was not taken the last time
    public record DeliveryView(
            String id,
            String channel,
            String subject,
            String state,
            int attempts,
            Instant nextAt,
            Instant madeAt,
            Optional<Instant> endedAt,
            String lastError) {
        static DeliveryView of(Delivery delivery) {
            return new DeliveryView(
                    delivery.id(),
                    delivery.channel(),
                    delivery.subject(),
                    delivery.state().name().toLowerCase(Locale.ROOT),
                    delivery.attempts(),
                    delivery.nextAt(),
                    delivery.madeAt(),
                    delivery.endedAt(),
                    delivery.lastError());
        }
    }

    /// All routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/alert-channels", "List alert channels")
                        .access(Permission.MANAGE_ALERTS)
                        .query("q", "part of the name")
                        .query("kind", "email, http, slack, ntfy or syslog")
                        .query("enabled", "true: only those in use; false: only others")
                        .pages(AlertChannelView.class)
                        .by(this::list),
                Route.post("/alert-channels", "Add an alert channel")
                        .access(Permission.MANAGE_ALERTS)
                        .body(AlertChannelChange.class)
                        .answers(AlertChannelView.class)
                        .by(this::create),
                Route.get("/alert-channels/{id}", "Show an alert channel")
                        .access(Permission.MANAGE_ALERTS)
                        .answers(AlertChannelView.class)
                        .by(request -> view(channel(request))),
                Route.put("/alert-channels/{id}", "Change an alert channel")
                        .access(Permission.MANAGE_ALERTS)
                        .body(AlertChannelChange.class)
                        .answers(AlertChannelView.class)
                        .by(request -> view(checked(() -> channels.change(
                                request.actor(),
                                request.path("id"),
                                request.body(AlertChannelChange.class).wanted(),
                                request.ifMatch())))),
                Route.delete("/alert-channels/{id}", "Remove an alert channel")
                        .access(Permission.MANAGE_ALERTS)
                        .by(request -> {
                            channels.delete(request.actor(), request.path("id"));
                            return Answer.none();
                        }),
                Route.post("/alert-channels/{id}/test", "Send a test alert at once")
                        .access(Permission.MANAGE_ALERTS)
                        .answers(AlertTestResult.class)
                        .by(this::test),
                Route.get("/alert-deliveries", "List what was sent, waits or was given up, the newest first")
                        .access(Permission.MANAGE_ALERTS)
                        .query("state", "queued, sent or dead")
                        .pages(DeliveryView.class)
                        .by(this::deliveries),
                Route.post("/alert-deliveries/{id}/retry", "Try a delivery again")
                        .access(Permission.MANAGE_ALERTS)
                        .by(this::retry));
    }

    private Object list(Request request) {
        List<String> kinds =
                Arrays.stream(ChannelKind.values()).map(ChannelKind::label).toList();
        return ShortList.of(request, channels.all())
                .text(AlertChannel::name)
                .oneOf("kind", kinds, channel -> channel.kind().label())
                .flag("enabled", AlertChannel::enabled)
                .upwards(channel -> channel.name().toLowerCase(Locale.ROOT))
                .map(AlertChannelView::of);
    }

    private AlertChannel channel(Request request) {
        return channels.find(request.path("id")).orElseThrow(AlertChannels::unknown);
    }

    private static Answer view(AlertChannel channel) {
        return Answer.of(AlertChannelView.of(channel)).version(channel.version());
    }

    private static AlertChannel checked(Supplier<AlertChannel> change) {
        try {
            return change.get();
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("settings", String.valueOf(e.getMessage()));
        }
    }

    private Object create(Request request) {
        AlertChannel channel = checked(() -> channels.create(
                request.actor(), request.body(AlertChannelChange.class).wanted()));
        return Answer.created(Route.BASE + "/alert-channels/" + channel.id(), AlertChannelView.of(channel))
                .version(channel.version());
    }

    private Object test(Request request) {
        AlertChannel channel = channel(request);
        AlertTestResult result;
        try {
            sender.send(
                    channel,
                    Map.of(
                            "event", "alert.test",
                            "target", channel.name(),
                            "time", clock.instant().toString(),
                            "actor", request.actor().name(),
                            "source", request.source(),
                            "username", request.actor().name(),
                            "device", "test-device",
                            "applicant", request.actor().name(),
                            "seq", "0"));
            result = new AlertTestResult(true, "it was taken");
        } catch (DeliveryException e) {
            result = new AlertTestResult(false, String.valueOf(e.getMessage()));
        }
        channels.tested(request.actor(), channel, result.ok());
        return result;
    }

    private Object deliveries(Request request) {
        Optional<Delivery.State> state = request.query("state").map(AlertApi::state);
        return outbox.list(state, request.page()).map(DeliveryView::of);
    }

    private static Delivery.State state(String name) {
        for (Delivery.State state : Delivery.State.values()) {
            if (state.name().toLowerCase(Locale.ROOT).equals(name)) {
                return state;
            }
        }
        throw Problem.invalid("state", "a state is queued, sent or dead");
    }

    private Object retry(Request request) {
        if (!outbox.retry(request.path("id"))) {
            throw Problem.notFound("there is no such delivery, or it was sent");
        }
        channels.retried(request.actor(), request.path("id"));
        return Answer.none();
    }
}
