package dev.sekisho.control.tunnel;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.Cidr;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the text of a `wg-quick` style file. One parser per file, one thread.
///
/// Section names and keys are case-insensitive, `#` starts a comment, a list value may be repeated, of other
/// repeated keys the last counts, as in `wg`. Every problem is a [ConfException] with the line; what could
/// be a key is never repeated in it, wherever it stands, nor a key name that is too long to be one. What was
/// read of secrets before a problem is wiped.
final class ConfParser {
    /// Lines in a file; 10,000 peers need about 60,000.
    static final int MAX_LINES = 2_000_000;

    private static final String INTERFACE_KEYS =
            "PrivateKey, ListenPort, FwMark, Address, DNS, MTU, Table, PreUp, PostUp,"
                    + " PreDown, PostDown, SaveConfig";
    private static final String PEER_KEYS = "PublicKey, PresharedKey, AllowedIPs, Endpoint, PersistentKeepalive";
    private static final Pattern SHOWABLE_KEY = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,23}");
    private static final Pattern SEARCH_DOMAIN = Pattern.compile("[A-Za-z0-9_.-]{1,253}");
    private static final int MIN_MTU = 576;
    private static final int MAX_MTU = 65_455;

    private final String file;
    private final Function<String, Optional<SecretKey>> keys;
    private int line;

    private @Nullable SecretKey privateKey;
    private OptionalInt listenPort = OptionalInt.empty();
    private OptionalInt fwmark = OptionalInt.empty();
    private final List<InterfaceAddress> addresses = new ArrayList<>();
    private final List<InetAddress> dnsServers = new ArrayList<>();
    private final List<String> dnsSearch = new ArrayList<>();
    private OptionalInt mtu = OptionalInt.empty();
    private @Nullable RouteTable table;
    private final List<String> preUp = new ArrayList<>();
    private final List<String> postUp = new ArrayList<>();
    private final List<String> preDown = new ArrayList<>();
    private final List<String> postDown = new ArrayList<>();
    private boolean saveConfig;

    private final List<PeerSection> peers = new ArrayList<>();
    private boolean inInterface;
    private boolean sawInterface;
    private @Nullable OpenPeer peer;

    /// A `[Peer]` section that is still being read.
    private static final class OpenPeer {
        private final int line;
        private @Nullable PublicKey publicKey;
        private @Nullable SecretKey presharedKey;
        private final List<Cidr> allowedIps = new ArrayList<>();
        private @Nullable HostPort endpoint;
        private OptionalInt keepalive = OptionalInt.empty();

        OpenPeer(int line) {
            this.line = line;
        }
    }

    private ConfParser(String file, Function<String, Optional<SecretKey>> keys) {
        this.file = file;
        this.keys = keys;
    }

    /// @param file name for messages
    /// @throws ConfException at the first thing that is wrong
    static TunnelConf parse(String file, BufferedReader lines) throws IOException {
        return parse(file, lines, Keys::parse);
    }

    /// @param keys reads a secret key, empty when the text is none
    static TunnelConf parse(String file, BufferedReader lines, Function<String, Optional<SecretKey>> keys)
            throws IOException {
        ConfParser parser = new ConfParser(file, keys);
        boolean done = false;
        try {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                parser.line(text);
            }
            TunnelConf conf = parser.finish();
            done = true;
            return conf;
        } finally {
            if (!done) {
                parser.wipe();
            }
        }
    }

    private void wipe() {
        wipe(privateKey);
        wipe(peer == null ? null : peer.presharedKey);
        peers.forEach(section -> section.presharedKey().ifPresent(SecretKey::close));
    }

    private static void wipe(@Nullable SecretKey key) {
        if (key != null) {
            key.close();
        }
    }

    private void line(String text) {
        if (++line > MAX_LINES) {
            throw new ConfException(file, 0, "more than " + MAX_LINES + " lines");
        }
        int comment = text.indexOf('#');
        String stripped = (comment < 0 ? text : text.substring(0, comment)).strip();
        if (stripped.isEmpty()) {
            return;
        }
        if (stripped.startsWith("[")) {
            section(stripped);
            return;
        }
        int equals = stripped.indexOf('=');
        String key = (equals < 0 ? stripped : stripped.substring(0, equals)).strip();
        String value = equals < 0 ? "" : stripped.substring(equals + 1).strip();
        if (equals < 0) {
            throw problem("expected KEY = VALUE or a [Section]");
        }
        try {
            if (peer != null) {
                peerKey(peer, key, value);
            } else if (inInterface) {
                interfaceKey(key, value);
            } else {
                throw problem("a [Interface] or [Peer] line has to come first");
            }
        } catch (IllegalArgumentException e) {
            // The sentence may quote a part of the value only, so the value as a whole is looked at.
            throw problem(
                    KeyForm.isIn(value)
                            ? key + " has a bad value, not shown since it could be a key"
                            : String.valueOf(e.getMessage()));
        }
    }

    private void section(String header) {
        finishPeer();
        inInterface = header.equalsIgnoreCase("[Interface]");
        if (inInterface) {
            sawInterface = true;
        } else if (header.equalsIgnoreCase("[Peer]")) {
            peer = new OpenPeer(line);
        } else {
            throw problem("unknown section; allowed are [Interface] and [Peer]");
        }
    }

    private void interfaceKey(String key, String value) {
        switch (key.toLowerCase(Locale.ROOT)) {
            case "privatekey" -> privateKey = secret("PrivateKey", value, privateKey);
            case "listenport" -> listenPort = OptionalInt.of(number("ListenPort", value, 0, 0xffff));
            case "fwmark" -> fwmark = OptionalInt.of(fwmark(value));
            case "address" -> items("Address", value).forEach(item -> addresses.add(address(item)));
            case "dns" -> items("DNS", value).forEach(this::dns);
            case "mtu" -> mtu = OptionalInt.of(number("MTU", value, MIN_MTU, MAX_MTU));
            case "table" -> table = RouteTable.parse(value);
            case "preup" -> preUp.add(required("PreUp", value));
            case "postup" -> postUp.add(required("PostUp", value));
            case "predown" -> preDown.add(required("PreDown", value));
            case "postdown" -> postDown.add(required("PostDown", value));
            case "saveconfig" -> saveConfig = bool(value);
            default -> throw problem("unknown key" + shown(key) + " in [Interface]; allowed are " + INTERFACE_KEYS);
        }
    }

    private void peerKey(OpenPeer open, String key, String value) {
        switch (key.toLowerCase(Locale.ROOT)) {
            case "publickey" -> open.publicKey = publicKey(value);
            case "presharedkey" -> open.presharedKey = secret("PresharedKey", value, open.presharedKey);
            case "allowedips" -> {
                for (String item : value.split(",", -1)) {
                    if (!value.isEmpty()) {
                        open.allowedIps.add(Cidr.parse(item.strip()));
                    }
                }
            }
            case "endpoint" -> open.endpoint = HostPort.parse(required("Endpoint", value));
            case "persistentkeepalive" ->
                open.keepalive = OptionalInt.of(
                        value.equalsIgnoreCase("off") ? 0 : number("PersistentKeepalive", value, 0, 0xffff));
            default -> throw problem("unknown key" + shown(key) + " in [Peer]; allowed are " + PEER_KEYS);
        }
    }

    private TunnelConf finish() {
        finishPeer();
        if (!sawInterface) {
            throw new ConfException(file, 0, "no [Interface] section");
        }
        InterfaceSection settings = new InterfaceSection(
                Optional.ofNullable(privateKey),
                listenPort,
                fwmark,
                addresses,
                dnsServers,
                dnsSearch,
                mtu,
                Optional.ofNullable(table),
                new Hooks(preUp, postUp, preDown, postDown),
                saveConfig);
        return new TunnelConf(settings, peers);
    }

    private void finishPeer() {
        OpenPeer open = peer;
        if (open == null) {
            return;
        }
        if (open.publicKey == null) {
            throw new ConfException(file, open.line, "this [Peer] has no PublicKey");
        }
        peer = null;
        peers.add(new PeerSection(
                open.publicKey,
                Optional.ofNullable(open.presharedKey),
                open.allowedIps,
                Optional.ofNullable(open.endpoint),
                open.keepalive));
    }

    private SecretKey secret(String key, String value, @Nullable SecretKey earlier) {
        SecretKey secret =
                keys.apply(value).orElseThrow(() -> problem(key + " has to be 44 characters of base64 (32 bytes)"));
        wipe(earlier);
        return secret;
    }

    private PublicKey publicKey(String value) {
        try {
            PublicKey key = PublicKey.parse(value);
            if (!key.isZero()) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            throw problem("PublicKey has to be 44 characters of base64 (32 bytes)");
        }
        throw problem("PublicKey is all zero, which is nobody's key");
    }

    private int fwmark(String value) {
        if (value.equalsIgnoreCase("off")) {
            return 0;
        }
        boolean hex = value.startsWith("0x") || value.startsWith("0X");
        try {
            return hex ? Integer.parseUnsignedInt(value.substring(2), 16) : Integer.parseUnsignedInt(value);
        } catch (NumberFormatException e) {
            throw problem("FwMark is off or a number up to 0xffffffff" + KeyForm.not(value));
        }
    }

    private int number(String key, String value, int min, int max) {
        boolean digits =
                !value.isEmpty() && value.length() <= 9 && value.chars().allMatch(c -> c >= '0' && c <= '9');
        int number = digits ? Integer.parseInt(value) : -1;
        if (number < min || number > max) {
            throw problem(key + " is a number from " + min + " to " + max + KeyForm.not(value));
        }
        return number;
    }

    private boolean bool(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw problem("SaveConfig is true or false" + KeyForm.not(value));
        };
    }

    private List<String> items(String key, String value) {
        List<String> items = new ArrayList<>();
        for (String item : required(key, value).split("[,\\s]+", -1)) {
            if (!item.isEmpty()) {
                items.add(item);
            }
        }
        return items;
    }

    private InterfaceAddress address(String item) {
        int slash = item.indexOf('/');
        InetAddress host = Cidr.parseAddress(slash < 0 ? item : item.substring(0, slash));
        return new InterfaceAddress(host, Cidr.parse(item).prefixLength());
    }

    private void dns(String item) {
        if (item.indexOf(':') >= 0 || item.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))) {
            dnsServers.add(Cidr.parseAddress(item));
        } else if (SEARCH_DOMAIN.matcher(item).matches() && !KeyForm.isIn(item)) {
            dnsSearch.add(item);
        } else {
            throw problem("DNS lists addresses and search domains" + KeyForm.not(item));
        }
    }

    private String required(String key, String value) {
        if (value.isEmpty()) {
            throw problem(key + " needs a value");
        }
        return value;
    }

    /// A key that looks like one may be shown; anything longer could be a secret on the wrong side of the
    /// `=`.
    private static String shown(String key) {
        return SHOWABLE_KEY.matcher(key).matches() ? " '" + key + "'" : "";
    }

    private ConfException problem(String what) {
        return new ConfException(file, line, what);
    }
}
