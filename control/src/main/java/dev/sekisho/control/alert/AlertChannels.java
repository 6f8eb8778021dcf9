package dev.sekisho.control.alert;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.AlertEvent;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.outbox.Sealer;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.web.Json;
import dev.sekisho.control.web.Problem;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The alert channels: made, changed, looked up. Thread-safe.
public final class AlertChannels {
    private static final String TABLE = "alert_channel";
    private static final String COLUMN = "settings";

    private final UnitOfWork work;
    private final AlertStore store;
    private final AlertStore.Seal seal;
    private final InstantSource clock;

    /// What is in use, for the router: read with every commit, so not from the database.
    private volatile List<AlertChannel> current;

    public AlertChannels(UnitOfWork work, AlertStore store, Sealer sealer, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.seal = sealed(sealer);
        this.clock = clock;
        this.current = work.read(transaction -> store.all(transaction, seal));
    }

    private record Kept(Map<String, String> settings) {}

    private static AlertStore.Seal sealed(Sealer sealer) {
        return new AlertStore.Seal() {
            @Override
            public byte[] seal(AlertChannel channel) {
                byte[] plain = Json.bytes(new Kept(channel.settings()));
                try {
                    return sealer.seal(TABLE, channel.id(), COLUMN, plain);
                } finally {
                    Arrays.fill(plain, (byte) 0);
                }
            }

            @Override
            public Map<String, String> open(String id, byte[] sealed) {
                byte[] plain = sealer.open(TABLE, id, COLUMN, sealed);
                try {
                    return Json.read(plain, Kept.class).settings();
                } finally {
                    Arrays.fill(plain, (byte) 0);
                }
            }
        };
    }

    /// What a channel shall be.
    ///
    /// @param name its name
    /// @param kind what it is
    /// @param settings secrets that are missing stay as they are
    /// @param events what is told
    /// @param enabled whether it is in use
    public record Wanted(
            String name, ChannelKind kind, Map<String, String> settings, List<String> events, boolean enabled) {
        AlertChannel channel(String id, Map<String, String> kept, long version) {
            Map<String, String> all = new LinkedHashMap<>(settings);
            for (ChannelKind.Setting setting : kind.settings()) {
                if (setting.isSecret() && kept.containsKey(setting.name())) {
                    all.putIfAbsent(setting.name(), String.valueOf(kept.get(setting.name())));
                }
            }
            all.values().removeIf(String::isBlank);
            if (all.isEmpty()) {
                throw new IllegalArgumentException("a channel has settings: give them");
            }
            return new AlertChannel(id, name, kind, all, events, enabled, version);
        }
    }

    /// All of them, by name.
    public List<AlertChannel> all() {
        return work.read(transaction -> store.all(transaction, seal));
    }

    /// One by its identity.
    public Optional<AlertChannel> find(String id) {
        return work.read(transaction -> store.find(transaction, id, seal));
    }

    /// Those that want an event, as of the last change on this node.
    List<AlertChannel> wanting(String action) {
        return current.stream().filter(channel -> channel.wants(action)).toList();
    }

    /// Adds one.
    public AlertChannel create(Actor actor, Wanted wanted) {
        AlertChannel channel = wanted.channel(Ids.next(clock.millis()), Map.of(), 1);
        work.change(actor, transaction -> {
            store.insert(transaction, channel, seal);
            return Change.of(
                    channel,
                    new AlertEvent.ChannelCreated(channel.name(), channel.kind().label()));
        });
        refresh();
        return channel;
    }

    /// Changes one. Where it goes to may change only together with the secrets: else somebody who may not see them
    /// could
    /// have them sent to a place of their own.
    public AlertChannel change(Actor actor, String id, Wanted wanted, OptionalLong expected) {
        AlertChannel changed = work.change(actor, transaction -> {
            AlertChannel before = store.find(transaction, id, seal).orElseThrow(AlertChannels::unknown);
            if (wanted.kind() != before.kind()) {
                throw Problem.invalid("kind", "a channel stays of its kind: add another one");
            }
            boolean moved = !wanted.settings()
                    .getOrDefault("url", before.settings().getOrDefault("url", ""))
                    .equals(before.settings().getOrDefault("url", ""));
            AlertChannel after = wanted.channel(id, moved ? Map.of() : before.settings(), before.version());
            if (expected.orElse(before.version()) != before.version() || !store.update(transaction, after, seal)) {
                throw Problem.stale();
            }
            return Change.of(
                    store.find(transaction, id, seal).orElseThrow(),
                    new AlertEvent.ChannelChanged(after.name(), after.kind().label(), after.enabled()));
        });
        refresh();
        return changed;
    }

    /// Removes one.
    public void delete(Actor actor, String id) {
        work.change(actor, transaction -> {
            AlertChannel before = store.find(transaction, id, seal).orElseThrow(AlertChannels::unknown);
            store.delete(transaction, id);
            return Change.of(before, new AlertEvent.ChannelDeleted(before.name()));
        });
        refresh();
    }

    /// Records that one was tried out.
    void tested(Actor actor, AlertChannel channel, boolean ok) {
        work.change(actor, _ -> Change.of(channel, new AlertEvent.ChannelTested(channel.name(), ok)));
    }

    /// Records that a message is tried again.
    void retried(Actor actor, String delivery) {
        work.change(actor, _ -> Change.of(delivery, new AlertEvent.DeliveryRetried(delivery)));
    }

    /// Reads them again, because another node may have changed them.
    public void refresh() {
        current = all();
    }

    static Problem unknown() {
        return Problem.notFound("there is no such alert channel");
    }
}
