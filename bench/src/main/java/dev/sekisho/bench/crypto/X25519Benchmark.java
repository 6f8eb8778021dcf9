package dev.sekisho.bench.crypto;

import dev.sekisho.crypto.X25519;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.concurrent.TimeUnit;
import javax.crypto.KeyAgreement;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One scalar multiplication, of a point that changes each time or of the base point.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class X25519Benchmark {
    private final byte[] scalar = new byte[32];
    private final byte[] point = new byte[32];
    private final X25519 ours = new X25519();
    private final JdkSide jdk;

    /// Any scalar and point.
    public X25519Benchmark() {
        for (int i = 0; i < scalar.length; i++) {
            scalar[i] = (byte) (i * 11 + 3);
        }
        point[0] = 9;
        jdk = JdkSide.of(scalar);
    }

    private record JdkSide(KeyAgreement agreement, PrivateKey privateKey, PublicKey publicKey) {
        static JdkSide of(byte[] scalar) {
            try {
                KeyFactory factory = KeyFactory.getInstance("X25519");
                return new JdkSide(
                        KeyAgreement.getInstance("X25519"),
                        factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar.clone())),
                        factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BigInteger.valueOf(9))));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        byte[] agree() throws GeneralSecurityException {
            agreement.init(privateKey);
            agreement.doPhase(publicKey, true);
            return agreement.generateSecret();
        }
    }

    @Benchmark
    public boolean multiplyOurs() {
        return ours.scalarMult(scalar, point, point);
    }

    @Benchmark
    public byte[] publicKeyOurs() {
        ours.publicKey(scalar, point);
        return point;
    }

    @Benchmark
    public byte[] multiplyBouncyCastle() {
        org.bouncycastle.math.ec.rfc7748.X25519.scalarMult(scalar, 0, point, 0, point, 0);
        return point;
    }

    @Benchmark
    public byte[] publicKeyBouncyCastle() {
        org.bouncycastle.math.ec.rfc7748.X25519.scalarMultBase(scalar, 0, point, 0);
        return point;
    }

    @Benchmark
    public byte[] multiplyJdk() throws GeneralSecurityException {
        return jdk.agree();
    }
}
