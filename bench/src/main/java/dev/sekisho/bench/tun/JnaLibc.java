package dev.sekisho.bench.tun;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/// The C library by JNA, both ways: direct mapping (native methods of this class) and interface mapping.
/// Stateless.
final class JnaLibc {
    /// Interface mapping: a proxy that looks the function up per call.
    interface Mapped extends Library {
        long write(int fd, Pointer bytes, long length);

        long sendto(int fd, Pointer bytes, long length, int flags, Pointer address, int addressLength);
    }

    static final Mapped MAPPED = Native.load("c", Mapped.class);

    static {
        Native.register(JnaLibc.class, "c");
    }

    private JnaLibc() {}

    static native int open(String path, int flags);

    static native int close(int fd);

    static native int ioctl(int fd, long request, Pointer argument);

    static native int socket(int family, int type, int protocol);

    static native long write(int fd, Pointer bytes, long length);

    static native long sendto(int fd, Pointer bytes, long length, int flags, Pointer address, int addressLength);
}
