package dev.sekisho.control.server;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.sekisho.control.settings.NetworkSettings;
import dev.sekisho.control.socket.ControlServer;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The socket by which the command line on this host finds the server and becomes its administrator: who can open it
/// owns the process. It is there whether or not the network runs. Thread-safe.
///
/// Verbs: `status` and `token`; both answer where the server is.
///
/// @param options how the server is run
/// @param port of HTTPS
/// @param certificate what the server shows, in PEM form
/// @param features makes tokens of the host's administrator, and knows the other nodes
record HostSocket(ServerOptions options, int port, Path certificate, Features features) {
    private static final System.Logger LOG = System.getLogger(HostSocket.class.getName());

    /// The directory of all sockets of a server.
    static ControlSockets sockets(Path state) {
        Map<String, String> environment = System.getenv();
        return ControlSockets.of(state, ProcessOwner.isRoot(), environment);
    }

    /// Starts to listen. Without the socket the server is as good, so that is a warning.
    ///
    /// @return what ends it
    AutoCloseable open() {
        Path socket = sockets(options.state()).server();
        try {
            return ControlServer.open(socket, this::answer);
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "the command line on this host has to log in, since there is no socket for it: {0}",
                    e.getMessage());
            return () -> {};
        }
    }

    private JsonObject answer(JsonObject request) {
        JsonObject answer = new JsonObject();
        switch (request.get("verb") instanceof JsonPrimitive verb ? verb.getAsString() : "") {
            case "status" -> {
                describe(answer);
                answer.add("nodes", nodes());
                network().ifPresent(network -> answer.add("network", network));
            }
            case "token" -> {
                describe(answer);
                answer.addProperty("token", features.rootTokens().get());
            }
            default -> answer.addProperty("error", "the verbs of the server's own socket are status and token");
        }
        return answer;
    }

    /// A database that is gone must not keep the rest from being told.
    private JsonElement nodes() {
        try {
            return JsonParser.parseString(Json.text(features.nodes().get()));
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "the nodes can't be told: {0}", e.getMessage());
            return new JsonArray();
        }
    }

    private Optional<JsonObject> network() {
        try {
            return features.network().map(current -> network(current.get()));
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "the network's settings can't be told: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    private JsonObject network(NetworkSettings settings) {
        JsonObject network = new JsonObject();
        network.addProperty("enabled", options.tunnel() && settings.enabled());
        network.addProperty("listenPort", settings.place().listenPort());
        settings.place().publicAddress().ifPresent(address -> network.addProperty("publicAddress", address));
        network.addProperty("subnets", settings.place().subnets().size());
        return network;
    }

    private void describe(JsonObject answer) {
        answer.addProperty("server", Server.VERSION);
        answer.addProperty("url", "https://" + host() + ":" + port);
        answer.addProperty("certificate", certificate.toAbsolutePath().toString());
        answer.addProperty("state", options.state().toAbsolutePath().toString());
    }

    /// An address at which the server listens, as URLs have it.
    private String host() {
        InetSocketAddress listen = options.listen();
        if (listen.getAddress().isAnyLocalAddress()) {
            return "127.0.0.1";
        }
        String literal = listen.getAddress().getHostAddress();
        return literal.contains(":") ? "[" + literal.replaceFirst("%.*", "") + "]" : literal;
    }
}
