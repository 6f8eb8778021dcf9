package dev.sekisho.control.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.sekisho.control.flows.ChallengeIds;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.state.LockStore;
import dev.sekisho.control.totp.CodeLedger;
import dev.sekisho.control.totp.TotpVerifier;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.policy.DeviceId;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlServerTest {
    private static final String TOTP = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    /// RFC 6238 appendix B: the code of the secret above at this second.
    private static final long NOW = 1_111_111_111L;

    private static final String CODE = "050471";

    @TempDir
    Path directory = Path.of("");

    private final MemoryEnforcer enforcer = new MemoryEnforcer();
    private final EventHub hub = new EventHub();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Path socket = directory;

    @BeforeEach
    void serve() throws IOException {
        Path file = directory.resolve("policy.yaml");
        Files.writeString(file, """
                network: {interface: sk0, addresses: [10.66.0.1/24], privateKeyFile: server.key}
                users: [{name: alice, totp: %s}, {name: bob}, {name: laptop}]
                devices:
                  - {name: laptop, user: alice, publicKey: hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=, addresses: [10.66.0.2]}
                  - {name: phone, user: bob, publicKey: 3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=, addresses: [10.66.0.3]}
                """.formatted(TOTP));
        CurrentPolicy policy =
                new CurrentPolicy(enforcer, new TotpVerifier(CodeLedger.NONE, 0, 0), new PolicyFile(file).read(1));
        opened.add(policy);
        LockStore locks = LockStore.open(directory);
        ControlService service = new ControlService(
                enforcer,
                policy,
                locks,
                JsonObject::new,
                Optional.empty(),
                InstantSource.fixed(Instant.ofEpochSecond(NOW)),
                () -> 0);
        socket = new ControlSockets(directory.resolve("run")).socket("sk0");
        opened.add(ControlServer.open(socket, service, hub, 50));
        enforcer.challenges.add(MemoryEnforcer.challenge(77, "laptop", "alice"));
        enforcer.challenges.add(MemoryEnforcer.challenge(78, "phone", "bob"));
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void onlyTheOwnerReachesTheSocket() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("run"))))
                .isEqualTo("rwx------");
        assertThat(new ControlSockets(directory.resolve("run")).interfaces()).containsExactly("sk0");
        assertThat(new ControlSockets(directory.resolve("none")).interfaces()).isEmpty();
    }

    @Test
    void aRightCodeApprovesOnce() throws IOException {
        String id = ChallengeIds.text(77);
        assertThat(ask("approve", "id", id, "code", CODE).get("user").getAsString())
                .isEqualTo("alice");
        assertThat(enforcer.settled).containsExactly("77 true");
        enforcer.challenges.add(MemoryEnforcer.challenge(79, "laptop", "alice"));
        assertError("the code is wrong, or was used before", "approve", "id", ChallengeIds.text(79), "code", CODE);
        assertError("no challenge '" + id + "' is open", "approve", "id", id, "code", CODE);
        assertThat(enforcer.settled).hasSize(1);
    }

    @Test
    void tenWrongCodesLockTheUserOut() throws IOException {
        String id = ChallengeIds.text(77);
        for (int i = 0; i < TotpVerifier.MAX_FAILURES; i++) {
            assertError("the code is wrong, or was used before", "approve", "id", id, "code", "000000");
        }
        assertError(
                "too many wrong codes for user 'alice': locked out for up to 15 minutes",
                "approve",
                "id",
                id,
                "code",
                CODE);
        assertThat(enforcer.settled).isEmpty();
        ask("deny", "id", id);
        assertThat(enforcer.settled).containsExactly("77 false");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "approve | id | 00000000 | no challenge '00000000' is open",
                "approve | id | abc | 'abc' is no id of a challenge: it has 8 letters and digits",
                "approve | x | y | the request has no 'id'",
                "deny | id | uuuuuuuu | 'uuuuuuuu' is no id of a challenge: it has 8 letters and digits",
                "lock | device | nobody | there is no device 'nobody'",
                "unlock | device | `` | a device name has 1 to 128 characters",
                "fly | x | y | there is no verb 'fly'",
                "explain | subject | carol | there is no user and no device 'carol'",
                "explain | subject | laptop | 'laptop' is a user and a device: write user:laptop or device:laptop",
                "explain | subject | alice | the request has no 'destination'",
                "origin | remote | 10.1:80 | '10.1:80' is not IP:PORT: '10.1' is not an IP address",
                "origin | remote | fd00::1:80 | 'fd00::1:80' is not IP:PORT; IPv6 goes in brackets",
            })
    void whatCantBeDoneIsOneSentence(String verb, String key, String value, String sentence) throws IOException {
        assertError(sentence, verb, key, value);
    }

    @Test
    void aUserWithoutASecondFactorIsToldSo() throws IOException {
        assertError(
                "user 'bob' has no TOTP secret here: approve it in the portal, or put one into the policy file",
                "approve",
                "id",
                ChallengeIds.text(78),
                "code",
                CODE);
    }

    @Test
    void locksAreOnDiskWhenTheAnswerComes() throws IOException {
        ask("lock", "device", "phone", "note", "lost");
        assertThat(enforcer.locked).containsExactly(new DeviceId("phone"));
        assertThat(LockStore.open(directory)
                        .find(new DeviceId("phone"))
                        .orElseThrow()
                        .note())
                .isEqualTo("lost");
        JsonObject device = ask("devices").getAsJsonArray("devices").get(1).getAsJsonObject();
        assertThat(device.getAsJsonObject("lock").get("reason").getAsString()).isEqualTo("admin");
        assertThat(ask("unlock", "device", "phone").get("wasLocked").getAsBoolean())
                .isTrue();
        assertThat(enforcer.locked).isEmpty();
        assertThat(LockStore.open(directory).devices()).isEmpty();
    }

    @Test
    @Tag("N18")
    void devicesHaveRatesBesideTheirCounters() throws IOException {
        JsonObject device = ask("devices").getAsJsonArray("devices").get(0).getAsJsonObject();
        assertThat(device.get("receivedBytesPerSecond").getAsLong()).isEqualTo(512);
        assertThat(device.get("sentBytesPerSecond").getAsLong()).isZero();
    }

    @Test
    void explainGoesToTheUserOfTheDevice() throws IOException {
        JsonObject answer = ask("explain", "subject", "phone", "destination", "[fd00::5]:0", "protocol", "icmp");
        assertThat(answer.get("user").getAsString()).isEqualTo("bob");
        assertThat(answer.getAsJsonArray("lines").get(0).getAsString())
                .isEqualTo("bob /[fd00:0:0:0:0:0:0:5]:0 58 0 " + NOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[]", "{", "1", "{\"verb\": \"status\"} x", "{verb: status}"})
    void whatIsNoRequestIsRefusedAndTheNextOneServed(String line) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap((line + "\n{\"verb\":\"status\"}\n").getBytes(StandardCharsets.UTF_8)));
            String answers = readLines(channel, 2);
            assertThat(answers)
                    .startsWith("{\"error\":\"a request is one JSON object")
                    .contains("\"version\":1");
        }
    }

    @Test
    void anEndlessLineIsRefused() throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(
                    ("{".repeat(3 * ControlConversation.MAX_LINE_BYTES) + "\n").getBytes(StandardCharsets.UTF_8)));
            assertThat(readLines(channel, 1)).startsWith("{\"error\":\"a request is one JSON object");
        }
    }

    @Test
    void followersGetEveryEventInOrder() throws IOException {
        List<String> got = new ArrayList<>();
        try (ControlClient client = ControlClient.connect(socket)) {
            client.follow(
                    () -> {
                        for (int i = 0; i < 100; i++) {
                            hub.publish(unlocked(i));
                        }
                    },
                    event -> got.add(event.get("time").getAsString()) && got.size() < 100);
        }
        assertThat(got).hasSize(100).isSorted();
    }

    /// A follower that never reads is dropped and the publisher never waits; its slot is free again.
    @Test
    void aFollowerThatDoesNotReadIsDropped() throws Exception {
        for (int round = 0; round < ControlServer.MAX_CONNECTIONS + 2; round++) {
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                channel.write(ByteBuffer.wrap("{\"verb\":\"follow\"}\n".getBytes(StandardCharsets.UTF_8)));
                assertThat(readLines(channel, 1)).contains("following");
                CountDownLatch dropped = new CountDownLatch(1);
                // One more who doesn't read, in this process: when it overflows so has, or will, the other.
                hub.subscribe(dropped::countDown);
                for (int i = 0; i < 20 * EventHub.QUEUE_EVENTS && round == 0; i++) {
                    hub.publish(unlocked(i));
                }
                if (round == 0) {
                    dropped.await();
                    assertThat(readToEnd(channel)).isTrue();
                }
            }
        }
    }

    /// Who asks again and again and never reads is hung up on; his slot is free again.
    @Test
    @Timeout(60)
    void whoDoesNotReadItsAnswersIsDropped() throws IOException {
        byte[] question = "{\"verb\":\"devices\"}\n".getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < ControlServer.MAX_CONNECTIONS + 2; round++) {
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                channel.configureBlocking(false);
                assertThatThrownBy(() -> askForEver(channel, question))
                        .as("hung up on")
                        .isInstanceOf(IOException.class);
            }
        }
        assertThat(ask("status").get("version").getAsLong()).isEqualTo(1);
    }

    private static void askForEver(SocketChannel channel, byte[] question) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(question);
        while (!Thread.currentThread().isInterrupted()) {
            channel.write(rest);
            if (!rest.hasRemaining()) {
                rest.rewind();
            }
        }
        throw new AssertionError("nobody hung up");
    }

    @Test
    void aSlowFollowerIsToldBeforeItIsDropped() throws InterruptedException {
        CountDownLatch overflow = new CountDownLatch(1);
        try (EventHub.Subscription subscription = hub.subscribe(overflow::countDown)) {
            for (int i = 0; i < EventHub.QUEUE_EVENTS; i++) {
                hub.publish(unlocked(i));
            }
            assertThat(subscription.isOverflowed()).isFalse();
            hub.publish(unlocked(0));
            overflow.await();
            for (int i = 0; i < EventHub.QUEUE_EVENTS; i++) {
                assertThat(subscription.next(0)).isNotNull();
            }
            assertThat(subscription.next(Long.MAX_VALUE)).isNull();
            assertThat(subscription.isOverflowed()).isTrue();
        }
    }

    private static CheckpointEvent unlocked(long epochMillis) {
        return new CheckpointEvent.DeviceUnlocked(epochMillis, new DeviceId("laptop"), null);
    }

    private static String readLines(SocketChannel channel, int count) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        int lines = 0;
        while (lines < count && channel.read(one) > 0) {
            char c = (char) one.flip().get();
            one.clear();
            text.append(c);
            lines += c == '\n' ? 1 : 0;
        }
        return text.toString();
    }

    /// Reads until the other side hangs up.
    private static boolean readToEnd(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (channel.read(buffer) >= 0) {
            buffer.clear();
        }
        return true;
    }

    private void assertError(String sentence, String verb, String... keysAndValues) {
        assertThatThrownBy(() -> ask(verb, keysAndValues))
                .isInstanceOf(ControlException.class)
                .hasMessage(sentence);
    }

    private JsonObject ask(String verb, String... keysAndValues) throws IOException {
        JsonObject request = new JsonObject();
        request.addProperty("verb", verb);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            request.addProperty(keysAndValues[i], keysAndValues[i + 1]);
        }
        try (ControlClient client = ControlClient.connect(socket)) {
            return client.ask(request);
        }
    }
}
