package dev.sekisho.control.directory.oidc;

import dev.sekisho.control.directory.Connection;
import dev.sekisho.control.directory.Connector;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Person;
import dev.sekisho.control.directory.Settings;
import dev.sekisho.control.directory.Step;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Asks OpenID providers, as far as they can be asked without anybody who logs in there. Thread-safe.
public final class OidcConnector implements Connector {
    private final Outgoing outgoing;
    private final InstantSource clock;

    public OidcConnector(Outgoing outgoing, InstantSource clock) {
        this.outgoing = outgoing;
        this.clock = clock;
    }

    @Override
    public void check(Settings settings) {
        OidcSettings.of(settings);
    }

    @Override
    public String secretSetting() {
        return OidcSettings.SECRET;
    }

    @Override
    public Set<String> destinationSettings() {
        return OidcSettings.DESTINATION;
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
        List<Step> steps = new ArrayList<>();
        try {
            OidcSettings settings = OidcSettings.of(connection.directory().settings());
            Providers providers = new Providers(outgoing, clock);
            Metadata provider = providers.metadata(settings);
            steps.add(new Step("connect", true, settings.discovery().getHost() + " answers"));
            steps.add(new Step(
                    "discovery",
                    true,
                    "people log in at " + provider.authorization().getHost()));
            int keys = providers.keys(provider, false).size();
            steps.add(new Step(
                    "keys", keys > 0, keys > 0 ? keys + " keys" : "the provider has no keys: it can't sign logins"));
            Optional<String> problem =
                    new TokenRequests(outgoing).problemOfClient(settings, provider, connection.secret());
            steps.add(new Step("client", problem.isEmpty(), problem.orElse("the provider knows this client")));
        } catch (DirectoryException e) {
            steps.add(new Step(e.step(), false, e.detail()));
        }
        return steps;
    }
}
