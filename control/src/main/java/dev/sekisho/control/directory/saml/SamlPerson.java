package dev.sekisho.control.directory.saml;

import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Person;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What an assertion says of somebody, by the names that were set. Immutable.
record SamlPerson(SamlSettings.Attributes names, Asserted asserted) {
    private static final String STEP = "attributes";
    private static final String TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

    /// X.500 and eduPerson names, and those of Microsoft's providers.
    private static final List<String> DISPLAY_NAMES = List.of(
            "displayName",
            "urn:oid:2.16.840.1.113730.3.1.241",
            "http://schemas.microsoft.com/identity/claims/displayname",
            "cn",
            "urn:oid:2.5.4.3");

    private static final List<String> MAILS = List.of(
            "mail",
            "email",
            "urn:oid:0.9.2342.19200300.100.1.3",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress");

    private static final List<String> GROUPS = List.of(
            "groups",
            "memberOf",
            "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
            "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
            "http://schemas.xmlsoap.org/claims/Group");

    /// Who it is.
    ///
    /// @throws DirectoryException when there is no name, or nothing that stays the same
    Person person() {
        String subject = names.id().map(this::single).orElseGet(this::lasting);
        String name = names.name().map(this::single).orElse(asserted.nameId());
        return new Person(
                subject,
                name,
                first(names.displayName(), DISPLAY_NAMES),
                first(names.mail(), MAILS),
                Set.copyOf(values(names.groups(), GROUPS)));
    }

    private String lasting() {
        if (asserted.nameIdFormat().equals(TRANSIENT)) {
            throw new DirectoryException(
                    STEP,
                    "the provider names people otherwise at every login (a transient NameID): have it send a"
                            + " persistent one, or set idAttribute",
                    null);
        }
        return asserted.nameId();
    }

    private String single(String attribute) {
        List<String> values = asserted.attributes().getOrDefault(attribute, List.of());
        if (values.size() != 1) {
            throw new DirectoryException(
                    STEP,
                    "the attribute " + Xml.shown(attribute) + " has " + values.size()
                            + " values, where one is wanted; sent were: "
                            + Xml.shown(String.join(" ", asserted.attributes().keySet())),
                    null);
        }
        return values.getFirst();
    }

    private Optional<String> first(Optional<String> attribute, List<String> usual) {
        return values(attribute, usual).stream().findFirst();
    }

    private List<String> values(Optional<String> attribute, List<String> usual) {
        List<String> candidates = attribute.map(List::of).orElse(usual);
        return candidates.stream()
                .filter(asserted.attributes()::containsKey)
                .findFirst()
                .map(found -> asserted.attributes().getOrDefault(found, List.of()))
                .orElse(List.of());
    }
}
