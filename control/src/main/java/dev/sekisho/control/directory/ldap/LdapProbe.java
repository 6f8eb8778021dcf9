package dev.sekisho.control.directory.ldap;

import com.unboundid.ldap.sdk.SearchResultEntry;
import dev.sekisho.control.directory.Connection;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Person;
import dev.sekisho.control.directory.Step;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Tries an LDAP directory, one step after the other. Owner: the thread that asks.
final class LdapProbe {
    private static final Duration LIFE = Duration.ofSeconds(30);

    private final LdapSettings settings;
    private final Optional<String> secret;
    private final List<Step> steps = new ArrayList<>();

    LdapProbe(Connection connection) {
        settings = LdapSettings.of(connection.directory().settings());
        secret = connection.secret();
    }

    /// All steps, up to the first that fails. Every server is tried; the first that answers is asked.
    List<Step> run(Optional<String> name, Optional<String> password) {
        Optional<LdapLink> first = Optional.empty();
        for (LdapServer server : settings.servers()) {
            Optional<LdapLink> link = connect(server);
            if (first.isEmpty()) {
                first = link;
            } else {
                link.ifPresent(LdapLink::close);
            }
        }
        if (first.isPresent()) {
            try (LdapSearcher searcher = new LdapSearcher(first.get(), settings, secret)) {
                ask(searcher, name, password);
            } catch (DirectoryException e) {
                steps.add(new Step(e.step(), false, e.detail()));
            }
        }
        return steps;
    }

    private Optional<LdapLink> connect(LdapServer server) {
        try {
            String addresses = Arrays.stream(InetAddress.getAllByName(server.host()))
                    .map(InetAddress::getHostAddress)
                    .collect(Collectors.joining(", "));
            steps.add(new Step("resolve", true, server.host() + " is " + addresses));
            LdapLink link = LdapLink.open(server, LdapTrust.context(settings.caPem()), LIFE);
            steps.add(new Step("connect", true, server + " answers"));
            steps.add(new Step("tls", true, protection(server)));
            return Optional.of(link);
        } catch (UnknownHostException e) {
            steps.add(new Step(
                    "resolve",
                    false,
                    "the name " + server.host() + " is not known: check the name and the DNS server"));
        } catch (DirectoryException e) {
            if (e.step().equals("tls")) {
                steps.add(new Step("connect", true, server + " answers"));
            }
            steps.add(new Step(e.step(), false, e.detail()));
        }
        return Optional.empty();
    }

    private static String protection(LdapServer server) {
        return switch (server.security()) {
            case LDAPS -> "LDAPS; the certificate is trusted and for this name";
            case STARTTLS -> "StartTLS; the certificate is trusted and for this name";
            case NONE -> "none, as plain says: the server is on this host";
        };
    }

    private void ask(LdapSearcher searcher, Optional<String> name, Optional<String> password) {
        searcher.bind();
        steps.add(new Step("bind", true, settings.bindDn().map(dn -> "as " + dn).orElse("anonymous")));
        if (name.isEmpty()) {
            boolean found = searcher.findsAnybody();
            steps.add(new Step(
                    "search",
                    found,
                    found ? "finds people below " + settings.baseDn() : "finds nobody: check baseDn and userFilter"));
            return;
        }
        Optional<SearchResultEntry> entry = searcher.named(name.get());
        steps.add(new Step(
                "search",
                entry.isPresent(),
                entry.map(SearchResultEntry::getDN)
                        .orElse("finds nobody of this name, or several: check baseDn and userFilter")));
        if (entry.isEmpty()) {
            return;
        }
        Person person = searcher.person(entry.get());
        steps.add(new Step("groups", true, groups(person)));
        password.filter(text -> !text.isEmpty()).ifPresent(text -> {
            LdapLink.Bound bound = searcher.login(entry, text);
            steps.add(new Step(
                    "login",
                    bound.isRight(),
                    bound.isRight()
                            ? "the password is right"
                            : LdapFailures.refused(bound.code(), bound.diagnostic())));
        });
    }

    private static String groups(Person person) {
        return person.groups().isEmpty()
                ? "in no group below groupBaseDn"
                : person.groups().stream().sorted().collect(Collectors.joining("; "));
    }
}
