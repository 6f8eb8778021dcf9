package dev.sekisho.control.cli;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.crypto.X25519;
import dev.sekisho.dataplane.noise.PublicKey;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `sekisho pubkey`: the public key that belongs to the private key on standard input.
@Command(
        name = "pubkey",
        description = "Reads a private key from standard input, writes its public key to standard output.",
        mixinStandardHelpOptions = true)
final class PubkeyCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        byte[] scalar = new byte[SecretKey.BYTES];
        byte[] point = new byte[PublicKey.BYTES];
        try (SecretKey key = KeyIo.read(System.in)) {
            key.copyTo(scalar, 0);
            new X25519().publicKey(scalar, point);
            System.out.println(PublicKey.of(point, 0));
            return 0;
        } finally {
            Wipe.bytes(scalar);
        }
    }
}
