package dev.sekisho.control.remote;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.sekisho.control.state.OwnerFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Where a server is, how it is known, and the token to show it. Immutable.
///
/// @param url `https://host:port`
/// @param pin its key; empty = the host's authorities vouch for it
/// @param token of a user, or of the host's administrator
/// @param tokenId its identity, by which a logout revokes it; empty when it is not known
public record Login(URI url, Optional<Pin> pin, String token, Optional<String> tokenId) {
    /// One whose token is nobody's to revoke here.
    public Login(URI url, Optional<Pin> pin, String token) {
        this(url, pin, token, Optional.empty());
    }

    /// Reads where a server is.
    ///
    /// @throws RemoteException when it is no such address
    public static URI url(String text) {
        String full = text.contains("://") ? text : "https://" + text;
        try {
            URI url = URI.create(full.replaceFirst("/+$", ""));
            boolean bare = url.getRawPath() == null || url.getRawPath().isEmpty();
            if ("https".equals(url.getScheme()) && url.getHost() != null && url.getUserInfo() == null && bare) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            throw new RemoteException("a server is named as https://HOST:PORT", e);
        }
        throw new RemoteException(0, "a server is named as https://HOST:PORT");
    }

    /// Where logins are kept: `$XDG_CONFIG_HOME/sekisho/login.json`, else below `~/.config`.
    public static Path standardFile(Map<String, String> environment) {
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path base =
                config.startsWith("/") ? Path.of(config) : Path.of(environment.getOrDefault("HOME", "/"), ".config");
        return base.resolve("sekisho").resolve("login.json");
    }

    /// Reads the one that was kept.
    ///
    /// @throws dev.sekisho.control.state.StateException when others may read it
    public static Optional<Login> read(Path file) {
        return OwnerFile.read(file).map(bytes -> {
            try {
                JsonObject json = Objects.requireNonNull(
                        new Gson().fromJson(new String(bytes, StandardCharsets.UTF_8), JsonObject.class));
                return new Login(
                        url(json.get("url").getAsString()),
                        json.has("pin") ? Optional.of(new Pin(json.get("pin").getAsString())) : Optional.empty(),
                        json.get("token").getAsString(),
                        Optional.ofNullable(json.get("tokenId")).map(JsonElement::getAsString));
            } catch (JsonParseException
                    | NullPointerException
                    | IllegalStateException
                    | UnsupportedOperationException
                    | IllegalArgumentException e) {
                throw new RemoteException(file + " can't be read: log in again with sekisho login URL", e);
            }
        });
    }

    /// Keeps it for its owner only.
    public void write(Path file) throws IOException {
        Files.createDirectories(
                Objects.requireNonNull(file.toAbsolutePath().getParent()),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        JsonObject json = new JsonObject();
        json.addProperty("url", url.toString());
        pin.ifPresent(key -> json.addProperty("pin", key.sha256()));
        json.addProperty("token", token);
        tokenId.ifPresent(id -> json.addProperty("tokenId", id));
        OwnerFile.write(file, json.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "Login[" + url + "]";
    }
}
