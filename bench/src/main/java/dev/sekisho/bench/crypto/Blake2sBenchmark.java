package dev.sekisho.bench.crypto;

import dev.sekisho.crypto.Blake2s;
import dev.sekisho.crypto.Hkdf;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.digests.Blake2sDigest;
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

/// BLAKE2s-256 of one message, and the key derivation over it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Blake2sBenchmark {
    /// Bytes of the message.
    @Param({"64", "1420"})
    public int size;

    private final Blake2s ours = new Blake2s();
    private final Hkdf hkdf = new Hkdf();
    private final Blake2sDigest bouncyCastle = new Blake2sDigest(256);
    private final byte[] hash = new byte[32];
    private final byte[] keys = new byte[96];
    private byte[] message = new byte[0];

    /// A message of the size.
    @Setup
    public void prepare() {
        message = new byte[size];
    }

    @Benchmark
    public byte[] hashOurs() {
        ours.reset().update(message, 0, size).digest(hash, 0);
        return hash;
    }

    @Benchmark
    public byte[] hashBouncyCastle() {
        bouncyCastle.update(message, 0, size);
        bouncyCastle.doFinal(hash, 0);
        return hash;
    }

    @Benchmark
    public byte[] deriveTwoOurs() {
        hkdf.derive(hash, hash, 2, keys);
        return keys;
    }
}
