package dev.sekisho.dataplane.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.time.DeadlineQueue;
import dev.sekisho.dataplane.time.Jitter;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Times in here are seconds; each case is a line: what happens when, and what must follow when.
class PeerTimersTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = -77 * SECOND;

    private final PeerHome home = Peers.home();
    private final Peer peer = Peers.peer(home, 1);
    private final PeerTimers timers = peer.timers();
    private final List<String> log = new ArrayList<>();
    private long nowNanos = START;

    /// `sent` data, `sentEmpty`, `received` data, `receivedEmpty`, `initiated`, `complete`, `derived`,
    /// `persistent=n`, each at a second; then what fires until 2000 s.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nothing                          | 0 nop                                          |
            keepalive after received data    | 0 received                                     | 10 keepalive
            not after an empty packet        | 0 receivedEmpty                                |
            not when something went out      | 0 received, 9 sentEmpty                        |
            counted from the first data      | 0 received, 4 received                         | 10 keepalive, 20 keepalive
            anew after something went out    | 0 received, 9 sentEmpty, 12 received           | 22 keepalive
            new handshake without an answer  | 0 sent                                         | 15 revive
            counted from the first data sent | 0 sent, 14 sent                                | 15 revive
            not after an answer              | 0 sent, 14 receivedEmpty                       |
            anew after an answer             | 0 sent, 14 receivedEmpty, 20 sent              | 35 revive
            not for empty packets            | 0 sentEmpty                                    |
            keys go after three lifetimes    | 0 derived                                      | 540 forget
            counted from the last session    | 0 derived, 100 derived                         | 640 forget
            persistent keepalive             | 0 persistent=700, 1 sentEmpty                  | 701 keepalive, 1401 keepalive
            any packet puts it off           | 0 persistent=700, 1 sentEmpty, 600 receivedEmpty | 1300 keepalive, 2000 keepalive
            switched off                     | 0 persistent=700, 1 sentEmpty, 600 persistent=0 |
            no answer to the initiation      | 0 wanted, 0 initiated, 12 complete             | 5 retry, 10 retry
            """)
    void firesExactly(String name, String events, String expected) {
        run(events, 2000);
        assertThat(String.join(", ", log)).as(name).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void givesUpAfterNinetySecondsAndForgetsKeysLater() {
        run("0 wanted, 0 initiated", 3000);
        List<String> expected = new ArrayList<>();
        for (int second = 5; second < 90; second += 5) {
            expected.add(second + " retry");
        }
        expected.add("90 abandon");
        expected.add("630 forget");
        assertThat(log).isEqualTo(expected);
    }

    @Test
    void anotherReasonStartsTheNinetySecondsAnew() {
        run("0 wanted, 0 initiated, 80 wanted", 500);
        assertThat(log).contains("165 retry", "170 abandon").doesNotContain("170 retry");
    }

    @Test
    void givingUpLeavesAnEarlierEndOfKeysAlone() {
        run("0 derived, 10 wanted, 10 initiated", 3000);
        assertThat(log).contains("100 abandon", "540 forget").doesNotContain("640 forget");
    }

    @Test
    void givingUpCancelsTheKeepalive() {
        run("0 wanted, 0 initiated, 85 received", 200);
        assertThat(log).contains("90 abandon").doesNotContain("95 keepalive");
    }

    @Test
    void stopCancelsEverything() {
        run("0 wanted, 0 initiated, 0 sent, 0 received, 0 derived, 0 persistent=25, 0 sentEmpty", 1);
        timers.stop();
        assertThat(timers.nextNanos()).isEqualTo(DeadlineQueue.NEVER);
        assertThat(home.deadlines().size()).isZero();
    }

    @Test
    void deferredHandshakeComesWhenTheLastOneIsOldEnough() {
        timers.handshakeWanted(START);
        timers.handshakeDeferred(START - 2 * SECOND);
        timers.handshakeDeferred(START);
        run("8 complete", 100);
        assertThat(log).containsExactly("3 retry", "8 retry");
    }

    @Test
    void jitterDelaysHandshakesByUpToAThird() {
        var queue = new DeadlineQueue<Peer>();
        long earliest = Long.MAX_VALUE;
        long latest = 0;
        for (int i = 1; i <= 2000; i++) {
            var jittered = new PeerTimers(peer, queue, new Jitter(i, 333_000_000L));
            jittered.handshakeInitiated(0);
            earliest = Math.min(earliest, jittered.nextNanos());
            latest = Math.max(latest, jittered.nextNanos());
        }
        assertThat(earliest).isBetween(5 * SECOND, 5 * SECOND + 10_000_000L);
        assertThat(latest).isBetween(5 * SECOND + 323_000_000L, 5 * SECOND + 333_000_000L);
    }

    @Test
    void laterDeadlinesDoNotTouchTheQueue() {
        timers.dataReceived(START);
        long queued = home.deadlines().nextNanos();
        for (int i = 1; i < 9; i++) {
            timers.anyAuthenticatedPacketSent();
            timers.dataReceived(START + i * SECOND);
        }
        assertThat(home.deadlines().nextNanos()).isEqualTo(queued);
        fireUntil(START + 100 * SECOND);
        assertThat(log).containsExactly("18 keepalive");
    }

    private void run(String events, int untilSeconds) {
        var tokens = new StringTokenizer(events, ", ");
        while (tokens.hasMoreTokens()) {
            fireUntil(START + Integer.parseInt(tokens.nextToken()) * SECOND);
            happen(tokens.nextToken());
        }
        fireUntil(START + untilSeconds * SECOND);
    }

    private void happen(String event) {
        switch (event) {
            case "nop" -> {}
            case "sent" -> {
                timers.anyAuthenticatedPacketTraversal(nowNanos);
                timers.anyAuthenticatedPacketSent();
                timers.dataSent(nowNanos);
            }
            case "sentEmpty" -> {
                timers.anyAuthenticatedPacketTraversal(nowNanos);
                timers.anyAuthenticatedPacketSent();
            }
            case "received" -> {
                timers.anyAuthenticatedPacketReceived();
                timers.anyAuthenticatedPacketTraversal(nowNanos);
                timers.dataReceived(nowNanos);
            }
            case "receivedEmpty" -> {
                timers.anyAuthenticatedPacketReceived();
                timers.anyAuthenticatedPacketTraversal(nowNanos);
            }
            case "wanted" -> timers.handshakeWanted(nowNanos);
            case "initiated" -> timers.handshakeInitiated(nowNanos);
            case "complete" -> timers.handshakeComplete();
            case "derived" -> timers.sessionDerived(nowNanos);
            default -> timers.persistentInterval(Integer.parseInt(event.substring(event.indexOf('=') + 1)) * SECOND);
        }
    }

    /// As the engine does it: only when the queue says so, never late.
    private void fireUntil(long untilNanos) {
        long next = home.deadlines().nextNanos();
        while (next <= untilNanos) {
            nowNanos = next;
            Peer due = home.deadlines().pollDue(nowNanos);
            assertThat(due).isSameAs(peer);
            timers.fire(nowNanos, new Recorder(this::record));
            next = home.deadlines().nextNanos();
        }
        nowNanos = untilNanos;
    }

    private void record(String what) {
        log.add((nowNanos - START) / SECOND + " " + what);
    }

    private record Recorder(Consumer<String> record) implements PeerTimers.Actions {
        @Override
        public void retryHandshake(long nowNanos, Peer peer) {
            record.accept("retry");
            peer.timers().handshakeInitiated(nowNanos);
        }

        @Override
        public void abandonHandshake(long nowNanos, Peer peer) {
            record.accept("abandon");
        }

        @Override
        public void reviveSession(long nowNanos, Peer peer) {
            record.accept("revive");
        }

        @Override
        public void sendKeepalive(long nowNanos, Peer peer) {
            record.accept("keepalive");
            peer.timers().anyAuthenticatedPacketTraversal(nowNanos);
            peer.timers().anyAuthenticatedPacketSent();
        }

        @Override
        public void forgetKeys(long nowNanos, Peer peer) {
            record.accept("forget");
        }
    }
}
