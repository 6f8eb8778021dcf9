package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.UserId;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whatever ends or locks something is recorded, however long nobody takes the records.
@Tag("N17")
class RecordsAtTheEndTest {
    private static final int FLOWS = 10;

    private final CheckpointLab lab = new CheckpointLab();

    @Test
    @DisplayName("N17: at the stop all ends are handed out as soon as there is room")
    void allEndsAreHandedOut() {
        open();
        lab.room = 0;
        lab.checkpoint.close(lab.nowNanos);
        assertThat(closed()).isZero();
        assertThat(lab.checkpoint.settleEvents()).as("some wait").isTrue();
        lab.room = 4;
        assertThat(lab.checkpoint.settleEvents()).as("some wait").isTrue();
        assertThat(closed()).isEqualTo(4);
        lab.room = FLOWS;
        assertThat(lab.checkpoint.settleEvents()).as("some wait").isFalse();
        assertThat(closed()).isEqualTo(FLOWS);
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.SHUTDOWN);
        lab.checkpoint.abandonEvents();
        assertThat(lab.checkpoint.lostEvents()).isZero();
    }

    @Test
    @DisplayName("N17: ends that nobody takes any more are counted")
    void whatNobodyTakesIsCounted() {
        open();
        lab.room = 3;
        lab.checkpoint.close(lab.nowNanos);
        lab.checkpoint.abandonEvents();
        assertThat(closed()).isEqualTo(3);
        assertThat(lab.checkpoint.lostEvents()).isEqualTo(FLOWS - 3);
        assertThat(lab.checkpoint.settleEvents()).isFalse();
    }

    private void open() {
        lab.policy.resource("web", "10.0.1.0/24", "443").allow("web", "web", "alice");
        lab.enforce();
        for (int n = 0; n < FLOWS; n++) {
            lab.connect(lab.alice, "10.66.0.2:" + (1024 + n), "10.0.1.5:443");
        }
    }

    private int closed() {
        return lab.events(CheckpointEvent.FlowClosed.class).size();
    }

    @Test
    @DisplayName("N17: a lock and the end of a flow are never lost for want of room; what is, is counted")
    void locksAndEndsAreNeverLost() {
        List<CheckpointEvent> taken = new ArrayList<>();
        Full out = new Full(taken);
        Journal journal = new Journal(out);
        DeviceId device = new DeviceId("laptop");
        for (int n = 0; n <= Limits.OWED_EVENTS; n++) {
            journal.record(new CheckpointEvent.DeviceUnlocked(n, device, null));
        }
        assertThat(journal.lost()).isEqualTo(1);
        assertThat(journal.hasRoom()).isFalse();
        CheckpointEvent lock = new CheckpointEvent.DeviceLocked(1, device, null, LockReason.SCAN, List.of());
        CheckpointEvent end = new CheckpointEvent.FlowClosed(
                1,
                2,
                device,
                new UserId("alice"),
                new FlowTuple(0, 1, 2, 0, 3, 4, 6),
                new GrantId("grant"),
                new ResourceId("resource"),
                true,
                false,
                1,
                new FlowTraffic(1, 1, 1, 1),
                CloseReason.SHUTDOWN);
        journal.record(lock);
        journal.record(end);
        assertThat(journal.lost()).isEqualTo(1);
        out.full = false;
        journal.settle();
        assertThat(journal.isOwing()).isFalse();
        assertThat(taken).hasSize(Limits.OWED_EVENTS + 2).endsWith(lock, end);
    }

    /// Takes nothing until somebody makes room.
    private static final class Full implements CheckpointOutput {
        private final List<CheckpointEvent> taken;
        private boolean full = true;

        Full(List<CheckpointEvent> taken) {
            this.taken = taken;
        }

        @Override
        public boolean hasRoom(int count) {
            return !full;
        }

        @Override
        public boolean event(CheckpointEvent event) {
            return !full && taken.add(event);
        }

        @Override
        public void released(MemorySegment memory, long offset, int lengthBytes, Passage passage) {
            throw new AssertionError("a journal has no packets");
        }

        @Override
        public void reply(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
            throw new AssertionError("a journal has no packets");
        }

        @Override
        public void toTarget(MemorySegment memory, long offset, int lengthBytes, boolean handedOff) {
            throw new AssertionError("a journal has no packets");
        }
    }
}
