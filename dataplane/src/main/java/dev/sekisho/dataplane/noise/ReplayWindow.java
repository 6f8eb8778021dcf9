package dev.sekisho.dataplane.noise;

import dev.sekisho.dataplane.Limits;
import java.util.Arrays;

/// Remembers which of the last 8192 counters were seen: each counter is accepted once, in any order within the
/// window.
///
/// A ring of 64-bit blocks: the block that holds the greatest counter, 128 more behind it, so that the window
/// reaches back 8191 counters from wherever the greatest one stands in its block. Moving on clears whole
/// blocks, nothing is shifted. Ask only for counters that passed authentication: [#accept] moves the window.
/// Owner: the thread that owns the key pair. About 1 KiB. Source: RFC 6479 section 3.
public final class ReplayWindow {
    private static final int BLOCK_BITS = 6;
    private static final int BLOCKS = Limits.REPLAY_WINDOW / Long.SIZE + 1;

    private final long[] blocks = new long[BLOCKS];
    private long greatest;
    /// Slot in the ring of the block that holds `greatest`.
    private int head;

    /// A window that has seen nothing: it takes counters from 0.
    public ReplayWindow() {}

    /// Takes `counter` (unsigned) when it is new: true once, false for a repeat, for one that fell out of the
    /// window, and for one at or past [Limits#REJECT_AFTER_MESSAGES].
    public boolean accept(long counter) {
        if (!inReach(counter)) {
            return false;
        }
        long ahead = (counter >>> BLOCK_BITS) - (greatest >>> BLOCK_BITS);
        if (ahead > 0) {
            advance(ahead);
        }
        int slot = slot(ahead);
        if (Long.compareUnsigned(counter, greatest) > 0) {
            greatest = counter;
        }
        long bit = 1L << counter;
        boolean isNew = (blocks[slot] & bit) == 0;
        blocks[slot] |= bit;
        return isNew;
    }

    private boolean inReach(long counter) {
        if (Long.compareUnsigned(counter, Limits.REJECT_AFTER_MESSAGES) >= 0) {
            return false;
        }
        return Long.compareUnsigned(counter, greatest) >= 0
                || Long.compareUnsigned(greatest - counter, Limits.REPLAY_WINDOW) < 0;
    }

    /// Slot of the block that is `ahead` (at most 0) blocks before the head, or of the head when it has just
    /// moved.
    private int slot(long ahead) {
        if (ahead >= 0) {
            return head;
        }
        int slot = head + (int) ahead;
        return slot < 0 ? slot + BLOCKS : slot;
    }

    /// Moves the head on by `ahead` blocks and clears the blocks that it enters.
    private void advance(long ahead) {
        if (ahead >= BLOCKS) {
            Arrays.fill(blocks, 0);
            head = 0;
            return;
        }
        for (int i = 0; i < (int) ahead; i++) {
            head = head + 1 == BLOCKS ? 0 : head + 1;
            blocks[head] = 0;
        }
    }
}
