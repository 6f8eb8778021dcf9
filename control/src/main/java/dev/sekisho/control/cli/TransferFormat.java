package dev.sekisho.control.cli;

import dev.sekisho.control.resource.transfer.Format;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// What a file of resources is made of. Stateless.
final class TransferFormat {
    private TransferFormat() {}

    /// What is asked for, else what the name says, else something.
    static Format of(CommandSpec spec, Path file, Optional<String> wanted, Format otherwise) {
        if (wanted.isPresent()) {
            try {
                return Format.of(wanted.get());
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), "--format " + e.getMessage(), e);
            }
        }
        String name = file.toString();
        for (Format format : Format.values()) {
            if (name.endsWith("." + format.ending)) {
                return format;
            }
        }
        return otherwise;
    }
}
