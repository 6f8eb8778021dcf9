package dev.sekisho.control.web;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Reads the forms that browsers send (WHATWG URL standard section 5.1). Stateless.
final class FormFields {
    private FormFields() {}

    /// A field, if it is there and not blank.
    ///
    /// @throws Problem 400 when the form can't be read or has the field twice
    static Optional<String> of(byte[] body, String name) {
        Optional<String> found = Optional.empty();
        for (String pair : text(body).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (decoded(equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
                if (found.isPresent()) {
                    throw Problem.invalid(name, "the form has this field twice");
                }
                found = Optional.of(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return found.filter(value -> !value.isBlank());
    }

    private static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Problem(400, "bad-form", "the form is no UTF-8", List.of(), e);
        }
    }

    private static String decoded(String text) {
        try {
            String clear = URLDecoder.decode(text, StandardCharsets.UTF_8);
            if (clear.indexOf('\0') >= 0) {
                throw Problem.other(400, "bad-form", "the form holds a NUL character");
            }
            return clear;
        } catch (IllegalArgumentException e) {
            throw new Problem(400, "bad-form", "the form is not encoded as forms are", List.of(), e);
        }
    }
}
