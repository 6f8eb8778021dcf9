package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.show.ControlText;
import dev.sekisho.control.socket.ControlClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Predicate;

/// Prints what happens as it happens, until Ctrl-C.
///
/// @param instance whose events
/// @param wanted which of them
record Follower(RunningInstance instance, Predicate<JsonObject> wanted) {
    /// What is to be shown first.
    interface Snapshot {
        void show() throws IOException;
    }

    /// Shows the snapshot, then the events since; nothing falls in between.
    void follow(Snapshot snapshot) throws IOException {
        ControlText text = new ControlText(instance.palette());
        try (ControlClient client = instance.connect()) {
            client.follow(
                    () -> {
                        try {
                            snapshot.show();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    event -> {
                        if (wanted.test(event)) {
                            instance.print(instance.json ? event + "\n" : text.event(event));
                        }
                        return true;
                    });
            throw new CommandFailure("the running sekisho has ended");
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
