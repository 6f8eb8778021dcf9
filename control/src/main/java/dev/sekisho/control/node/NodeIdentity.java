package dev.sekisho.control.node;

import dev.sekisho.control.state.OwnerFile;
import dev.sekisho.control.state.StateException;
import dev.sekisho.control.store.Ids;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/// The identity of a node: a file of its state directory that is in no backup, so that two nodes never share one.
public final class NodeIdentity {
    private static final String FILE = "node.id";

    private NodeIdentity() {}

    /// Reads it, or makes it at the first start.
    ///
    /// @throws StateException when the file is damaged
    public static String of(Path directory, InstantSource clock) {
        Path file = directory.resolve(FILE);
        Optional<byte[]> kept = OwnerFile.read(file);
        if (kept.isEmpty()) {
            String made = Ids.next(clock.millis());
            OwnerFile.write(file, made.getBytes(StandardCharsets.US_ASCII));
            return made;
        }
        String text = new String(kept.get(), StandardCharsets.US_ASCII).strip();
        if (!text.matches("[0-9a-z]{10,40}")) {
            throw new StateException(file + " is damaged: remove it, and the node gets another identity");
        }
        return text;
    }
}
