package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.place.Mmdb;
import dev.sekisho.control.place.PlaceException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where somebody asks from, in the whole server.
@Tag("A10")
class PlaceOfOriginTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static Map<?, ?> challenge(Visitor visitor, String id) throws Exception {
        return visitor.json("GET", "/challenges/" + id, "");
    }

    @Test
    void aChallengeSaysWhereItComesFromAndANewFileIsTakenOverBySighup() throws Exception {
        Path places = Mmdb.write(directory.resolve("places.mmdb"), Mmdb.vienna());
        try (ServerSite site = ServerSite.withPlaces(directory, places);
                AskingSide asking = AskingSide.open(site.state(), site::now)) {
            Visitor admin = site.admin();
            String id = asking.askOf("admin");
            assertThat(challenge(admin, id).get("source")).isEqualTo("198.51.100.24");
            assertThat(challenge(admin, id).get("place")).isEqualTo("Vienna, Austria");
            assertThat(admin.json("GET", "/sessions", "").toString())
                    .as("a login from this host")
                    .contains("source=127.")
                    .doesNotContain("place=");
            Mmdb.write(
                    places,
                    new Mmdb(4, 28)
                            .put("198.51.100.0/24", Mmdb.city("Graz", "Austria"))
                            .bytes());
            site.reload();
            assertThat(challenge(admin, id).get("place")).isEqualTo("Graz, Austria");
            Mmdb.write(places, "damaged".getBytes(StandardCharsets.UTF_8));
            site.reload();
            assertThat(challenge(admin, id).get("place")).as("as before").isEqualTo("Graz, Austria");
            assertThat(admin.json("GET", "/status", "").toString()).contains("is no MaxMind DB");
        }
    }

    @Test
    void withoutADatabaseThereIsNoPlace() throws Exception {
        try (ServerSite site = ServerSite.start(directory);
                AskingSide asking = AskingSide.open(site.state(), site::now)) {
            assertThat(challenge(site.admin(), asking.askOf("admin")).containsKey("place"))
                    .isFalse();
        }
    }

    @Test
    void aFileThatCantBeUsedKeepsTheServerFromStarting() {
        Path places = Mmdb.write(directory.resolve("places.mmdb"), "no database".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> ServerSite.withPlaces(directory, places))
                .isInstanceOf(PlaceException.class)
                .hasMessageStartingWith(places + " is no MaxMind DB")
                .hasMessageContaining("unpack and copy it again");
    }
}
