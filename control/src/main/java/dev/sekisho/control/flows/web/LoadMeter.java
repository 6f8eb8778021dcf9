package dev.sekisho.control.flows.web;

import dev.sekisho.control.device.LiveDevices;
import dev.sekisho.control.device.LiveDevices.Live;
import dev.sekisho.control.flows.stats.FlowStats;
import dev.sekisho.policy.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/// Adds up what all devices receive and send: how fast for whoever looks, how much for the charts. Owner: the timer's
/// thread.
public final class LoadMeter {
    /// A device that shook hands no longer ago is online (WireGuard paper, section 6.1: Reject-After-Time).
    private static final Duration ONLINE = Duration.ofMinutes(3);

    private final LiveDevices devices;
    private final FlowStats stats;
    private final InstantSource clock;
    private final String node;
    private Map<DeviceId, Live> before = Map.of();
    private boolean measured;

    /// @param node the name of this node
    public LoadMeter(LiveDevices devices, FlowStats stats, InstantSource clock, String node) {
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
    public record Load(
            Instant at, String node, long receivedPerSecond, long sentPerSecond, long flows, long devicesOnline) {}

    /// Measures. What was counted since the last time goes to the charts; a device whose counters are smaller than
    /// before started anew.
    public Load measure() {
        Map<DeviceId, Live> live = devices.live();
        Instant now = clock.instant();
        long received = 0;
        long sent = 0;
        for (Map.Entry<DeviceId, Live> device : live.entrySet()) {
            Live then = before.getOrDefault(device.getKey(), measured ? Live.NONE : device.getValue());
            received += grown(then.receivedBytes(), device.getValue().receivedBytes());
            sent += grown(then.sentBytes(), device.getValue().sentBytes());
        }
        before = live;
        measured = true;
        stats.traffic(received, sent);
        return load(now, live);
    }

    private Load load(Instant now, Map<DeviceId, Live> live) {
        Instant since = now.minus(ONLINE);
        return new Load(
                now,
                node,
                live.values().stream()
                        .mapToLong(device -> device.rate().receivedBytesPerSecond())
                        .sum(),
                live.values().stream()
                        .mapToLong(device -> device.rate().sentBytesPerSecond())
                        .sum(),
                live.values().stream().mapToLong(Live::flows).sum(),
                live.values().stream()
                        .filter(device ->
                                device.lastHandshakeAt().filter(since::isBefore).isPresent())
                        .count());
    }

    private static long grown(long then, long now) {
        return now >= then ? now - then : now;
    }
}
