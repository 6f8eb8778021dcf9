package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests for access, from the question to the end of what they gave.
@Tag("R06")
@DisplayName("R06: requests for access")
@Timeout(120)
class AccessRequestTest {
    private static final String ADMIN = "admin|VIEW NETWORK,MANAGE RESOURCES,MANAGE GRANTS";
    private static final String ALICE = "alice|REQUEST";
    private static final String BOB = "bob|REQUEST,APPROVE REQUESTS";
    private static final String CAROL = "carol|APPROVE REQUESTS";
    private static final String ASK =
            "{\"resource\":\"db\",\"reason\":\"repair\",\"ticket\":\"TK-123456\",\"durationSeconds\":3600}";

    private final NetworkKit kit = new NetworkKit(TestDatabases.sqlite());

    @BeforeEach
    void serve() {
        kit.role("staff");
        kit.role("dba", "staff");
        kit.role("approvers");
        for (String name : List.of("admin", "outsider")) {
            kit.user(name);
        }
        kit.user("alice", "dba");
        kit.user("bob", "staff", "approvers");
        kit.user("carol", "approvers");
        kit.user("dave");
        kit.serve(List.of());
        resource("\"approvals\":2,\"approverRole\":\"approvers\"");
    }

    @AfterEach
    void close() throws Exception {
        kit.close();
    }

    private void resource(String more) {
        NetworkKit.Reply reply = kit.post(
                ADMIN,
                "/resources",
                "{\"name\":\"db\",\"cidr\":\"10.0.1.5\",\"ports\":\"5432\",\"requestableBy\":[\"staff\"],%s}"
                        .formatted(more));
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    }

    private String asked() {
        NetworkKit.Reply reply = kit.post(ALICE, "/requests", ASK);
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply.string("id");
    }

    private NetworkKit.Reply decide(String who, String id, String verb) {
        return kit.post(who, "/requests/" + id + "/" + verb, "{\"comment\":\"ok\"}");
    }

    private JsonObject reach() {
        return kit.get(ALICE, "/me/resources")
                .json()
                .getAsJsonArray("items")
                .get(0)
                .getAsJsonObject();
    }

    @Test
    void theLastApprovalGivesAccessForATime() {
        assertThat(reach().get("access").getAsString()).isEqualTo("requestable");
        String id = asked();
        NetworkKit.Reply first = decide(BOB, id, "approve");
        assertThat(first.string("state")).isEqualTo("open");
        assertThat(kit.get(ADMIN, "/grants").json().get("total").getAsInt()).isZero();
        NetworkKit.Reply second = decide(CAROL, id, "approve");
        assertThat(second.string("state")).isEqualTo("approved");
        assertThat(second.string("accessUntil")).isEqualTo("2026-01-05T11:00:00Z");
        assertThat(reach().get("access").getAsString()).isEqualTo("granted");
        assertThat(reach().get("until").getAsString()).isEqualTo("2026-01-05T11:00:00Z");
        assertThat(kit.audit())
                .contains("alice request.created db", "bob request.supported db", "carol request.approved db")
                .contains("carol grant.created db");
    }

    @Test
    void accessEndsByItself() {
        String id = asked();
        decide(BOB, id, "approve");
        decide(CAROL, id, "approve");
        kit.now = kit.now.plus(Duration.ofHours(1));
        assertThat(kit.requests.sweep()).isEqualTo(1);
        assertThat(kit.requests.sweep()).isZero();
        assertThat(kit.get(ALICE, "/requests/" + id).string("state")).isEqualTo("ended");
        assertThat(kit.get(ADMIN, "/grants").json().get("total").getAsInt()).isZero();
        assertThat(kit.audit()).contains("system grant.revoked db", "system request.ended db");
        assertThat(kit.post(ALICE, "/requests", ASK).status()).isEqualTo(201);
    }

    @Test
    void nobodyDecidesOnTheirOwnRequest() {
        String id = kit.post(BOB, "/requests", ASK).string("id");
        assertThat(decide(BOB, id, "approve").status()).isEqualTo(403);
        assertThat(decide(BOB, id, "deny").status()).isEqualTo(403);
    }

    private boolean mayDecide(String who, String id) {
        boolean one = kit.get(who, "/requests/" + id).json().get("mayDecide").getAsBoolean();
        boolean listed = kit.get(who, "/requests").json().getAsJsonArray("items").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .anyMatch(item -> item.get("id").getAsString().equals(id)
                        && item.get("mayDecide").getAsBoolean());
        assertThat(listed).isEqualTo(one);
        return one;
    }

    @Test
    void theInboxKnowsWhoMayDecide() {
        String id = asked();
        assertThat(mayDecide(BOB, id)).isTrue();
        assertThat(mayDecide("bob|REQUEST,VIEW NETWORK,APPROVE REQUESTS", id)).isTrue();
        assertThat(mayDecide(ALICE, id)).as("without the permission").isFalse();
        assertThat(mayDecide("alice|APPROVE REQUESTS", id)).as("one's own").isFalse();
        assertThat(mayDecide("dave|APPROVE REQUESTS", id)).as("no approver").isFalse();
        assertThat(decide(BOB, id, "approve").json().get("mayDecide").getAsBoolean())
                .isFalse();
        assertThat(mayDecide(BOB, id)).as("who has decided").isFalse();
        assertThat(mayDecide(CAROL, id)).isTrue();
        decide(CAROL, id, "deny");
        assertThat(mayDecide(CAROL, id)).as("what is decided").isFalse();
    }

