package dev.sekisho.control.cli;

import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `sekisho genpsk`: a new pre-shared key on standard output.
@Command(
        name = "genpsk",
        description = "Writes a new pre-shared key to standard output, as wg genpsk does.",
        mixinStandardHelpOptions = true)
final class GenpskCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        try (SecretKey key = SecretKey.generate(Entropy.system())) {
            KeyIo.print(key, System.out, System.err);
            return 0;
        }
    }
}
