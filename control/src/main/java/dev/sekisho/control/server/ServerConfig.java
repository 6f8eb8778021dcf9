package dev.sekisho.control.server;

import dev.sekisho.policy.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads [ServerOptions]: an option of the command line wins over the environment, that over the file `sekisho.yaml`,
/// that
/// over the default. Every key of the file has an environment variable: `publicAddress` is `SEKISHO_PUBLIC_ADDRESS`.
public final class ServerConfig {
    /// Where the file is looked for when nobody names one.
    public static final Path STANDARD_FILE = Path.of("/etc/sekisho/sekisho.yaml");

    private static final int DEFAULT_PORT = 8443;
    private static final int MAX_CHARS = 64 << 10;

    /// All keys, in the order of the documentation.
    static final List<String> KEYS = List.of(
            "listen",
            "state",
            "databaseUrl",
            "names",
            "publicAddress",
            "certificate",
            "certificateKey",
            "tunnel",
            "outboundAllow",
            "places");

    private static final Pattern LISTEN = Pattern.compile("(?:(\\[[^\\]]+\\]|[^:]*):)?(\\d{1,5})");

    private final Map<String, String> values;
    private final Path standardState;

    private ServerConfig(Map<String, String> values, Path standardState) {
        this.values = values;
        this.standardState = standardState;
    }

    /// Reads it.
    ///
    /// @param file named by the operator; empty = the usual one, if it is there
    /// @param environment of this process
    /// @param options of the command line, by key
    /// @param standardState where state goes unless something says otherwise
    /// @throws ServerException when something can't be used; the message names the key
    public static ServerOptions read(
            Optional<Path> file, Map<String, String> environment, Map<String, String> options, Path standardState) {
        Map<String, String> values = new LinkedHashMap<>();
        Optional<Path> named = file.or(() -> Optional.ofNullable(environment.get("SEKISHO_CONFIG"))
                .filter(name -> !name.isBlank())
                .map(Path::of));
        values.putAll(named.map(path -> file(path, true)).orElseGet(() -> file(STANDARD_FILE, false)));
        for (String key : KEYS) {
            Optional.ofNullable(environment.get(variable(key)))
                    .filter(value -> !value.isBlank())
                    .ifPresent(value -> values.put(key, value.strip()));
        }
        values.putAll(options);
        return new ServerConfig(values, standardState).options();
    }

    /// The environment variable of a key.
    static String variable(String key) {
        return "SEKISHO_" + key.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
    }

    private static Map<String, String> file(Path path, boolean required) {
        try {
            String text = Files.readString(path, StandardCharsets.UTF_8);
            if (text.length() > MAX_CHARS) {
                throw new ServerException(path + " is too long for a configuration file");
            }
            return parse(path, text);
        } catch (NoSuchFileException e) {
            if (required) {
                throw new ServerException(path + ": no such file", e);
            }
            return Map.of();
        } catch (IOException e) {
            throw new ServerException(path + " can't be read: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> parse(Path path, String text) {
        Object root;
        try {
            root = new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build()).loadFromString(text);
        } catch (YamlEngineException e) {
            // Its message would quote the file, and that may hold a password.
            throw new ServerException(path + " is not YAML: look at its indentation, colons and quotes");
        }
        if (root == null) {
            return Map.of();
        }
        if (!(root instanceof Map<?, ?> map)) {
            throw new ServerException(path + " must be keys with values, such as: listen: 0.0.0.0:8443");
        }
        Map<String, String> values = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (!KEYS.contains(name)) {
                throw new ServerException(
                        path + ": there is no key " + name + "; there are " + String.join(", ", KEYS));
            }
            values.put(name, scalar(path, name, value));
        });
        return values;
    }

    private static String scalar(Path path, String name, Object value) {
        return switch (value) {
            case List<?> list
            when list.stream().allMatch(ServerConfig::isScalar) ->
                list.stream().map(String::valueOf).collect(Collectors.joining(","));
            case Object one when isScalar(one) -> String.valueOf(one);
            case null, default ->
                throw new ServerException(path + ": " + name + " must be one value, or a list of them");
        };
    }

    private static boolean isScalar(Object value) {
        return value instanceof String || value instanceof Number || value instanceof Boolean;
    }

    private ServerOptions options() {
        return new ServerOptions(
                text("state").map(Path::of).orElse(standardState),
                listen(text("listen").orElse("0.0.0.0:" + DEFAULT_PORT)),
                text("databaseUrl"),
                names(),
                text("publicAddress").map(value -> hostName("publicAddress", value)),
                certificate(),
                tunnel(),
                outboundAllow(),
                text("places").map(Path::of));
    }

    private Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isBlank());
    }

    private List<String> names() {
        return text("names").stream()
                .flatMap(list -> List.of(list.split(",")).stream())
                .map(name -> hostName("names", name.strip()))
                .toList();
    }

    private static String hostName(String key, String name) {
        if (!name.matches("[A-Za-z0-9._:-]{1,253}")) {
            throw new ServerException(key + ": " + name + " is no host name and no address");
        }
        return name;
    }

    private Optional<ServerOptions.Certificate> certificate() {
        Optional<String> chain = text("certificate");
        Optional<String> key = text("certificateKey");
        if (chain.isPresent() != key.isPresent()) {
            throw new ServerException("certificate and certificateKey go together: name both or neither");
        }
        return chain.map(file -> new ServerOptions.Certificate(Path.of(file), Path.of(key.orElseThrow())));
    }

    private boolean tunnel() {
        String value = text("tunnel").orElse("true").toLowerCase(Locale.ROOT);
        return switch (value) {
            case "true", "on", "yes" -> true;
            case "false", "off", "no" -> false;
            default -> throw new ServerException("tunnel is true or false, not " + value);
        };
    }

    private List<Cidr> outboundAllow() {
        try {
            return text("outboundAllow").stream()
                    .flatMap(list -> List.of(list.split(",")).stream())
                    .map(block -> Cidr.parseExact(block.strip()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new ServerException("outboundAllow: " + e.getMessage(), e);
        }
    }

    /// `PORT`, `ADDRESS:PORT` or `[ADDRESS]:PORT`.
    static InetSocketAddress listen(String text) {
        Matcher matcher = LISTEN.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
            throw new ServerException("listen is ADDRESS:PORT, such as 0.0.0.0:8443, not " + text);
        }
        String host = Optional.ofNullable(matcher.group(1)).orElse("");
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String literal = switch (bare) {
            case "", "*" -> "0.0.0.0";
            case "localhost" -> "127.0.0.1";
            default -> bare;
        };
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(literal), Integer.parseInt(matcher.group(2)));
        } catch (IllegalArgumentException e) {
            throw new ServerException("listen: " + bare + " is no address of this host", e);
        }
    }
}
