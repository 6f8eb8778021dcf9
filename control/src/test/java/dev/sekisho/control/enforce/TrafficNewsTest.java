package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.place.Mmdb;
import dev.sekisho.control.place.Places;
import dev.sekisho.control.socket.DeviceTraffic;
import dev.sekisho.control.traffic.Rate;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.UserId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("P05")
class TrafficNewsTest {
    private final List<String> heard = new ArrayList<>();
    private List<DeviceTraffic> moving = List.of();
    private EventStream.Listening listening = new EventStream.Listening(2, Map.of("7", "alice", "8", "bob"));

    private final TrafficNews news = new TrafficNews(() -> moving, () -> listening, Places.none(), new News() {
        @Override
        public void toHolders(String topic, Permission permission, Object payload) {
            heard.add(permission + " " + text(topic, payload));
        }

        @Override
        public void toUser(String topic, String userId, Object payload) {
            heard.add(userId + " " + text(topic, payload));
        }
    });

    private static String text(String topic, Object payload) {
        List<String> devices = ((TrafficNews.Payload) payload)
                .devices().stream()
                        .map(one -> one.device() + " " + one.receivedBytesPerSecond() + "/" + one.sentBytesPerSecond())
                        .toList();
        return topic + " " + (devices.size() > 3 ? devices.size() + " devices" : String.join(", ", devices));
    }

    private static DeviceTraffic traffic(String device, String user, long received, long sent) {
        return new DeviceTraffic(
                new DeviceId(device),
                new UserId(user),
                Optional.of("192.0.2.9:1"),
                1_000,
                2 * received,
                2 * sent,
                new Rate(received, sent));
    }

    private List<String> turn(DeviceTraffic... devices) {
        heard.clear();
        moving = List.of(devices);
        news.run();
        return List.copyOf(heard);
    }

    @Test
    void whoSeesTheNetworkHearsOfAllAndOthersOfTheirOwn() {
        assertThat(turn(traffic("alice/laptop", "alice", 100, 5), traffic("carol/phone", "carol", 3, 4)))
                .containsExactly(
                        "VIEW_NETWORK device.traffic alice/laptop 100/5, carol/phone 3/4",
                        "7 device.traffic alice/laptop 100/5");
    }

    @Test
    void thatItHasEndedIsToldOnce() {
        turn(traffic("alice/laptop", "alice", 100, 5), traffic("bob/phone", "bob", 1, 1));
        assertThat(turn(traffic("bob/phone", "bob", 2, 2)))
                .containsExactlyInAnyOrder(
                        "VIEW_NETWORK device.traffic bob/phone 2/2, alice/laptop 0/0",
                        "7 device.traffic alice/laptop 0/0",
                        "8 device.traffic bob/phone 2/2");
        assertThat(turn(traffic("bob/phone", "bob", 2, 2)))
                .containsExactly("VIEW_NETWORK device.traffic bob/phone 2/2", "8 device.traffic bob/phone 2/2");
    }

    @Test
    void aQuietNetworkIsNotSpokenOf() {
        assertThat(turn()).isEmpty();
    }

    @Test
    void whereNobodyListensNothingIsAskedAndNothingRemembered() {
        turn(traffic("alice/laptop", "alice", 100, 5));
        listening = new EventStream.Listening(0, Map.of());
        assertThat(turn(traffic("bob/phone", "bob", 1, 1))).isEmpty();
        listening = new EventStream.Listening(1, Map.of());
        assertThat(turn()).isEmpty();
    }

    @Test
    void manyDevicesAreToldInParts() {
        DeviceTraffic[] many = IntStream.range(0, 2 * TrafficNews.MAX_DEVICES + 7)
                .mapToObj(i -> traffic("u" + i + "/x", "u" + i, 1, 1))
                .toArray(DeviceTraffic[]::new);
        assertThat(turn(many))
                .containsExactly(
                        "VIEW_NETWORK device.traffic 200 devices",
                        "VIEW_NETWORK device.traffic 200 devices",
                        "VIEW_NETWORK device.traffic 7 devices");
    }

    @Test
    void whatIsToldHasCountersEndpointPlaceAndHandshake(@TempDir Path directory) {
        List<Object> payloads = new ArrayList<>();
        byte[] vienna = new Mmdb(4, 24)
                .put("192.0.2.0/24", Mmdb.city("Vienna", "Austria"))
                .bytes();
        Places places = Places.open(Mmdb.write(directory.resolve("places.mmdb"), vienna), directory);
        TrafficNews all = new TrafficNews(
                () -> List.of(traffic("alice/laptop", "alice", 100, 5)), () -> listening, places, new News() {
                    @Override
                    public void toHolders(String topic, Permission permission, Object payload) {
                        payloads.add(payload);
                    }

                    @Override
                    public void toUser(String topic, String userId, Object payload) {}
                });
        all.run();
        assertThat(payloads)
                .singleElement()
                .isInstanceOfSatisfying(
                        TrafficNews.Payload.class,
                        payload -> assertThat(payload.devices()).singleElement().satisfies(one -> {
                            assertThat(one.receivedBytes()).isEqualTo(200);
                            assertThat(one.sentBytes()).isEqualTo(10);
                            assertThat(one.endpoint()).contains("192.0.2.9:1");
                            assertThat(one.place()).contains("Vienna, Austria");
                            assertThat(one.lastHandshakeAt())
                                    .map(Object::toString)
                                    .contains("1970-01-01T00:00:01Z");
                        }));
    }
}
