package dev.sekisho.bench.crypto;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// ChaCha20-Poly1305 of OpenSSL's EVP interface through the foreign function interface: the yardstick. One
/// context per direction keeps the key; each packet sets its nonce and takes or checks its tag, as a tunnel
/// does. Thread-confined.
final class OpenSsl {
    /// EVP_CTRL_AEAD_GET_TAG and EVP_CTRL_AEAD_SET_TAG of openssl/evp.h.
    private static final int GET_TAG = 0x10;

    private static final int SET_TAG = 0x11;
    private static final int TAG_BYTES = 16;

    private static final SymbolLookup CRYPTO = SymbolLookup.libraryLookup("libcrypto.so.3", Arena.global());
    private static final MethodHandle NEW_CONTEXT = function("EVP_CIPHER_CTX_new", FunctionDescriptor.of(ADDRESS));
    private static final MethodHandle CIPHER = function("EVP_chacha20_poly1305", FunctionDescriptor.of(ADDRESS));
    private static final MethodHandle CONTROL =
            function("EVP_CIPHER_CTX_ctrl", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle ENCRYPT_INIT = init("EVP_EncryptInit_ex");
    private static final MethodHandle ENCRYPT = update("EVP_EncryptUpdate");
    private static final MethodHandle ENCRYPT_END = end("EVP_EncryptFinal_ex");
    private static final MethodHandle DECRYPT_INIT = init("EVP_DecryptInit_ex");
    private static final MethodHandle DECRYPT = update("EVP_DecryptUpdate");
    private static final MethodHandle DECRYPT_END = end("EVP_DecryptFinal_ex");

    private final MemorySegment sealing;
    private final MemorySegment opening;
    private final MemorySegment nonce;
    private final MemorySegment written;

    /// Contexts under the given 32 bytes, alive until the JVM ends.
    OpenSsl(byte[] key) {
        Arena arena = Arena.global();
        MemorySegment nativeKey = arena.allocate(key.length);
        nativeKey.copyFrom(MemorySegment.ofArray(key));
        nonce = arena.allocate(12);
        written = arena.allocate(JAVA_INT);
        try {
            MemorySegment cipher = (MemorySegment) CIPHER.invokeExact();
            sealing = (MemorySegment) NEW_CONTEXT.invokeExact();
            opening = (MemorySegment) NEW_CONTEXT.invokeExact();
            require((int) ENCRYPT_INIT.invokeExact(sealing, cipher, MemorySegment.NULL, nativeKey, nonce));
            require((int) DECRYPT_INIT.invokeExact(opening, cipher, MemorySegment.NULL, nativeKey, nonce));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    void seal(long counter, MemorySegment src, int length, MemorySegment dst, MemorySegment tag) {
        try {
            nonce.set(JAVA_LONG_UNALIGNED, 4, counter);
            require((int) ENCRYPT_INIT.invokeExact(
                    sealing, MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL, nonce));
            require((int) ENCRYPT.invokeExact(sealing, dst, written, src, length));
            require((int) ENCRYPT_END.invokeExact(sealing, tag, written));
            require((int) CONTROL.invokeExact(sealing, GET_TAG, TAG_BYTES, tag));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    boolean open(long counter, MemorySegment src, int length, MemorySegment tag, MemorySegment dst) {
        try {
            nonce.set(JAVA_LONG_UNALIGNED, 4, counter);
            require((int) DECRYPT_INIT.invokeExact(
                    opening, MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL, nonce));
            require((int) CONTROL.invokeExact(opening, SET_TAG, TAG_BYTES, tag));
            require((int) DECRYPT.invokeExact(opening, dst, written, src, length));
            return (int) DECRYPT_END.invokeExact(opening, dst, written) == 1;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void require(int result) {
        if (result != 1) {
            throw new IllegalStateException("OpenSSL says " + result);
        }
    }

    private static MethodHandle init(String name) {
        return function(name, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    }

    private static MethodHandle update(String name) {
        return function(name, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT));
    }

    private static MethodHandle end(String name) {
        return function(name, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(CRYPTO.findOrThrow(name), descriptor);
    }
}
