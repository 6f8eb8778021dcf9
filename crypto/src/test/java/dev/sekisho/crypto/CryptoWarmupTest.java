package dev.sekisho.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.junit.jupiter.api.Test;

final class CryptoWarmupTest {
    @Test
    void runsAndNamesTheKernel() {
        assertThat(CryptoWarmup.run()).contains(dev.sekisho.crypto.ChaCha20Poly1305.kernelName());
    }

    @Test
    void knowsTheAnswersOfBouncyCastle() throws Exception {
        Blake2sDigest digest = new Blake2sDigest(256);
        byte[] plain = CryptoWarmup.pattern(CryptoWarmup.LARGEST);
        for (int size : CryptoWarmup.SIZES) {
            byte[] nonce = new byte[12];
            Bytes.LONG.set(nonce, 4, (long) size);
            ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
            cipher.init(true, new ParametersWithIV(new KeyParameter(CryptoWarmup.pattern(32)), nonce));
            byte[] sealed = new byte[size + 16];
            int at = cipher.processBytes(plain, 0, size, sealed, 0);
            cipher.doFinal(sealed, at);
            digest.update(sealed, 0, sealed.length);
        }
        byte[] hash = new byte[32];
        digest.doFinal(hash, 0);
        assertThat(HexFormat.of().formatHex(hash)).isEqualTo(CryptoWarmup.SEALED_HASH);
        byte[] shared = new byte[32];
        org.bouncycastle.math.ec.rfc7748.X25519.scalarMult(
                CryptoWarmup.pattern(32), 0, CryptoWarmup.pattern(32), 0, shared, 0);
        assertThat(HexFormat.of().formatHex(shared)).isEqualTo(CryptoWarmup.SHARED_SECRET);
    }
}
