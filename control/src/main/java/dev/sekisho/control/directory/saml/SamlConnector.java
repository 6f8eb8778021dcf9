package dev.sekisho.control.directory.saml;

import dev.sekisho.control.directory.Connection;
import dev.sekisho.control.directory.Connector;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Person;
import dev.sekisho.control.directory.Settings;
import dev.sekisho.control.directory.Step;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What can be known of a SAML identity provider without anybody who logs in there: nothing is asked, only browsers go
/// there. Thread-safe.
public final class SamlConnector implements Connector {
    private final ServiceProvider us;
    private final InstantSource clock;

    /// @param us who we are
    public SamlConnector(ServiceProvider us, InstantSource clock) {
        this.us = us;
        this.clock = clock;
    }

    @Override
    public void check(Settings settings) {
        SamlSettings.of(settings);
    }

    @Override
    public String secretSetting() {
        return SamlSettings.SECRET;
    }

    /// The key signs and goes nowhere.
    @Override
    public Set<String> destinationSettings() {
        return Set.of();
    }

    @Override
    public String canonicalGroup(String group) {
        return group;
    }

    /// Passwords are typed at the provider only.
    @Override
    public Optional<Person> authenticate(Connection connection, String name, String password) {
        return Optional.empty();
    }

    /// A provider tells of people only while they log in.
    @Override
    public Optional<Map<String, Person>> find(Connection connection, Collection<String> subjects) {
        return Optional.empty();
    }

    @Override
    public List<Step> probe(Connection connection, Optional<String> name, Optional<String> password) {
        SamlSettings settings = SamlSettings.of(connection.directory().settings());
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(
                "provider",
                true,
                settings.entityId() + "; browsers go to " + settings.ssoUrl().getHost()));
        steps.add(certificates(settings));
        steps.add(request(settings, connection.secret()));
        steps.add(new Step(
                "register",
                true,
                "at the provider enter entity id " + us.entityId() + " and ACS URL " + us.acs()
                        + "; whether it knows them, only a login shows"));
        return steps;
    }

    private Step certificates(SamlSettings settings) {
        Instant now = clock.instant();
        List<X509Certificate> current = settings.certificates().stream()
                .filter(certificate -> certificate.getNotAfter().toInstant().isAfter(now))
                .toList();
        return current.isEmpty()
                ? new Step(
                        "certificates",
                        false,
                        "all certificates have expired; logins still work, but take the provider's present ones soon")
                : new Step("certificates", true, current.size() + " by which it may sign");
    }

    private Step request(SamlSettings settings, Optional<String> key) {
        try {
            new AuthnRequests(us, clock).address(settings, "_test", key);
            return new Step("request", true, key.isPresent() ? "requests are signed" : "requests are not signed");
        } catch (DirectoryException e) {
            return new Step(e.step(), false, e.detail());
        }
    }
}
