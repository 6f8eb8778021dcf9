package dev.sekisho.control.show;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ControlTextTest {
    private static final ControlText TEXT = new ControlText(new Palette(false));

    @Test
    void aLockedDeviceIsTheOneWithItsEvidence() {
        assertThat(TEXT.devices(
                        devices("\"1.1.1.1:1\", \"1.1.1.1:2\", \"1.1.1.1:3\", \"1.1.1.1:4\", \"1.1.1.1:5\"", "")))
                .endsWith("""
                        phone is locked since 2026-01-01T00:00:00.000Z
                          tried 1.1.1.1:1, 1.1.1.1:2, 1.1.1.1:3, 1.1.1.1:4 and 1 more
                        """)
                .contains("locked (scan)")
                .doesNotContain("laptop is");
    }

    @Test
    void fewTargetsAreToldInFull() {
        assertThat(TEXT.devices(devices("\"1.1.1.1:1\", \"1.1.1.1:2\"", "")))
                .endsWith("  tried 1.1.1.1:1, 1.1.1.1:2\n");
    }

    @Test
    void aLockByHandHasItsReasonAndNoTargets() {
        assertThat(TEXT.devices(devices("", "lost"))).endsWith("since 2026-01-01T00:00:00.000Z: lost\n");
    }

    @Test
    @Tag("N18")
    void ratesStandBesideTheCounters() {
        assertThat(TEXT.devices(devices("", ""))).contains("1.50 MiB/s", "12 B/s", "0 B/s");
    }

    @Test
    void aNodeSaysWhatIsInForceThereAndWhyNothingNewerIs() {
        assertThat(TEXT.nodes(JsonParser.parseString("""
                        [{"name": "gate-1:8443", "version": "1", "answering": true, "alive": true, "state": "well",
                          "policyVersion": 412},
                         {"name": "gate-2:8443", "version": "1", "answering": false, "alive": true, "state": "failing",
                          "policyVersion": 400, "failingSince": "2026-01-01T00:00:00Z", "lastError": "no room"},
                         {"name": "gate-3:8443", "version": "1", "answering": false, "alive": false, "state": "silent",
                          "seenAt": "2026-01-01T00:00:00Z", "policyVersion": 400}]
                        """).getAsJsonArray()))
                .contains(
                        "412     well (this one)",
                        "400     failing since 2026-01-01T00:00:00Z: no room",
                        "400     silent");
    }

    private static JsonArray devices(String targets, String note) {
        return JsonParser.parseString("""
                [{"device": "laptop", "user": "alice", "addresses": [], "receivedBytes": 0, "sentBytes": 0,
                  "receivedBytesPerSecond": 1572864, "sentBytesPerSecond": 12, "flows": 0, "locked": false},
                 {"device": "phone", "user": "bob", "addresses": [], "receivedBytes": 0, "sentBytes": 0,
                  "receivedBytesPerSecond": 0, "sentBytesPerSecond": 0, "flows": 0, "locked": true, "lock": {"reason": "scan", "since": "2026-01-01T00:00:00.000Z", "note": "%s",
                                           "targets": [%s]}}]
                """.formatted(note, targets)).getAsJsonArray();
    }
}
