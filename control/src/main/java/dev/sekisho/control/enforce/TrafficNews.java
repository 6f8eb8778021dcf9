package dev.sekisho.control.enforce;

import dev.sekisho.control.place.Places;
import dev.sekisho.control.socket.DeviceTraffic;
import dev.sekisho.control.traffic.Rate;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Tells those who watch how fast devices receive and send (topic `device.traffic`): all of them to who may
/// see the network, their own to everybody. Told are the devices with traffic in the last seconds, and once
/// more those in which it has ended; a quiet network costs nothing. One owner thread, which runs it every
/// other second.
public final class TrafficNews implements Runnable {
    /// Devices in one event; more of them make more events.
    static final int MAX_DEVICES = 200;

    private static final String TOPIC = "device.traffic";

    /// Topic `device.traffic`.
    record Payload(List<DeviceNews> devices) {
        Payload {
            devices = List.copyOf(devices);
        }
    }

    /// One device.
    ///
    /// @param device its name among all
    /// @param place where the endpoint is on earth, when the server knows
    /// @param receivedBytes whole datagrams from the device
    /// @param sentBytes whole datagrams to the device
    record DeviceNews(
            String device,
            Optional<Instant> lastHandshakeAt,
            Optional<String> endpoint,
            Optional<String> place,
            long receivedBytes,
            long sentBytes,
            long receivedBytesPerSecond,
            long sentBytesPerSecond) {
        static DeviceNews of(DeviceTraffic traffic, Rate rate, Places places) {
            long handshake = traffic.lastHandshakeEpochMillis();
            return new DeviceNews(
                    traffic.device().name(),
                    handshake == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(handshake)),
                    traffic.endpoint(),
                    traffic.endpoint().flatMap(places::of),
                    traffic.receivedBytes(),
                    traffic.sentBytes(),
                    rate.receivedBytesPerSecond(),
                    rate.sentBytesPerSecond());
        }
    }

    private final Supplier<List<DeviceTraffic>> traffic;
    private final Supplier<EventStream.Listening> listening;
    private final Places places;
    private final News news;

    /// Those that were told to move.
    private Map<DeviceId, DeviceTraffic> told = Map.of();

    /// @param traffic the devices that had traffic in the last seconds
    /// @param listening who watches
    /// @param places where endpoints are
    /// @param news where it goes; what is told there need not be kept
    public TrafficNews(
            Supplier<List<DeviceTraffic>> traffic,
            Supplier<EventStream.Listening> listening,
            Places places,
            News news) {
        this.traffic = traffic;
        this.listening = listening;
        this.places = places;
        this.news = news;
    }

    @Override
    public void run() {
        EventStream.Listening now = listening.get();
        if (now.streams() == 0) {
            told = Map.of();
            return;
        }
        List<DeviceNews> all = new ArrayList<>();
        Map<String, List<DeviceNews>> byOwner = new HashMap<>();
        Map<DeviceId, DeviceTraffic> moving = new HashMap<>();
        for (DeviceTraffic one : traffic.get()) {
            moving.put(one.device(), one);
            add(one.user(), DeviceNews.of(one, one.rate(), places), all, byOwner);
        }
        told.forEach((device, before) -> {
            if (!moving.containsKey(device)) {
                add(before.user(), DeviceNews.of(before, Rate.NONE, places), all, byOwner);
            }
        });
        told = moving;
        send(all, payload -> news.toHolders(TOPIC, Permission.VIEW_NETWORK, payload));
        now.people()
                .forEach((userId, name) ->
                        send(byOwner.getOrDefault(name, List.of()), payload -> news.toUser(TOPIC, userId, payload)));
    }

    private static void add(
            UserId owner, DeviceNews news, List<DeviceNews> all, Map<String, List<DeviceNews>> byOwner) {
        all.add(news);
        byOwner.computeIfAbsent(owner.name(), _ -> new ArrayList<>()).add(news);
    }

    private static void send(List<DeviceNews> devices, Consumer<Payload> way) {
        for (int from = 0; from < devices.size(); from += MAX_DEVICES) {
            way.accept(new Payload(devices.subList(from, Math.min(devices.size(), from + MAX_DEVICES))));
        }
    }
}
