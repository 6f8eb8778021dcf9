package dev.sekisho.control.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class AcceptLoopTest {
    private final Queue<AcceptLoop.Listener> script = new ArrayDeque<>();
    private final Semaphore slots = new Semaphore(2);
    private final List<SocketChannel> served = new ArrayList<>();
    private final List<Long> pauses = new ArrayList<>();

    @Test
    void failureIsNoReasonToStop() throws IOException {
        try (SocketChannel connection = SocketChannel.open()) {
            for (int i = 0; i < 5; i++) {
                script.add(AcceptLoopTest::noDescriptors);
            }
            script.add(() -> connection);
            script.add(AcceptLoopTest::noDescriptors);
            run();
            assertThat(served).containsExactly(connection);
            assertThat(pauses).hasSize(6).containsOnly(AcceptLoop.PAUSE_MILLIS);
            assertThat(slots.availablePermits())
                    .as("the connection served keeps its own")
                    .isEqualTo(1);
        }
    }

    @Test
    void closedListenerEndsIt() {
        run();
        assertThat(pauses).isEmpty();
        assertThat(slots.availablePermits()).isEqualTo(2);
    }

    @Test
    void interruptionEndsAPause() {
        script.add(AcceptLoopTest::noDescriptors);
        new AcceptLoop("test", this::next, slots, served::add, millis -> {
                    throw new InterruptedException();
                })
                .run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(slots.availablePermits()).isEqualTo(2);
    }

    private void run() {
        new AcceptLoop("test", this::next, slots, served::add, pauses::add).run();
    }

    /// Does the next thing of the script; behind its end the listener is closed.
    private SocketChannel next() throws IOException {
        AcceptLoop.Listener step = script.poll();
        if (step == null) {
            throw new ClosedChannelException();
        }
        return step.accept();
    }

    private static SocketChannel noDescriptors() throws IOException {
        throw new IOException("Too many open files");
    }
}
