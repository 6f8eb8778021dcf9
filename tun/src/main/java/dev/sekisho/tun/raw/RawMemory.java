package dev.sekisho.tun.raw;

import java.lang.foreign.MemorySegment;

/// All memory, by its address. Nothing is checked: a wrong address ends the process or spoils its memory. The one who
/// asks has checked its index against what it has allocated, and holds that segment, of an arena that nobody can close.
///
/// A segment's own access asks whether its arena lives and whether the place is inside it, and the compiler has to load
/// and keep what that takes: several instructions and registers for each of the dozen words that a packet needs.
public final class RawMemory {
    /// Kept in a static final field the compiler knows everything of it, so that an access is one instruction; a method
    /// around it would be one more to inline, which the packet path has none to spare of.
    public static final MemorySegment ALL = all();

    private RawMemory() {}

    /// Where memory lies that its holder may ask for here as long as it holds it.
    ///
    /// @param memory of an arena that frees it when nobody reaches it any more, or never
    /// @throws IllegalArgumentException when only one thread may use it, so that its arena is one for closing
    public static long address(MemorySegment memory) {
        if (!memory.isAccessibleBy(Thread.ofPlatform().unstarted(() -> {}))) {
            throw new IllegalArgumentException("the memory of this arena ends when it is closed");
        }
        return memory.address();
    }

    @SuppressWarnings("restricted")
    private static MemorySegment all() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }
}
