package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.device.Device;
import dev.sekisho.control.device.LiveDevices;
import dev.sekisho.control.place.Mmdb;
import dev.sekisho.control.place.Places;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.traffic.Rate;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.DeviceId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("I02")
class DevicePlaceTest {
    private static final String ADMIN = "root-of-all|VIEW NETWORK,MANAGE DEVICES";
    private static final DeviceId LAPTOP = new DeviceId("alice/laptop");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static void lockFrom(NetworkKit kit, String endpoint) {
        Device.Grounds grounds = new Device.Grounds(LockReason.SCAN, "", endpoint, List.of());
        assertThat(kit.states.lock(Actor.SYSTEM, LAPTOP, grounds)).isPresent();
    }

    private static JsonObject lock(NetworkKit kit, String id) throws Exception {
        return kit.get(ADMIN, "/devices/" + id).json().getAsJsonObject("lock");
    }

    @Test
    void theEvidenceSaysWhereTheDeviceWasAlsoOfPastLocks() throws Exception {
        try (NetworkKit kit = new NetworkKit(TestDatabases.sqlite())) {
            kit.places = Places.open(Mmdb.write(directory.resolve("places.mmdb"), Mmdb.vienna()), directory);
            kit.user("root-of-all");
            kit.user("alice");
            kit.serve(List.of());
            String id = kit.post(ADMIN, "/devices", "{\"user\":\"alice\",\"name\":\"laptop\"}")
                    .json()
                    .getAsJsonObject("device")
                    .get("id")
                    .getAsString();
            lockFrom(kit, "198.51.100.24:51820");
            assertThat(lock(kit, id).get("endpoint").getAsString()).isEqualTo("198.51.100.24:51820");
            assertThat(lock(kit, id).get("place").getAsString()).isEqualTo("Vienna, Austria");
            kit.post(ADMIN, "/devices/" + id + "/unlock", "{\"comment\":\"found\"}");
            JsonObject past = kit.get(ADMIN, "/devices/" + id + "/locks")
                    .json()
                    .getAsJsonArray("items")
                    .get(0)
                    .getAsJsonObject();
            assertThat(past.getAsJsonObject("lock").get("place").getAsString()).isEqualTo("Vienna, Austria");
            lockFrom(kit, "192.168.1.20:51820");
            assertThat(lock(kit, id).has("place")).isFalse();
        }
    }

    @Test
    @Tag("P05")
    void whereADeviceComesFromIsToldWithItsEndpoint() throws Exception {
        try (NetworkKit kit = new NetworkKit(TestDatabases.sqlite())) {
            kit.places = Places.open(Mmdb.write(directory.resolve("places.mmdb"), Mmdb.vienna()), directory);
            kit.user("root-of-all");
            kit.user("alice");
            kit.serve(List.of());
            kit.post(ADMIN, "/devices", "{\"user\":\"alice\",\"name\":\"laptop\"}");
            kit.live = new At("198.51.100.24:51820");
            assertThat(laptop(kit).get("place").getAsString()).isEqualTo("Vienna, Austria");
            kit.live = new At("192.168.1.20:51820");
            assertThat(laptop(kit).get("endpoint").getAsString()).isEqualTo("192.168.1.20:51820");
            assertThat(laptop(kit).has("place")).isFalse();
        }
    }

    private static JsonObject laptop(NetworkKit kit) throws Exception {
        return kit.get(ADMIN, "/devices").json().getAsJsonArray("items").get(0).getAsJsonObject();
    }

    /// The laptop at an address.
    private record At(String endpoint) implements LiveDevices {
        @Override
        public Map<DeviceId, Live> live() {
            return Map.of(LAPTOP, new Live(Optional.empty(), Optional.of(endpoint), 0, 0, Rate.NONE, 0));
        }

        @Override
        public boolean disconnect(DeviceId device) {
            return false;
        }
    }
}
