package dev.sekisho.control.directory.saml;

import dev.sekisho.control.directory.redirect.LocalPath;
import dev.sekisho.control.directory.redirect.LoginReturn;
import dev.sekisho.control.directory.redirect.PendingLogins;
import dev.sekisho.control.directory.redirect.SessionOpener;
import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The REST face of logins at SAML identity providers.
public final class SamlApi {
    /// What a browser keeps during a login. The provider's page sends it back by a POST from another site: with such a
    /// one browsers send `SameSite=None` cookies only. Cookie and response are worth nothing without each other.
    static final String COOKIE = "__Host-sekisho-saml";

    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=None";
    private static final String METADATA_TYPE = "application/samlmetadata+xml";

    private final SamlLogins logins;
    private final SessionOpener sessions;
    private final ServiceProvider us;

    public SamlApi(SamlLogins logins, SessionOpener sessions, ServiceProvider us) {
        this.logins = logins;
        this.sessions = sessions;
        this.us = us;
    }

    /// A login to be begun.
    ///
    /// @param directory identity of a login method
    /// @param target where it goes on in the portal; without, at its first page
    public record SamlStart(String directory, Optional<String> target) {}

    /// Where the browser goes.
    public record SamlStartView(String url) {}

    /// What an identity provider has to be told about this server.
    ///
    /// @param acsUrl where it sends responses
    /// @param metadataUrl where all of it stands as SAML metadata
    public record ServiceProviderView(String entityId, String acsUrl, String metadataUrl) {}

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/login/saml", "Show what to enter at a SAML identity provider")
                        .access(Permission.MANAGE_DIRECTORIES)
                        .answers(ServiceProviderView.class)
                        .by(_ -> new ServiceProviderView(us.entityId(), us.acs(), us.entityId())),
                Route.get(ServiceProvider.METADATA_PATH, "This server as SAML metadata")
                        .access(Access.anyone())
                        .answers(new Route.Shape.Raw(METADATA_TYPE))
                        .by(_ -> Answer.file(
                                "sekisho-saml-metadata.xml",
                                METADATA_TYPE,
                                us.metadata().getBytes(StandardCharsets.UTF_8))),
                Route.post("/login/saml/start", "Begin a login at a SAML identity provider")
                        .access(Access.anyone())
                        .body(SamlStart.class)
                        .answers(SamlStartView.class)
                        .by(this::start),
                Route.post(ServiceProvider.ACS_PATH, "Come back from a SAML identity provider")
                        .access(Access.elsewhere())
                        .form("SAMLResponse", "what the provider says, as XML in base 64")
                        .form("RelayState", "not looked at")
                        .answers(new Route.Shape.Nothing())
                        .by(this::finish));
    }

    private Object start(Request request) {
        SamlStart start = request.body(SamlStart.class);
        SamlLogins.Started started =
                logins.start(start.directory(), start.target().orElse(LocalPath.HOME), request.source());
        return Answer.of(new SamlStartView(started.url()))
                .header(
                        "Set-Cookie",
                        COOKIE + "=" + started.browser() + "; Max-Age=" + PendingLogins.LIFE.toSeconds() + ATTRIBUTES);
    }

    private Object finish(Request request) {
        return new LoginReturn(sessions, 303, COOKIE + "=; Max-Age=0" + ATTRIBUTES)
                .of(
                        logins.finish(
                                request.form("SAMLResponse").orElse(""), request.cookie(COOKIE), request.source()),
                        request);
    }
}
