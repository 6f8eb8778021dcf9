package dev.sekisho.control.flows.web;

import dev.sekisho.control.device.LiveDevices;
import dev.sekisho.control.device.LiveDevices.Live;
import dev.sekisho.control.flows.stats.FlowStats;
import dev.sekisho.policy.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/// Measures what all devices together receive and send, from the counters of each. Owner: the timer's thread.
public final class TrafficMeter {
    /// A device that shook hands no longer ago is online (WireGuard paper, section 6.1: Reject-After-Time).
    private static final Duration ONLINE = Duration.ofMinutes(3);

    private final LiveDevices devices;
    private final FlowStats stats;
    private final InstantSource clock;
    private final String node;
    private Map<DeviceId, Live> before = Map.of();
    private long beforeMillis;

    /// @param node the name of this node
    public TrafficMeter(LiveDevices devices, FlowStats stats, InstantSource clock, String node) {
        this.devices = devices;
        this.stats = stats;
        this.clock = clock;
        this.node = node;
    }

    /// The load of a node: what topic `traffic` carries every few seconds.
    ///
    /// @param receivedPerSecond bytes of datagrams from devices
    /// @param sentPerSecond bytes of datagrams to devices
    /// @param flows live ones
    /// @param devicesOnline devices that shook hands in the last three minutes
    public record TrafficNews(
            Instant at, String node, long receivedPerSecond, long sentPerSecond, long flows, long devicesOnline) {}

    /// Measures since the last time. A device whose counters are smaller than before started anew.
    public TrafficNews measure() {
        Map<DeviceId, Live> live = devices.live();
        long now = clock.millis();
        long received = 0;
        long sent = 0;
        long flows = 0;
        long online = 0;
        Instant since = Instant.ofEpochMilli(now).minus(ONLINE);
        for (Map.Entry<DeviceId, Live> device : live.entrySet()) {
            Live then = before.getOrDefault(device.getKey(), beforeMillis == 0 ? device.getValue() : Live.NONE);
            received += grown(then.receivedBytes(), device.getValue().receivedBytes());
            sent += grown(then.sentBytes(), device.getValue().sentBytes());
            flows += device.getValue().flows();
            online +=
                    device.getValue().lastHandshakeAt().filter(since::isBefore).isPresent() ? 1 : 0;
        }
        long millis = beforeMillis == 0 ? 0 : now - beforeMillis;
        before = live;
        beforeMillis = now;
        stats.traffic(received, sent);
        return new TrafficNews(
                Instant.ofEpochMilli(now), node, perSecond(received, millis), perSecond(sent, millis), flows, online);
    }

    private static long grown(long then, long now) {
        return now >= then ? now - then : now;
    }

    private static long perSecond(long bytes, long millis) {
        return millis <= 0 ? 0 : bytes * 1_000 / millis;
    }
}
