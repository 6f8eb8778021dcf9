package dev.sekisho.tun.linux;

import dev.sekisho.tun.TunException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory that is freed when nobody reaches it any more, as that of [Arena#ofAuto()], of which large pieces take room
/// only where they have been written to: the JDK's own is set to zero by hand, and so taken in whole at once.
/// Thread-safe.
///
/// Source: mmap(2).
final class PageArena implements Arena {
    /// From here on the pages are worth a system call.
    private static final long LARGE_BYTES = 1L << 18;

    /// The smallest page of any processor we run on.
    private static final long PAGE_BYTES = 4096;

    private final Arena auto = Arena.ofAuto();

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        if (byteSize < LARGE_BYTES || byteAlignment > PAGE_BYTES) {
            return auto.allocate(byteSize, byteAlignment);
        }
        try (Arena call = Arena.ofConfined()) {
            long address = Libc.mapPages(Libc.capture(call), byteSize);
            if (address < 0) {
                throw new TunException(
                        "no memory for a table of " + byteSize + " bytes: " + Errno.name((int) -address));
            }
            return Libc.pages(address, byteSize, auto);
        }
    }

    @Override
    public MemorySegment.Scope scope() {
        return auto.scope();
    }

    @Override
    public void close() {
        auto.close();
    }
}
