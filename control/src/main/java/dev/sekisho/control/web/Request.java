package dev.sekisho.control.web;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.store.Page;
import java.util.Optional;
import java.util.OptionalLong;

/// What a handler sees of a request. Owner: the thread that serves it.
public interface Request {
    /// Who is asking.
    ///
    /// @throws Problem 401 on a route for anyone when nobody is logged in
    Principal principal();

    /// Who is asking, on routes for anyone.
    Optional<Principal> maybePrincipal();

    /// Who is asking, for the audit log; on routes for anyone a nameless actor with the address.
    Actor actor();

    /// A parameter of the path.
    String path(String name);

    /// A query parameter, if it is there and not blank.
    Optional<String> query(String name);

    /// A field of the form that a browser sent, if it is there and not blank.
    ///
    /// @throws Problem 415 when there is no form, 400 when it can't be read or has the field twice
    Optional<String> form(String name);

    /// A header, if it is there.
    Optional<String> header(String name);

    /// A cookie, if it is there.
    Optional<String> cookie(String name);

    /// The body as a record; unknown fields are errors.
    ///
    /// @throws Problem 400 naming the field when it can't be read
    <T> T body(Class<T> type);

    /// The file that is sent.
    ///
    /// @throws Problem 415 when it is of none of the types that the route takes, 413 when it is too long
    Uploaded upload();

    /// A file as it was sent. Immutable.
    final class Uploaded {
        private final String contentType;
        private final byte[] bytes;

        /// @param contentType one of those that the route takes
        /// @param bytes all of it; the caller does not change them any more
        public Uploaded(String contentType, byte[] bytes) {
            this.contentType = contentType;
            this.bytes = bytes;
        }

        /// One of those that the route takes.
        public String contentType() {
            return contentType;
        }

        /// All of it; not to be changed.
        public byte[] bytes() {
            return bytes;
        }
    }

    /// The page that is wanted.
    ///
    /// @throws Problem 400 when `limit` or `cursor` can't be used
    Page.Request page();

    /// The version in `If-Match`, if the client sent one.
    OptionalLong ifMatch();

    /// The address that the request came from.
    String source();

    /// The client's own description of itself, cut to 300 printable characters.
    String userAgent();
}
