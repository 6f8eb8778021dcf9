package dev.sekisho.control.server;

import dev.sekisho.control.directory.Admissions;
import dev.sekisho.control.directory.Connector;
import dev.sekisho.control.directory.DirectoryApi;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.DirectoryRefresh;
import dev.sekisho.control.directory.DirectoryStore;
import dev.sekisho.control.directory.JdbcDirectoryStore;
import dev.sekisho.control.directory.Kind;
import dev.sekisho.control.directory.LoginDirectories;
import dev.sekisho.control.directory.UserDirectories;
import dev.sekisho.control.directory.ldap.LdapConnector;
import dev.sekisho.control.directory.oidc.OidcApi;
import dev.sekisho.control.directory.oidc.OidcConnector;
import dev.sekisho.control.directory.oidc.OidcLogins;
import dev.sekisho.control.directory.oidc.Outgoing;
import dev.sekisho.control.directory.redirect.JdbcPendingLoginStore;
import dev.sekisho.control.directory.redirect.LoginSessions;
import dev.sekisho.control.directory.redirect.PendingLogins;
import dev.sekisho.control.directory.redirect.SessionOpener;
import dev.sekisho.control.directory.saml.JdbcSpentAssertionStore;
import dev.sekisho.control.directory.saml.SamlApi;
import dev.sekisho.control.directory.saml.SamlConnector;
import dev.sekisho.control.directory.saml.SamlLogins;
import dev.sekisho.control.directory.saml.ServiceProvider;
import dev.sekisho.control.login.Directories;
import dev.sekisho.control.login.Logins;
import dev.sekisho.control.login.SessionViews;
import dev.sekisho.control.outbound.Outbound;
import dev.sekisho.control.outbox.DeliveryException;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.user.Users;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;

/// The directories beside the internal one: LDAP, OpenID Connect and SAML.
final class DirectoryWiring {
    private final Core core;
    private final DirectoryStore store = new JdbcDirectoryStore();
    private final UserDirectories directories;
    private final Admissions admissions;
    private final Outgoing outgoing;
    private final URI origin;

    DirectoryWiring(Core core, Vaults vaults, PostWiring post, Roles roles, Users users) {
        this.core = core;
        this.outgoing = outgoing(post.outbound());
        this.origin = URI.create(PortalAddress.of(core.options()).url());
        Map<Kind, Connector> connectors = Map.of(
                Kind.LDAP, new LdapConnector(),
                Kind.OIDC, new OidcConnector(outgoing, core.clock()),
                Kind.SAML, new SamlConnector(ServiceProvider.at(origin), core.clock()));
        this.directories = new UserDirectories(
                new UserDirectories.Parts(core.work(), store, roles, users, connectors, vaults.directorySeal()),
                core.clock());
        this.admissions = new Admissions(core.work(), store, roles, users, core.clock());
    }

    /// For logins.
    Directories directories() {
        return new LoginDirectories(directories, admissions);
    }

    void wire(Features features, Background background, ExecutorService executor, Roles roles) {
        DirectoryRefresh refresh = new DirectoryRefresh(core.work(), directories, admissions);
        background.every(DirectoryRefresh.INTERVAL, "asking directories", () -> executor.execute(refresh::run));
        features.routes(new DirectoryApi(directories, roles).routes());
    }

    void wireLogins(Features features, Background background, Logins logins, SessionViews views) {
        PendingLogins pending = new PendingLogins(core.work(), new JdbcPendingLoginStore(), directories, core.clock());
        SessionOpener sessions = new LoginSessions(logins, views);
        OidcLogins oidc = new OidcLogins(new OidcLogins.Parts(pending, admissions, outgoing, origin), core.clock());
        features.routes(new OidcApi(oidc, sessions).routes());
        ServiceProvider us = ServiceProvider.at(origin);
        SamlLogins saml = new SamlLogins(
                new SamlLogins.Parts(core.work(), pending, new JdbcSpentAssertionStore(), admissions, us),
                core.clock());
        background.every(Duration.ofSeconds(10), "recording failed logins", saml::tick);
        features.closeable(saml);
        features.routes(new SamlApi(saml, sessions, us).routes());
    }

    private static Outgoing outgoing(Outbound outbound) {
        return (method, uri, headers, body) -> {
            try {
                Outbound.Reply reply = outbound.send(method, uri, headers, body);
                return new Outgoing.Reply(reply.status(), reply.body());
            } catch (DeliveryException e) {
                throw new DirectoryException("connect", String.valueOf(e.getMessage()), e);
            }
        };
    }
}
