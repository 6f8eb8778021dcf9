package dev.sekisho.control.cli;

import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.crypto.X25519;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `sekisho genkey`: a new private key on standard output.
@Command(
        name = "genkey",
        description = "Writes a new private key to standard output, as wg genkey does.",
        mixinStandardHelpOptions = true)
final class GenkeyCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        byte[] scalar = new byte[SecretKey.BYTES];
        Entropy.system().fill(scalar, 0, scalar.length);
        X25519.clamp(scalar);
        try (SecretKey key = SecretKey.copyOf(scalar, 0)) {
            KeyIo.print(key, System.out, System.err);
            return 0;
        } finally {
            Wipe.bytes(scalar);
        }
    }
}
