package dev.sekisho.control.web;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The body of an [Answer] that is too large for memory: a file that goes with being sent. Only for routes that answer
/// with [Route.Shape.Raw].
///
/// @param file removed once it is sent, or its reader is gone
public record Download(Path file) {
    void send(Answer answer, Context context) {
        try {
            context.status(answer.status());
            answer.headers().forEach(context::header);
            context.result(Files.newInputStream(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
