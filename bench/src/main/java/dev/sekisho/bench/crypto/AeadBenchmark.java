package dev.sekisho.bench.crypto;

import dev.sekisho.crypto.Aead;
import dev.sekisho.crypto.BouncyCastleAead;
import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.crypto.CryptoWarmup;
import dev.sekisho.crypto.JdkAead;
import dev.sekisho.crypto.SecretKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One packet sealed or opened, off-heap to off-heap, with a fresh nonce and the tag.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AeadBenchmark {
    private static final long OPENED_COUNTER = 5;

    /// Plaintext bytes of the packet.
    @Param({"64", "512", "1420", "16384"})
    public int size;

    private final byte[] keyBytes = {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
    };
    private final SecretKey key = SecretKey.copyOf(keyBytes, 0);
    private final Aead ours = ChaCha20Poly1305.create();
    private final Aead jdk = new JdkAead();
    private final Aead bouncyCastle = new BouncyCastleAead();
    private final OpenSsl openSsl = new OpenSsl(keyBytes);
    private MemorySegment plain = MemorySegment.NULL;
    private MemorySegment sealed = MemorySegment.NULL;
    private MemorySegment sealedTag = MemorySegment.NULL;
    private MemorySegment target = MemorySegment.NULL;
    private MemorySegment targetTag = MemorySegment.NULL;
    private long counter;

    /// A packet of the size and its sealed form.
    @Setup
    public void prepare() {
        CryptoWarmup.run();
        plain = Arena.global().allocate(size, 64);
        sealed = Arena.global().allocate(size + Aead.TAG_BYTES, 64);
        target = Arena.global().allocate(size + Aead.TAG_BYTES, 64);
        sealedTag = sealed.asSlice(size);
        targetTag = target.asSlice(size);
        ours.seal(key, OPENED_COUNTER, plain, 0, size, sealed, 0);
        openSsl.seal(OPENED_COUNTER, plain, size, target, targetTag);
        if (sealed.mismatch(target) != -1) {
            throw new IllegalStateException("ours and OpenSSL differ");
        }
    }

    @Benchmark
    public void sealOurs() {
        ours.seal(key, counter++, plain, 0, size, target, 0);
    }

    @Benchmark
    public boolean openOurs() {
        return ours.open(key, OPENED_COUNTER, sealed, 0, size, target, 0);
    }

    @Benchmark
    public void sealOpenSsl() {
        openSsl.seal(counter++, plain, size, target, targetTag);
    }

    @Benchmark
    public boolean openOpenSsl() {
        return openSsl.open(OPENED_COUNTER, sealed, size, sealedTag, target);
    }

    @Benchmark
    public void sealJdk() {
        jdk.seal(key, counter++, plain, 0, size, target, 0);
    }

    @Benchmark
    public boolean openJdk() {
        return jdk.open(key, OPENED_COUNTER, sealed, 0, size, target, 0);
    }

    @Benchmark
    public void sealBouncyCastle() {
        bouncyCastle.seal(key, counter++, plain, 0, size, target, 0);
    }

    @Benchmark
    public boolean openBouncyCastle() {
        return bouncyCastle.open(key, OPENED_COUNTER, sealed, 0, size, target, 0);
    }
}
