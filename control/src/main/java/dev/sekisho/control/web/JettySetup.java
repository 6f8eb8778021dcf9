package dev.sekisho.control.web;

import io.javalin.config.JavalinConfig;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/// Sets Jetty up: threads, connector, TLS, limits, the form of its own errors.
final class JettySetup {
    private static final System.Logger LOG = System.getLogger(JettySetup.class.getName());
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final int MAX_CONNECTIONS = 8192;
    private static final int MIN_CONNECTIONS = 16;

    /// No address (IPv6: no /64) has more than one in so many of them; many people may come from one address.
    private static final int SHARE = 4;

    private static final int MAX_PER_ADDRESS = 1024;

    /// Files of database, log, mail and whatever else is opened while the server runs.
    private static final int OTHER_FILES = 64;

    private static final int MAX_THREADS = 16;
    private static final int MIN_THREADS = 4;
    private static final int IDLE_THREAD_MILLIS = 60_000;
    private static final Duration IDLE = Duration.ofSeconds(30);

    private static final Duration CROWDED_IDLE = Duration.ofSeconds(2);

    /// Requests under way have this long when the server stops; with what else must end that makes less than ten
    /// seconds.
    private static final Duration DRAIN = Duration.ofSeconds(8);

    /// Forward secrecy and authenticated encryption, nothing else.
    private static final String[] CIPHERS = {
        "TLS_AES_256_GCM_SHA384",
        "TLS_AES_128_GCM_SHA256",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_(ECDSA|RSA)_WITH_AES_(256|128)_GCM_SHA(384|256)",
        "TLS_ECDHE_(ECDSA|RSA)_WITH_CHACHA20_POLY1305_SHA256"
    };

    private JettySetup() {}

    static void apply(JavalinConfig config, WebOptions options) {
        int connections = maxConnections();
        config.jetty.threadPool = threads();
        config.jetty.modifyServer(server -> {
            server.setStopTimeout(DRAIN.toMillis());
            server.setStopAtShutdown(false);
            server.setErrorHandler(new ProblemErrors());
            server.setHandler(new GracefulHandler());
            NetworkConnectionLimit all = new NetworkConnectionLimit(connections, server);
            // When there are no more to be had, those on which nothing happens are the first to go.
            all.setEndPointIdleTimeout(CROWDED_IDLE.toMillis());
            server.addBean(all);
        });
        config.jetty.modifyHttpConfiguration(JettySetup::limit);
        config.jetty.addConnector((server, http) -> connector(server, http, options, connections));
    }

    /// A few threads that select and accept; requests are served on virtual ones.
    private static QueuedThreadPool threads() {
        // Jetty's own queue loads the JDK's management, which takes an eighth of a start.
        QueuedThreadPool pool =
                new QueuedThreadPool(MAX_THREADS, MIN_THREADS, IDLE_THREAD_MILLIS, new LinkedBlockingQueue<>());
        pool.setName("web");
        pool.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("request-", 0).factory()));
        return pool;
    }

    private static void limit(HttpConfiguration http) {
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setSendDateHeader(true);
        http.setRelativeRedirectAllowed(true);
    }

    /// Leaves files to the rest of the process: a quarter of the limit, and where that is low as many as database, log
    /// and everything that has to be opened yet may take (fault F15).
    private static int maxConnections() {
        OptionalLong limit = OpenFiles.limit();
        if (limit.isEmpty()) {
            return MAX_CONNECTIONS;
        }
        long left = Math.min(limit.getAsLong() * 3 / 4, limit.getAsLong() - OpenFiles.open() - OTHER_FILES);
        int connections = Math.clamp(left, MIN_CONNECTIONS, MAX_CONNECTIONS);
        if (limit.getAsLong() < OpenFiles.FEW) {
            LOG.log(
                    Level.WARNING,
                    "this process may have {0} files open only, so that {1} connections are taken at a time: raise the"
                            + " limit (LimitNOFILE of the unit, or ulimit -n) to {2} or more",
                    limit.getAsLong(),
                    connections,
                    OpenFiles.FEW);
        }
        return connections;
    }

    private static Connector connector(Server server, HttpConfiguration http, WebOptions options, int connections) {
        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
        ServerConnector connector;
        if (options.tls().isPresent()) {
            SslContextFactory.Server tls = new SslContextFactory.Server();
            tls.setSslContext(options.tls().get());
            tls.setIncludeProtocols(options.protocols().toArray(String[]::new));
            tls.setIncludeCipherSuites(CIPHERS);
            tls.setExcludeCipherSuites();
            tls.setRenegotiationAllowed(false);
            // The name is checked against `Host` for every request, not against the certificate.
            http.addCustomizer(new SecureRequestCustomizer(false));
            connector = new ServerConnector(server, 1, 1, new SslConnectionFactory(tls, "http/1.1"), http1);
        } else {
            connector = new ServerConnector(server, 1, 1, http1);
        }
        connector.setHost(options.listen().getAddress().getHostAddress());
        connector.setPort(options.listen().getPort());
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setReuseAddress(true);
        connector.addBean(new ConnectionGuard(connector.getScheduler()));
        connector.addBean(new Crowd(Math.clamp(connections / SHARE, MIN_CONNECTIONS / SHARE, MAX_PER_ADDRESS)));
        return connector;
    }

    /// What Jetty refuses before it comes to us.
    private static final class ProblemErrors extends ErrorHandler {
        /// All of them: whoever sends a PUT wants to know as well.
        @Override
        public boolean errorPageForMethod(String method) {
            return true;
        }

        @Override
        protected void generateResponse(
                Request request,
                Response response,
                int status,
                @Nullable String message,
                @Nullable Throwable cause,
                Callback callback) {
            HttpFields.Mutable headers = response.getHeaders();
            SecurityHeaders.of("", request.isSecure()).forEach(headers::put);
            headers.put("Content-Type", "application/problem+json");
            response.write(true, ByteBuffer.wrap(Problems.document(Problems.of(status))), callback);
        }
    }
}
