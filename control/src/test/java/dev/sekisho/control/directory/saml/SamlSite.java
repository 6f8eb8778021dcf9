package dev.sekisho.control.directory.saml;

import dev.sekisho.control.directory.ConnectedDirectory;
import dev.sekisho.control.directory.DirectoryDraft;
import dev.sekisho.control.directory.Kind;
import dev.sekisho.control.directory.TestSite;
import dev.sekisho.control.directory.redirect.JdbcPendingLoginStore;
import dev.sekisho.control.directory.redirect.LoginOutcome;
import dev.sekisho.control.directory.redirect.PendingLogins;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/// A server with a SAML directory, whose clock stands still.
final class SamlSite implements AutoCloseable {
    final AtomicReference<Instant> now = new AtomicReference<>(TestProvider.NOW);
    final InstantSource clock = now::get;
    final TestSite site;
    final SamlLogins logins;

    SamlSite() {
        this(TestDatabases.sqlite());
    }

    SamlSite(TestDatabase database) {
        ServiceProvider us = TestProvider.US;
        site = new TestSite(database, Map.of(Kind.SAML, new SamlConnector(us, clock)));
        logins = new SamlLogins(
                new SamlLogins.Parts(
                        site.work,
                        new PendingLogins(site.work, new JdbcPendingLoginStore(), site.directories, clock),
                        new JdbcSpentAssertionStore(),
                        site.admissions,
                        us),
                clock);
    }

    /// Connects a provider.
    ///
    /// @param changes name and value, one after the other; an empty value takes a setting away
    ConnectedDirectory connect(TestProvider provider, String... changes) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "entityId", TestProvider.ENTITY_ID,
                "ssoUrl", TestProvider.SSO_URL,
                "certificates", provider.pem()));
        return connect(settings, changes);
    }

    ConnectedDirectory connect(Map<String, String> given, String... changes) {
        Map<String, String> settings = new TreeMap<>(given);
        for (int i = 0; i < changes.length; i += 2) {
            settings.put(changes[i], changes[i + 1]);
        }
        return site.directories.create(
                Authority.ROOT,
                new DirectoryDraft(
                        "Partners",
                        "saml",
                        Optional.empty(),
                        settings,
                        Optional.of(Map.of("engineers", "engineer", "on-call", "on_call"))));
    }

    /// A browser that is on its way to the provider.
    ///
    /// @param request what the provider is asked, as XML
    record Begun(String id, String browser, String request, String url) {}

    Begun begin(ConnectedDirectory directory, String target) {
        SamlLogins.Started started = logins.start(directory.id(), target, "192.0.2.1");
        String request = inflated(query(started.url()).getOrDefault("SAMLRequest", ""));
        String id = request.replaceFirst("(?s).* ID=\"([^\"]+)\".*", "$1");
        return new Begun(id, started.browser(), request, started.url());
    }

    /// Ends a login, as if a minute passed after it: its failure has a record of its own.
    LoginOutcome finish(Begun begun, String encoded) {
        LoginOutcome outcome = logins.finish(encoded, Optional.of(begun.browser()), "192.0.2.1");
        logins.close();
        return outcome;
    }

    static Map<String, String> query(String url) {
        Map<String, String> query = new TreeMap<>();
        for (String pair : URI.create(url).getRawQuery().split("&", -1)) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    static String inflated(String encoded) {
        try (InflaterInputStream in = new InflaterInputStream(
                new ByteArrayInputStream(Base64.getDecoder().decode(encoded)), new Inflater(true))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        site.close();
    }
}
