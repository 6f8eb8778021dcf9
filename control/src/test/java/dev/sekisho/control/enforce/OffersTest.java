package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.sekisho.control.request.Offers;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Permission;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What somebody whose device was denied is told that they may request.
@Tag("R06")
@DisplayName("R06: what was denied and may be requested is offered")
class OffersTest {
    private static final String ADMIN = "admin|VIEW NETWORK,MANAGE RESOURCES,MANAGE GRANTS";
    private static final int TCP = 6;

    private final NetworkKit kit = new NetworkKit(TestDatabases.sqlite());
    private final EventStream events = new EventStream("run1");

    /// Who was told what, as `USER RESOURCE DESTINATION`.
    private final List<String> told = new ArrayList<>();

    private final Offers offers = new Offers(
            kit.work, new Offers.Facts(kit.people, kit.resources, kit.requestStore), events, Runnable::run, kit.clock);

    @BeforeEach
    void start() {
        kit.role("staff");
        kit.role("others");
        kit.allow("staff", Permission.REQUEST);
        kit.allow("others", Permission.REQUEST);
        kit.user("admin");
        kit.user("alice", "staff");
        kit.user("bob", "others");
        kit.serve(List.of());
        events.relay((topic, audience, data) -> {
            assertThat(topic).isEqualTo("access.denied");
            var offer = JsonParser.parseString(data).getAsJsonObject();
            told.add(((EventStream.Audience.User) audience).userId() + " "
                    + offer.get("resource").getAsString() + " "
                    + offer.get("destination").getAsString());
        });
    }

    @AfterEach
    void close() throws Exception {
        kit.close();
    }

    private void resource(String name, String cidr, String ports, String more) {
        NetworkKit.Reply made = kit.post(
                ADMIN,
                "/resources",
                "{\"name\":\"%s\",\"cidr\":\"%s\",\"ports\":\"%s\",\"requestableBy\":[\"staff\"],\"ticketPattern\":\"\"%s}"
                        .formatted(name, cidr, ports, more));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
    }

    private void denied(String user, String address, int port, int protocol) {
        Cidr host = Cidr.parse(address);
        offers.denied(user, new Offers.Target(host.high(), host.low(), port, protocol, address + ":" + port));
    }

    @Test
    void onceAndNotAgainForAWhile() {
        resource("db", "10.0.1.0/24", "5432", ",\"protocol\":\"tcp\"");
        denied("alice", "10.0.1.5", 5432, TCP);
        denied("alice", "10.0.1.5", 5432, TCP);
        denied("alice", "10.0.1.6", 5432, TCP);
        assertThat(told).containsExactly("id-alice db 10.0.1.5:5432");
        kit.now = kit.now.plus(Offers.SILENCE);
        denied("alice", "10.0.1.5", 5432, TCP);
        assertThat(told).hasSize(2);
    }

    @Test
    void notWhatOthersMayRequest() {
        resource("db", "10.0.1.5", "5432", "");
        denied("bob", "10.0.1.5", 5432, TCP);
        denied("nobody", "10.0.1.5", 5432, TCP);
        assertThat(told).isEmpty();
    }

    @Test
    void nobodyWhoMayRequestNothing() {
        kit.sql("DELETE FROM role_permission WHERE role_id = 'id-staff'");
        resource("db", "10.0.1.5", "5432", "");
        denied("alice", "10.0.1.5", 5432, TCP);
        assertThat(told).isEmpty();
    }

    @Test
    void noDecoy() {
        resource("trap", "10.0.1.5", "5432", ",\"decoy\":true");
        denied("alice", "10.0.1.5", 5432, TCP);
        assertThat(told).isEmpty();
    }

    @Test
    void notWhatWasRequestedAlready() {
        resource("db", "10.0.1.5", "5432", "");
        NetworkKit.Reply asked =
                kit.post("alice|REQUEST", "/requests", "{\"resource\":\"db\",\"reason\":\"x\",\"durationSeconds\":60}");
        assertThat(asked.status()).as(asked.text()).isEqualTo(201);
        denied("alice", "10.0.1.5", 5432, TCP);
        assertThat(told).isEmpty();
    }

    @Test
    void theNarrowestThatOpensIt() {
        resource("everything", "10.0.0.0/8", "*", "");
        resource("host", "10.0.1.5", "5432", "");
        resource("other port", "10.0.1.5", "22", "");
        denied("alice", "10.0.1.5", 5432, TCP);
        denied("alice", "10.9.9.9", 80, 17);
        assertThat(told).containsExactly("id-alice host 10.0.1.5:5432", "id-alice everything 10.9.9.9:80");
    }

    @ParameterizedTest
    @CsvSource({
        "tcp, 5432, 6, true",
        "tcp, 5432, 17, false",
        "udp, 5432, 17, true",
        "udp, 5432, 6, false",
        "both, 5433, 6, false",
        "both, 0, 1, false",
        "both, 5432, 47, false"
    })
    void onlyWhatTheResourceOpens(String protocol, int port, int number, boolean offered) {
        resource("db", "10.0.1.5", "5432", ",\"protocol\":\"" + protocol + "\"");
        denied("alice", "10.0.1.5", port, number);
        assertThat(told).hasSize(offered ? 1 : 0);
    }

    @Test
    void aPingWhereItIsOpened() {
        resource("host", "10.0.1.5", "*", "");
        denied("alice", "10.0.1.5", 0, 1);
        assertThat(told).hasSize(1);
    }

    @Test
    void whoTriesEverythingIsNotLookedUpForEver() {
        for (int i = 0; i < 50; i++) {
            resource("r" + i, "10.0.1." + i, "22", "");
        }
        for (int i = 0; i < 50; i++) {
            denied("alice", "10.0.1." + i, 22, TCP);
        }
        assertThat(told).hasSize(Offers.MAX_LOOK_UPS);
        kit.now = kit.now.plusSeconds(60);
        denied("alice", "10.0.1.49", 22, TCP);
        assertThat(told).hasSize(Offers.MAX_LOOK_UPS + 1);
    }
}