    @Test
    void whatIsRecordedOfItsEndSaysWhatItWasFor() {
        String id = asked();
        decide(BOB, id, "approve");
        decide(CAROL, id, "approve");
        kit.now = kit.now.plus(Duration.ofHours(1));
        kit.requests.sweep();
        List<String> details = kit.work.read(transaction -> Sql.of(transaction)
                .list(
                        row -> row.text("details"),
                        "SELECT details FROM audit_record WHERE action LIKE 'request.%' ORDER BY seq"));
        assertThat(details)
                .hasSize(4)
                .allSatisfy(text -> assertThat(text)
                        .contains("\"user\":\"alice\"", "\"resource\":\"db\"", "\"reason\":\"repair\"")
                        .contains("\"ticket\":\"TK-123456\""));
    }

    @Test
    void nobodyDecidesTwice() {
        String id = asked();
        decide(BOB, id, "approve");
        assertThat(decide(BOB, id, "approve").status()).isEqualTo(409);
        assertThat(kit.get(ALICE, "/requests/" + id).string("state")).isEqualTo("open");
    }

    @Test
    void onlyTheApproverRoleDecides() {
        String id = asked();
        NetworkKit.Reply reply = decide("dave|APPROVE REQUESTS", id, "approve");
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.detail()).contains("approvers");
        assertThat(decide("dave", id, "approve").status()).isEqualTo(403);
    }

    @Test
    void oneDenialIsEnough() {
        String id = asked();
        assertThat(decide(CAROL, id, "deny").string("state")).isEqualTo("denied");
        assertThat(decide(BOB, id, "approve").status()).isEqualTo(409);
    }

    @Test
    void aRequestExpires() {
        String id = asked();
        kit.now = kit.now.plus(Duration.ofDays(1));
        assertThat(decide(BOB, id, "approve").status()).isEqualTo(409);
        assertThat(kit.get(ALICE, "/requests/" + id).string("state")).isEqualTo("expired");
        assertThat(kit.requests.sweep()).isEqualTo(1);
        assertThat(kit.audit()).contains("system request.expired db");
    }

    @Test
    void whoAskedTakesItBackAndNobodyElse() {
        String id = asked();
        assertThat(decide("bob", id, "cancel").status()).isEqualTo(404);
        assertThat(kit.post(ALICE, "/requests", ASK).status())
                .as("one at a time")
                .isEqualTo(409);
        assertThat(decide(ALICE, id, "cancel").string("state")).isEqualTo("cancelled");
        assertThat(decide(ALICE, id, "cancel").status()).isEqualTo(409);
    }

    @Test
    void accessCanBeGivenBack() {
        String id = asked();
        decide(BOB, id, "approve");
        decide(CAROL, id, "approve");
        assertThat(decide(ALICE, id, "cancel").string("state")).isEqualTo("ended");
        assertThat(kit.get(ADMIN, "/grants").json().get("total").getAsInt()).isZero();
    }

    @Test
    void othersSeeNothing() {
        String id = asked();
        assertThat(kit.get("outsider|REQUEST", "/requests/" + id).status()).isEqualTo(404);
        assertThat(kit.get("outsider|REQUEST", "/requests").json().get("total").getAsInt())
                .isZero();
        assertThat(kit.get(BOB, "/requests").json().get("total").getAsInt()).isEqualTo(1);
        assertThat(kit.get(BOB, "/requests?own=true").json().get("total").getAsInt())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "alice; 400; {\"resource\":\"db\",\"reason\":\"x\",\"ticket\":\"TK-12345\",\"durationSeconds\":3600}",
                "alice; 400; {\"resource\":\"db\",\"reason\":\"x\",\"ticket\":\"xTK-123456\",\"durationSeconds\":3600}",
                "alice; 400; {\"resource\":\"db\",\"reason\":\"x\",\"durationSeconds\":3600}",
                "alice; 400; {\"resource\":\"db\",\"reason\":\" \",\"ticket\":\"TK-123456\",\"durationSeconds\":3600}",
                "alice; 400; {\"resource\":\"db\",\"reason\":\"x\",\"ticket\":\"TK-123456\",\"durationSeconds\":59}",
                "alice; 400; {\"resource\":\"db\",\"reason\":\"x\",\"ticket\":\"TK-123456\",\"durationSeconds\":28801}",
                "alice; 403; {\"resource\":\"nothing\",\"reason\":\"x\",\"ticket\":\"TK-123456\",\"durationSeconds\":3600}",
                "outsider; 403; {\"resource\":\"db\",\"reason\":\"x\",\"ticket\":\"TK-123456\",\"durationSeconds\":3600}"
            })
    void whatTheResourceDoesNotAllowIsRefused(String who, int status, String body) {
        assertThat(kit.post(who + "|REQUEST", "/requests", body).status()).isEqualTo(status);
    }

    @Test
    @Timeout(20)
    void aPatternThatNeverEndsRefuses() {
        kit.sql("UPDATE resource SET ticket_pattern = ?", "(a+)+b");
        NetworkKit.Reply reply = kit.post(
                ALICE,
                "/requests",
                "{\"resource\":\"db\",\"reason\":\"x\",\"ticket\":\"%s\",\"durationSeconds\":3600}"
                        .formatted("a".repeat(60)));
        assertThat(reply.status()).isEqualTo(400);
    }
}
