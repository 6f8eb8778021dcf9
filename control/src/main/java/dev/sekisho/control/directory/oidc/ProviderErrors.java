package dev.sekisho.control.directory.oidc;

/// What a provider's refusal means, for the person who logs in. Nothing of what came in is repeated. Stateless.
final class ProviderErrors {
    private ProviderErrors() {}

    /// The text for an error code (RFC 6749 section 4.1.2.1, OpenID Connect Core 1.0 section 3.1.2.6).
    static String text(String code, String directory) {
        return switch (code) {
            case "access_denied" -> "The login at " + directory + " was cancelled or refused.";
            case "login_required", "interaction_required", "account_selection_required", "consent_required" ->
                directory + " wants you to log in there first. Start again.";
            case "temporarily_unavailable", "server_error" ->
                directory + " can't log anybody in at the moment. Try again later.";
            case "invalid_scope", "unauthorized_client", "unsupported_response_type", "invalid_request" ->
                directory + " is not set up for this server. Ask an administrator.";
            default -> "The login at " + directory + " did not work out. Try again.";
        };
    }
}
