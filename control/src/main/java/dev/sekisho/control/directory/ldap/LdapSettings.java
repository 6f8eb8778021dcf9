package dev.sekisho.control.directory.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import dev.sekisho.control.directory.Settings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Settings of an LDAP directory. Immutable.
///
/// @param servers tried in this order
/// @param caPem certificates of the authorities that are trusted, in place of the system's
/// @param bindDn the account that may search; without, the search is anonymous
/// @param userFilter with [#PLACE] where the name goes
/// @param idAttribute what is never given to a second entry
/// @param groups where groups come from
record LdapSettings(
        List<LdapServer> servers,
        Optional<String> caPem,
        Optional<String> bindDn,
        String baseDn,
        String userFilter,
        String nameAttribute,
        String displayNameAttribute,
        String mailAttribute,
        String idAttribute,
        Groups groups) {
    /// Where the name or DN goes in a filter.
    static final String PLACE = "{0}";

    /// The setting that is the secret.
    static final String SECRET = "bindPassword";

    /// Says to whom the secret goes.
    static final Set<String> DESTINATION = Set.of("url", "plain", "caPem", "bindDn");

    private static final Set<String> NAMES = Set.of(
            "url",
            "plain",
            "caPem",
            "bindDn",
            "baseDn",
            "userFilter",
            "nameAttribute",
            "displayNameAttribute",
            "mailAttribute",
            "idAttribute",
            "groupAttribute",
            "groupFilter",
            "groupBaseDn");
    private static final Pattern ATTRIBUTE = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");
    private static final int MAX_SERVERS = 8;

    /// Where groups come from.
    ///
    /// @param baseDn groups elsewhere don't count
    /// @param attribute of the person's entry that holds the DNs of their groups, unless there is a filter
    /// @param filter finds the groups of the person whose DN stands at [#PLACE]
    record Groups(String baseDn, String attribute, Optional<String> filter) {}

    /// Reads them.
    ///
    /// @throws IllegalArgumentException with a sentence
    static LdapSettings of(Settings settings) {
        settings.allow(NAMES);
        boolean plain = settings.flag("plain");
        List<LdapServer> servers = settings.words("url").stream()
                .map(url -> LdapServer.parse(url, plain))
                .toList();
        if (servers.isEmpty() || servers.size() > MAX_SERVERS) {
            throw new IllegalArgumentException(
                    "url has 1 to " + MAX_SERVERS + " servers, such as ldaps://ldap.example.org");
        }
        Optional<String> caPem = settings.text("caPem");
        caPem.ifPresent(LdapTrust::certificates);
        String baseDn = dn("baseDn", settings.required("baseDn"));
        return new LdapSettings(
                servers,
                caPem,
                settings.text("bindDn").map(text -> dn("bindDn", text)),
                baseDn,
                userFilter(settings.text("userFilter").orElse("(&(objectClass=person)(uid={0}))")),
                attribute(settings, "nameAttribute", "uid"),
                attribute(settings, "displayNameAttribute", "cn"),
                attribute(settings, "mailAttribute", "mail"),
                attribute(settings, "idAttribute", "entryUUID"),
                new Groups(
                        settings.text("groupBaseDn")
                                .map(text -> dn("groupBaseDn", text))
                                .orElse(baseDn),
                        attribute(settings, "groupAttribute", "memberOf"),
                        settings.text("groupFilter").map(text -> filter("groupFilter", text))));
    }

    /// The filter that finds somebody by name.
    Filter userNamed(String name) {
        return parsed(userFilter.replace(PLACE, Filter.encodeValue(name)));
    }

    /// The filter that finds somebody by identity among those who may log in, whatever their name.
    Filter userWithId(Filter id) {
        return Filter.createANDFilter(id, parsed(userFilter.replace(PLACE, "*")));
    }

    private static Filter parsed(String text) {
        try {
            return Filter.create(text);
        } catch (LDAPException e) {
            throw new IllegalArgumentException("this is no filter: " + e.getMessage(), e);
        }
    }

    /// The filter that finds the groups of an entry.
    static Filter groupsOf(String filter, String userDn) {
        return parsed(filter.replace(PLACE, Filter.encodeValue(userDn)));
    }

    private static String dn(String name, String text) {
        if (!DN.isValidDN(text)) {
            throw new IllegalArgumentException(name + " is no distinguished name, such as dc=example,dc=org");
        }
        return text;
    }

    private static String filter(String name, String text) {
        if (!text.contains(PLACE)) {
            throw new IllegalArgumentException(name + " has no {0}: it says where the name or DN goes");
        }
        try {
            parsed(text.replace(PLACE, "x"));
            return text;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " is no LDAP filter, such as (uid={0}): mind the brackets", e);
        }
    }

    /// It also has to work for everybody, with a star in place of the name.
    private static String userFilter(String text) {
        filter("userFilter", text);
        try {
            parsed(text.replace(PLACE, "*"));
            return text;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("in userFilter, {0} stands alone behind an =, as in (uid={0})", e);
        }
    }

    private static String attribute(Settings settings, String name, String usual) {
        String attribute = settings.text(name).orElse(usual);
        if (!ATTRIBUTE.matcher(attribute).matches()) {
            throw new IllegalArgumentException(name + " is no name of an attribute");
        }
        return attribute;
    }
}
