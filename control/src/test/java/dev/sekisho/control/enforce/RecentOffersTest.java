package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.sekisho.control.request.OfferApi;
import dev.sekisho.control.request.Offers;
import dev.sekisho.control.request.RecentOffers;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.control.web.EventStream.Audience;
import dev.sekisho.control.web.Json;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Permission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What somebody finds on offer who opens the portal after their device was denied.
@Tag("R06")
@DisplayName("R06: what was denied of late and may be requested is found later, too")
class RecentOffersTest {
    private static final String ADMIN = "admin|VIEW NETWORK,MANAGE RESOURCES,MANAGE GRANTS";
    private static final String ALICE = "alice|REQUEST";
    private static final String BOB = "bob|REQUEST";
    private static final int TCP = 6;

    private final NetworkKit kit = new NetworkKit(TestDatabases.sqlite());
    private final EventStream events = new EventStream("run1");
    private final Offers.Facts facts = new Offers.Facts(kit.people, kit.resources, kit.requestStore);
    private final RecentOffers recent = new RecentOffers(kit.work, facts, kit.grants, kit.clock);
    private final Offers offers = new Offers(kit.work, facts, events, Runnable::run, kit.clock);

    @BeforeEach
    void start() {
        events.witness(recent);
        kit.role("staff");
        kit.allow("staff", Permission.REQUEST);
        kit.user("admin");
        kit.user("alice", "staff");
        kit.user("bob", "staff");
        kit.serve(new OfferApi(recent).routes());
    }

    @AfterEach
    void close() throws Exception {
        kit.close();
    }

    /// Makes a host, `10.0.1.NUMBER`, that staff may request.
    private String resource(String name, int number) {
        NetworkKit.Reply made = kit.post(
                ADMIN,
                "/resources",
                "{\"name\":\"%s\",\"cidr\":\"10.0.1.%d\",\"ports\":\"22\",\"requestableBy\":[\"staff\"],\"ticketPattern\":\"\"}"
                        .formatted(name, number));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.string("id");
    }

    private void denied(String user, int number) {
        String address = "10.0.1." + number;
        Cidr host = Cidr.parse(address);
        offers.denied(user, new Offers.Target(host.high(), host.low(), 22, TCP, address + ":22"));
    }

    /// What is on offer, as `RESOURCE DESTINATION`.
    private List<String> found(String who) {
        return kit.get(who, "/me/offers").json().getAsJsonArray("items").asList().stream()
                .map(item -> item.getAsJsonObject().get("resource").getAsString() + " "
                        + item.getAsJsonObject().get("destination").getAsString())
                .toList();
    }

    private String granted(String resource, String more) {
        NetworkKit.Reply made =
                kit.post(ADMIN, "/grants", "{\"resource\":\"%s\",\"to\":\"user:alice\"%s}".formatted(resource, more));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.string("id");
    }

    private String requested() {
        NetworkKit.Reply asked =
                kit.post(ALICE, "/requests", "{\"resource\":\"db\",\"reason\":\"x\",\"durationSeconds\":60}");
        assertThat(asked.status()).as(asked.text()).isEqualTo(201);
        return asked.string("id");
    }

    @Test
    void itsUserFindsItLaterNewestFirstAsTheEventTold() {
        String id = resource("db", 1);
        resource("web", 2);
        denied("alice", 1);
        String at = kit.now.toString();
        kit.now = kit.now.plusSeconds(60);
        denied("alice", 2);
        kit.now = kit.now.plusSeconds(60);
        assertThat(found(ALICE)).containsExactly("web 10.0.1.2:22", "db 10.0.1.1:22");
        JsonObject last = kit.get(ALICE, "/me/offers")
                .json()
                .getAsJsonArray("items")
                .get(1)
                .getAsJsonObject();
        assertThat(last.keySet()).containsExactlyInAnyOrder("id", "resource", "destination", "at");
        assertThat(last.get("id").getAsString()).isEqualTo(id);
        assertThat(last.get("at").getAsString()).isEqualTo(at);
    }

    @Test
    @Tag("C01")
    void nobodyElseFindsIt() {
        resource("db", 1);
        denied("alice", 1);
        assertThat(found(BOB)).isEmpty();
        assertThat(found("admin|REQUEST,VIEW NETWORK,APPROVE REQUESTS")).isEmpty();
        assertThat(kit.get("alice|VIEW NETWORK", "/me/offers").status()).isEqualTo(403);
        assertThat(found(ALICE)).hasSize(1);
    }

    @Test
    void itIsForgottenWithTime() {
        resource("db", 1);
        denied("alice", 1);
        kit.now = kit.now.plus(RecentOffers.LIFE).minusMillis(1);
        assertThat(found(ALICE)).hasSize(1);
        kit.now = kit.now.plusMillis(1);
        assertThat(found(ALICE)).isEmpty();
    }

    @Test
    void whatIsDeniedAgainIsFoundOnceAndLonger() {
        resource("db", 1);
        denied("alice", 1);
        kit.now = kit.now.plus(Offers.SILENCE);
        denied("alice", 1);
        kit.now = kit.now.plus(RecentOffers.LIFE).minusMillis(1);
        assertThat(found(ALICE)).containsExactly("db 10.0.1.1:22");
    }

    @Test
    void whatWasRequestedIsForgotten() {
        resource("db", 1);
        denied("alice", 1);
        requested();
        assertThat(found(ALICE)).isEmpty();
    }

    @Test
    void whatWasRequestedAndTakenBackBeforeAnybodyLookedIsForgotten() {
        resource("db", 1);
        denied("alice", 1);
        kit.now = kit.now.plusSeconds(1);
        assertThat(kit.post(ALICE, "/requests/" + requested() + "/cancel", "").status())
                .isEqualTo(200);
        assertThat(found(ALICE)).isEmpty();
    }

