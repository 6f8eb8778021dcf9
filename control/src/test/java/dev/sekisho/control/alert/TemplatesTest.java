package dev.sekisho.control.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.AuditRecord;
import dev.sekisho.control.audit.RequestEvent;
import dev.sekisho.control.web.Json;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Templates of alerts fill in and do nothing else.
@Tag("C07")
final class TemplatesTest {
    @Test
    void fillsInNamesAndLeavesOutWhatIsNotKnown() {
        assertThat(Templates.text(
                        "{{device}} of {{ username }}{{nothing}}!", Map.of("device", "lap", "username", "al")))
                .isEqualTo("lap of al!");
    }

    @Test
    void aValueIsNeverATemplate() {
        assertThat(Templates.text("{{a}}", Map.of("a", "{{b}} $1 \\", "b", "secret")))
                .isEqualTo("{{b}} $1 \\");
    }

    @Test
    void oneAlertStaysOneLine() {
        assertThat(Templates.text("{{a}}", Map.of("a", "x\r\nInjected: 1\u001b[31m\u202e")))
                .isEqualTo("x  Injected: 1 [31m ");
    }

    @Test
    void jsonStaysJsonWhateverTheValue() {
        String evil = "\",\"admin\":true,\"x\":\"\\ \n \u2028 </script>";

        String json = Templates.json("{\"text\":\"{{a}}\"}", Map.of("a", evil));

        assertThat(JsonParser.parseString(json).getAsJsonObject().get("text").getAsString())
                .isEqualTo(evil);
        assertThat(JsonParser.parseString(json).getAsJsonObject().size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{7*7}}", "{{a.b}}", "${a}", "#{a}", "{{a()}}", "{{#if a}}", "{%a%}", "{{}}"})
    void computesNothing(String template) {
        assertThat(Templates.text(template, Map.of("a", "x"))).isEqualTo(template);
    }

    @Test
    void readsHeaders() {
        assertThat(Templates.headers("Authorization: Bearer a:b\n\nX-Team: ops"))
                .containsExactly(Map.entry("Authorization", "Bearer a:b"), Map.entry("X-Team", "ops"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no colon", "Host: other", "content-length: 3", "Bad Name: x", ": x"})
    void refusesHeadersThatAreNone(String lines) {
        assertThatThrownBy(() -> Templates.headers(lines)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyAlertHasTheNamesOfTheProduct() {
        AuditRecord record = new AuditRecord(
                7,
                Instant.parse("2026-05-01T10:00:00Z"),
                new Actor("alice", Optional.of("u1"), Actor.Via.DEVICE, "203.0.113.9"),
                "device.locked",
                "laptop",
                "{\"device\":\"laptop\",\"user\":\"alice\",\"targets\":[\"10.0.0.1:22\"]}",
                "");

        assertThat(AlertRouter.variables(record))
                .containsEntry("event", "device.locked")
                .containsEntry("device", "laptop")
                .containsEntry("username", "alice")
                .containsEntry("applicant", "alice")
                .containsEntry("source", "203.0.113.9")
                .containsEntry("targets", "[\"10.0.0.1:22\"]");
    }

    @Test
    void anAlertOfARequestNamesApplicantResourceReasonAndTicket() {
        RequestEvent denied = new RequestEvent.Denied("r1", "alice", "db", "repair", "TK-123456", "not today");
        AuditRecord record = new AuditRecord(
                8,
                Instant.parse("2026-05-01T10:00:00Z"),
                new Actor("bob", Optional.of("u2"), Actor.Via.SESSION, ""),
                denied.action(),
                denied.target(),
                Json.text(denied),
                "");

        assertThat(Templates.text(
                        "{{event}} {{applicant}} {{resource}} {{reason}} {{ticket}} {{comment}} {{actor}}",
                        AlertRouter.variables(record)))
                .isEqualTo("request.denied alice db repair TK-123456 not today bob");
    }
}
