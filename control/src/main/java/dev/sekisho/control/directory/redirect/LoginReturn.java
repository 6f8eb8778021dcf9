package dev.sekisho.control.directory.redirect;

import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// Sends a browser on that came back from another site: into the portal, or back to the login page. Immutable.
///
/// @param sessions opens the login session
/// @param status of the redirection: 302 after a GET, 303 after a POST
/// @param cookie which the browser need not keep any more, as the value of `Set-Cookie`
public record LoginReturn(SessionOpener sessions, int status, String cookie) {
    /// The answer to how a login ended.
    public Answer of(LoginOutcome outcome, Request request) {
        return switch (outcome) {
            case LoginOutcome.Identified identified -> enter(identified, request);
            case LoginOutcome.Failed failed -> back(failed.text());
        };
    }

    private Answer enter(LoginOutcome.Identified identified, Request request) {
        try {
            return to(identified.target(), sessions.open(identified.directory(), identified.user(), request));
        } catch (Problem e) {
            return back(e.detail());
        }
    }

    private Answer back(String text) {
        return to(
                "/login?error="
                        + URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20"),
                cookie);
    }

    private Answer to(String path, String setCookie) {
        return new Answer(
                status,
                Optional.empty(),
                Map.of(
                        "Location",
                        path,
                        "Set-Cookie",
                        setCookie,
                        "Cache-Control",
                        "no-store",
                        "Referrer-Policy",
                        "no-referrer"));
    }
}