    @Test
    void whatWasRequestedEarlierIsOfferedAgain() {
        resource("db", 1);
        kit.post(ALICE, "/requests/" + requested() + "/cancel", "");
        kit.now = kit.now.plusSeconds(1);
        denied("alice", 1);
        assertThat(found(ALICE)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"deny\":true"})
    void whatIsOpenOrForbiddenByNowIsForgotten(String more) {
        resource("db", 1);
        denied("alice", 1);
        String grant = granted("db", more);
        assertThat(found(ALICE)).isEmpty();
        kit.send(ADMIN, "DELETE", "/grants/" + grant, Optional.empty(), Map.of());
        assertThat(found(ALICE)).isEmpty();
    }

    @Test
    void whatIsOpenLaterOnlyIsStillOffered() {
        resource("db", 1);
        denied("alice", 1);
        granted("db", ",\"from\":\"2027-01-01T00:00:00Z\"");
        assertThat(found(ALICE)).hasSize(1);
    }

    @Test
    void whatCanNoLongerBeRequestedIsForgotten() {
        String gone = resource("gone", 1);
        String closed = resource("closed", 2);
        String trap = resource("trap", 3);
        String stays = resource("stays", 4);
        IntStream.rangeClosed(1, 4).forEach(number -> denied("alice", number));
        kit.send(ADMIN, "DELETE", "/resources/" + gone, Optional.empty(), Map.of());
        kit.sql("DELETE FROM resource_requester WHERE resource_id = ?", closed);
        kit.sql("UPDATE resource SET decoy = 1 WHERE id = ?", trap);
        kit.sql("UPDATE resource SET name = 'renamed', name_key = 'renamed' WHERE id = ?", stays);
        assertThat(found(ALICE)).containsExactly("renamed 10.0.1.4:22");
    }

    @Test
    void whoLeftTheRoleFindsNothing() {
        resource("db", 1);
        denied("alice", 1);
        kit.sql("DELETE FROM role_member WHERE user_id = 'id-alice'");
        assertThat(found(ALICE)).isEmpty();
    }

    @Test
    void ofOneUserTheNewestAreRemembered() {
        int all = RecentOffers.MAX_EACH + 2;
        for (int number = 1; number <= all; number++) {
            resource("r" + number, number);
            denied("alice", number);
        }
        assertThat(found(ALICE)).hasSize(RecentOffers.MAX_EACH).first().isEqualTo("r12 10.0.1.12:22");
        assertThat(found(ALICE)).last().isEqualTo("r3 10.0.1.3:22");
    }

    @Test
    void whoWasOfferedSomethingLastIsRemembered() {
        String id = resource("db", 1);
        denied("alice", 1);
        denied("bob", 1);
        events.deliver(Offers.TOPIC, Audience.user("id-alice"), told(id, "10.0.1.1:22"));
        for (int i = 2; i <= RecentOffers.MAX_USERS; i++) {
            events.deliver(Offers.TOPIC, Audience.user("u" + i), told(id, "10.0.1.1:22"));
        }
        assertThat(found(ALICE)).hasSize(1);
        assertThat(found(BOB)).isEmpty();
    }

    private String told(String id, String destination) {
        return Json.text(new Offers.Offer(id, "as another node calls it", destination, kit.now));
    }

    @Test
    void whatAnotherNodeOfferedIsFoundHereByTheNameThatItHas() {
        String id = resource("db", 1);
        events.deliver(Offers.TOPIC, Audience.user("id-alice"), told(id, "10.0.1.1:22"));
        assertThat(found(ALICE)).containsExactly("db 10.0.1.1:22");
    }

    @Test
    void theNewerOfTwoStaysWhicheverIsHeardLast() {
        String id = resource("db", 1);
        String older = told(id, "10.0.1.1:80");
        kit.now = kit.now.plusSeconds(1);
        events.deliver(Offers.TOPIC, Audience.user("id-alice"), told(id, "10.0.1.1:22"));
        events.deliver(Offers.TOPIC, Audience.user("id-alice"), older);
        assertThat(found(ALICE)).containsExactly("db 10.0.1.1:22");
    }

    @Test
    void newsThatAreNoOfferToOneUserAreNotRemembered() {
        String id = resource("db", 1);
        events.deliver(Offers.TOPIC, Audience.everyone(), told(id, "10.0.1.1:22"));
        events.deliver(Offers.TOPIC, Audience.permission(Permission.REQUEST), told(id, "10.0.1.1:22"));
        events.deliver("request.changed", Audience.user("id-alice"), told(id, "10.0.1.1:22"));
        events.deliver(Offers.TOPIC, Audience.user("id-alice"), told(id, "x".repeat(65)));
        events.deliver(Offers.TOPIC, Audience.user("id-alice"), told("x".repeat(65), "10.0.1.1:22"));
        events.deliver(Offers.TOPIC, Audience.user("id-alice"), told("nothing", "10.0.1.1:22"));
        assertThat(found(ALICE)).isEmpty();
    }

    @Test
    void whatIsOverIsDroppedWhenSomethingElseIsOffered() {
        resource("db", 1);
        denied("bob", 1);
        kit.now = kit.now.plus(RecentOffers.LIFE).plus(Duration.ofHours(1));
        denied("alice", 1);
        kit.now = kit.now.minus(Duration.ofHours(1));
        assertThat(found(BOB)).as("is forgotten, not hidden").isEmpty();
        assertThat(found(ALICE)).hasSize(1);
    }
}
