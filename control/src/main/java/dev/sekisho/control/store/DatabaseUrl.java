package dev.sekisho.control.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where a PostgreSQL server is and how to log in to it, as `SEKISHO_DATABASE_URL` says. Immutable.
///
/// Two forms: `postgres://USER:PASSWORD@HOST:PORT/DATABASE` (also `postgresql://`) and
/// `jdbc:postgresql://HOST:PORT/DATABASE?user=USER&password=PASSWORD`. Reserved characters in them are percent-encoded.
/// Behind `?` only settings of transport and place may stand: other settings of the driver name classes to load or
/// files to write.
///
/// @param jdbcUrl host, port and database, without user and password
/// @param user empty = the driver's choice
/// @param password never printed
/// @param settings of the driver, by its names
public record DatabaseUrl(
        String jdbcUrl, Optional<String> user, Optional<String> password, Map<String, String> settings) {
    private static final String JDBC = "jdbc:";
    private static final String USAGE = "write postgres://USER:PASSWORD@HOST:PORT/DATABASE (reserved characters"
            + " percent-encoded, such as %40 for @)";

    /// The names that PostgreSQL's own tools use, and what the driver calls them.
    private static final Map<String, String> SETTINGS = Map.of(
            "sslmode", "sslmode",
            "sslrootcert", "sslrootcert",
            "sslcert", "sslcert",
            "sslkey", "sslkey",
            "application_name", "ApplicationName",
            "applicationname", "ApplicationName",
            "currentschema", "currentSchema",
            "target_session_attrs", "targetServerType",
            "targetservertype", "targetServerType");

    private static final Set<String> SCHEMES = Set.of("postgres", "postgresql");

    public DatabaseUrl {
        settings = Map.copyOf(settings);
    }

    /// Reads either form.
    ///
    /// @throws IllegalArgumentException when it is neither; the message repeats nothing of it but names of settings
    public static DatabaseUrl parse(String text) {
        boolean jdbc = text.regionMatches(true, 0, JDBC, 0, JDBC.length());
        URI uri = uri(jdbc ? text.substring(JDBC.length()) : text);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        String authority = uri.getRawAuthority();
        if (!SCHEMES.contains(scheme) || authority == null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("the database URL is not one of PostgreSQL: " + USAGE);
        }
        int at = authority.lastIndexOf('@');
        String hosts = authority.substring(at + 1);
        String database = decode(String.valueOf(uri.getRawPath()).replaceFirst("^/", ""));
        if (hosts.isEmpty() || hosts.startsWith(":") || database.isEmpty() || database.contains("/")) {
            throw new IllegalArgumentException("the database URL lacks a host or a database: " + USAGE);
        }
        Map<String, String> settings = settings(Optional.ofNullable(uri.getRawQuery()));
        Optional<String> user = Optional.ofNullable(settings.remove("user"));
        Optional<String> password = Optional.ofNullable(settings.remove("password"));
        if (at >= 0) {
            String[] login = authority.substring(0, at).split(":", 2);
            user = Optional.of(decode(login[0])).filter(name -> !name.isEmpty());
            password = login.length == 2 ? Optional.of(decode(login[1])) : password;
        }
        return new DatabaseUrl(
                "jdbc:postgresql://" + hosts + "/" + java.net.URLEncoder.encode(database, StandardCharsets.UTF_8),
                user,
                password,
                settings);
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            // Neither message nor cause of the failure: both repeat the text.
            throw new IllegalArgumentException(
                    "the database URL can't be read at character " + e.getIndex() + ": " + USAGE);
        }
    }

    private static Map<String, String> settings(Optional<String> query) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String pair : query.filter(text -> !text.isEmpty())
                .map(text -> text.split("&"))
                .orElse(new String[0])) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            String key = name.toLowerCase(Locale.ROOT);
            if (key.equals("user") || key.equals("password")) {
                settings.put(key, value);
            } else if (SETTINGS.containsKey(key)) {
                settings.put(String.valueOf(SETTINGS.get(key)), value);
            } else {
                throw new IllegalArgumentException("the database URL has the setting " + printable(name)
                        + ", which can't be set; possible are sslmode, sslrootcert, sslcert, sslkey,"
                        + " application_name, currentSchema, target_session_attrs");
            }
        }
        return settings;
    }

    private static String printable(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_.-]", "?");
        return plain.substring(0, Math.min(40, plain.length()));
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the database URL has a % that begins no percent-encoding: " + USAGE);
        }
    }

    /// Where, without the login.
    @Override
    public String toString() {
        return jdbcUrl;
    }
}
