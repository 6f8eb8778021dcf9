package dev.sekisho.control.demo;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sekisho.control.totp.TotpSecret;
import java.io.IOException;
import java.util.Locale;

/// What the demo shows, scene by scene. Each ends with a [DemoException] unless everything it tells was observed. One
/// owner thread.
///
/// @param client the device
/// @param target the host behind the server
/// @param verbs the administrator
/// @param events what happens on the checkpoint
/// @param narrator tells the story
record Scenes(DemoChild client, DemoChild target, Verbs verbs, EventTail events, Narrator narrator) {
    private static final int PINGS = 5;
    private static final int PING_MILLIS = 3_000;

    /// For the ping that must not come back.
    private static final int VAIN_PING_MILLIS = 300;

    /// One more than the policy's threshold.
    private static final int SCANNED_PORTS = 26;

    private static final String INTRANET = DemoNetwork.TARGET + ":" + DemoPage.PORT;

    /// What a grant without second factor lets through: handshake, pings, a big file.
    void traffic(int mebibytes) throws IOException {
        long start = System.nanoTime();
        long[] first = client.ask("ping 1 " + PING_MILLIS);
        Narrator.require(first[0] == 1, "nothing came back through the tunnel");
        narrator.step("handshake and first packet to the target and back", start);
        start = System.nanoTime();
        long[] pings = client.ask("ping " + PINGS + " " + PING_MILLIS);
        Narrator.require(pings[0] == PINGS, "only " + pings[0] + " of " + PINGS + " pings came back");
        narrator.step(
                String.format(
                        Locale.ROOT,
                        "%d pings: shortest %.2f, mean %.2f, longest %.2f ms",
                        PINGS,
                        pings[1] / 1e6,
                        pings[2] / 1e6,
                        pings[3] / 1e6),
                start);
        long crc = target.ask("serve " + mebibytes)[0];
        start = System.nanoTime();
        long[] fetched = client.ask("fetch");
        Narrator.require(fetched[0] == (long) mebibytes << 20 && fetched[2] == crc, "the file arrived damaged");
        narrator.step(
                String.format(
                        Locale.ROOT,
                        "%d MiB over HTTP, a grant without second factor, checksum right: %.2f Gbit/s",
                        mebibytes,
                        fetched[0] * 8.0 / fetched[1]),
                start);
    }

    /// A request that waits at the gate until the user's code is there, and then goes on as if nothing had been.
    void heldUntilApproved(TotpSecret app) throws IOException {
        target.ask("pages");
        long start = System.nanoTime();
        client.tell("page");
        JsonObject needed = events.await("challenge-needed", narrator);
        narrator.say("");
        narrator.step("a request to http://" + INTRANET + ", granted with second factor: it is held and waits", start);
        JsonArray challenges = verbs.challenges();
        String id = needed.get("id").getAsString();
        Narrator.require(
                challenges.size() == 1
                        && challenges
                                .get(0)
                                .getAsJsonObject()
                                .get("id")
                                .getAsString()
                                .equals(id),
                "the open challenge is not the one of the request");
        Narrator.require(!client.hasAnswered(), "the request was not held");
        verbs.approve(id, app.codeAt(System.currentTimeMillis() / 1_000));
        long[] page = client.result();
        Narrator.require(page[2] == 1, "the page did not arrive on the connection that was held");
        narrator.say("");
        narrator.step(
                String.format(
                        Locale.ROOT,
                        "the page arrived on the same connection, opened %.2f s before and held until the code",
                        page[0] / 1e9),
                start);
    }

    /// Why one thing may be reached and another not.
    void explained() throws IOException {
        Narrator.require(
                verbs.explain(DemoFiles.USER, INTRANET).contains("intranet"),
                "the explanation does not name the rule that let the page through");
        Narrator.require(
                !verbs.explain(DemoFiles.DEVICE, DemoNetwork.FORBIDDEN + ":443").isBlank(),
                "there is no explanation of a refusal");
    }

    /// A scan of ports that nobody granted.
    void scanLocksTheDevice() throws IOException {
        long start = System.nanoTime();
        client.ask("scan " + SCANNED_PORTS);
        JsonObject locked = events.await("device-locked", narrator);
        Narrator.require(
                locked.get("device").getAsString().equals(DemoFiles.DEVICE)
                        && locked.getAsJsonArray("targets").size() == SCANNED_PORTS,
                "the lock does not name the " + SCANNED_PORTS + " targets of the scan: " + locked);
        narrator.say("");
        narrator.step(
                "a scan of " + SCANNED_PORTS + " ports on " + DemoNetwork.FORBIDDEN
                        + ": the last one locked the device",
                start);
        start = System.nanoTime();
        Narrator.require(
                client.ask("ping 1 " + VAIN_PING_MILLIS)[0] == 0, "a locked device still gets something through");
        narrator.step("a ping that was granted before gets no answer any more", start);
        Narrator.require(verbs.devices().get("locked").getAsBoolean(), "the device is not shown as locked");
    }

    /// An administrator trusts the device again.
    void unlocked() throws IOException {
        long start = System.nanoTime();
        verbs.unlock(DemoFiles.DEVICE);
        events.await("device-unlocked", narrator);
        Narrator.require(client.ask("ping 1 " + PING_MILLIS)[0] == 1, "the unlocked device gets nothing through");
        narrator.say("");
        narrator.step("the device is unlocked, the ping is answered again", start);
    }
}
