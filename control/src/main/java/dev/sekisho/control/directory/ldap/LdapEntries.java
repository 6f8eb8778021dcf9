package dev.sekisho.control.directory.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.SearchResultEntry;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Person;
import dev.sekisho.control.role.NameKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What entries say of people. Immutable.
record LdapEntries(LdapSettings settings) {
    /// Identities that are bytes and no text (MS-ADTS).
    private static final Set<String> BINARY = Set.of("objectguid", "objectsid");

    /// What has to be read of a person's entry.
    List<String> attributes() {
        return Stream.of(
                        settings.nameAttribute(),
                        settings.displayNameAttribute(),
                        settings.mailAttribute(),
                        settings.idAttribute(),
                        settings.groups().attribute())
                .distinct()
                .toList();
    }

    /// What an entry says.
    ///
    /// @param groups DNs
    /// @throws DirectoryException when it lacks a name or an identity
    Person person(SearchResultEntry entry, Collection<String> groups) {
        return new Person(
                subject(entry),
                required(entry, settings.nameAttribute(), "nameAttribute"),
                Optional.ofNullable(entry.getAttributeValue(settings.displayNameAttribute())),
                Optional.ofNullable(entry.getAttributeValue(settings.mailAttribute())),
                groupNames(groups));
    }

    private static String required(SearchResultEntry entry, String attribute, String setting) {
        String value = entry.getAttributeValue(attribute);
        if (value == null || value.isBlank()) {
            throw new DirectoryException(
                    "search",
                    "the entry was found, but has no " + attribute + ": set " + setting
                            + ", or let the account read it",
                    null);
        }
        return value;
    }

    /// What is never given to a second entry, as text.
    String subject(SearchResultEntry entry) {
        if (!isBinary()) {
            return required(entry, settings.idAttribute(), "idAttribute");
        }
        byte[] bytes = entry.getAttributeValueBytes(settings.idAttribute());
        return bytes == null
                ? required(entry, settings.idAttribute(), "idAttribute")
                : HexFormat.of().formatHex(bytes);
    }

    /// The filter that finds the entry of a subject.
    Filter withSubject(String subject) {
        return isBinary()
                ? Filter.createEqualityFilter(
                        settings.idAttribute(), HexFormat.of().parseHex(subject))
                : Filter.createEqualityFilter(settings.idAttribute(), subject);
    }

    private boolean isBinary() {
        return BINARY.contains(NameKey.of(settings.idAttribute()));
    }

    /// The DNs of groups that an entry itself names.
    List<String> ownGroups(SearchResultEntry entry) {
        String[] values = entry.getAttributeValues(settings.groups().attribute());
        return values == null ? List.of() : Arrays.asList(values);
    }

    /// The names by which groups can be mapped: of each that counts, the DN and the first value of its RDN.
    private Set<String> groupNames(Collection<String> dns) {
        Set<String> names = new TreeSet<>();
        for (String text : dns) {
            try {
                DN dn = new DN(text);
                if (dn.isDescendantOf(settings.groups().baseDn(), true)) {
                    names.add(dn.toNormalizedString());
                    RDN rdn = dn.getRDN();
                    if (rdn != null) {
                        names.add(NameKey.of(rdn.getAttributeValues()[0]));
                    }
                }
            } catch (LDAPException e) {
                throw new DirectoryException("groups", "the name of a group is no distinguished name", e);
            }
        }
        return names;
    }

    /// A group's name in the form in which it is compared.
    static String canonicalGroup(String group) {
        if (group.indexOf('=') < 0) {
            return NameKey.of(group);
        }
        try {
            return new DN(group).toNormalizedString();
        } catch (LDAPException e) {
            return NameKey.of(group);
        }
    }
}
