package dev.sekisho.control.directory.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.sdk.Filter;
import dev.sekisho.control.directory.Settings;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LdapSettingsTest {
    private static LdapSettings settings(String name, String value) {
        Map<String, String> values =
                new TreeMap<>(Map.of("url", "ldaps://ldap.example.org", "baseDn", "dc=example,dc=org"));
        values.put(name, value);
        return LdapSettings.of(new Settings(values));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "url | http://ldap.example.org | url holds servers",
                "url | ldap://user:pw@ldap.example.org | url holds servers",
                "url | ldaps://ldap.example.org/dc=example?sub | url holds servers",
                "url | ldaps:// | url holds",
                "url | ldaps://h:0 | a port is",
                "url | ldaps://h:65536 | a port is",
                "url | not a url | url holds",
                "baseDn | example.org | no distinguished name",
                "bindDn | administrator | no distinguished name",
                "userFilter | (uid=x) | no {0}",
                "userFilter | (uid={0} | no LDAP filter",
                "userFilter | uid={0}) | no LDAP filter",
                "groupFilter | (member={0}))( | no LDAP filter",
                "idAttribute | entry UUID | no name of an attribute",
                "nameAttribute | uid)(x | no name of an attribute",
                "caPem | hello | no certificate",
                "plain | yes | true or false",
                "plane | true | no such setting"
            })
    void settingsThatCannotWorkAreRefused(String name, String value, String reason) {
        assertThatThrownBy(() -> settings(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ldap.example.org", "10.0.0.1", "128.0.0.1", "localhost.example.org", "127.0.0.1.example.org"})
    void plainIsForThisHostOnly(String host) {
        assertThatThrownBy(() -> LdapServer.parse("ldap://" + host, true)).hasMessageContaining("this host only");
    }

    @Test
    void plainHasToBeAskedFor() {
        assertThat(LdapServer.parse("ldap://localhost", false).security()).isEqualTo(LdapServer.Security.STARTTLS);
        assertThat(LdapServer.parse("ldap://localhost", true).security()).isEqualTo(LdapServer.Security.NONE);
        assertThat(LdapServer.parse("ldap://[::1]:1389", true).security()).isEqualTo(LdapServer.Security.NONE);
        assertThat(LdapServer.parse("ldaps://localhost", true).security()).isEqualTo(LdapServer.Security.LDAPS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "a)(uid=*", "\\", "(", ")", "a\0b", "*)(|(a=b", "\u00e4", "&", "!", "a=b", " "})
    void aNameIsOneValueOfTheFilter(String name) {
        Filter filter =
                settings("userFilter", "(&(objectClass=person)(uid={0}))").userNamed(name);
        Filter second = filter.getComponents()[1];
        assertThat(filter.getComponents()).hasSize(2);
        assertThat(second.getFilterType()).isEqualTo(Filter.FILTER_TYPE_EQUALITY);
        assertThat(second.getAssertionValue()).isEqualTo(name);
    }

    @Test
    void aDnIsOneValueOfTheChainRule() {
        Filter filter = LdapSettings.groupsOf(
                "(member:1.2.840.113556.1.4.1941:={0})", "CN=Smith\\, (Ann)*,OU=People,DC=example,DC=org");
        assertThat(filter.getFilterType()).isEqualTo(Filter.FILTER_TYPE_EXTENSIBLE_MATCH);
        assertThat(filter.getAssertionValue()).isEqualTo("CN=Smith\\, (Ann)*,OU=People,DC=example,DC=org");
    }
}
