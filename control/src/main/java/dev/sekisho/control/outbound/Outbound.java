package dev.sekisho.control.outbound;

import dev.sekisho.control.outbox.DeliveryException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

/// Sends single HTTP requests. A name is resolved once, its addresses are checked, and the connection goes to one of
/// those; redirects are not followed; an answer is cut at 64 KiB and 20 seconds. Thread-safe; started by the first
/// request; the owner closes it.
public final class Outbound implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Outbound.class.getName());
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int MAX_ANSWER = 64 << 10;
    private static final int MAX_URL_CHARS = 2048;

    private final DestinationGuard guard;
    private @Nullable HttpClient client;

    public Outbound(DestinationGuard guard) {
        this.guard = guard;
    }

    /// What came back.
    ///
    /// @param status the HTTP status
    /// @param body at most 64 KiB
    public record Reply(int status, String body) {}

    /// A URL as an administrator or user may set it.
    ///
    /// @throws IllegalArgumentException with a sentence when it can't be used
    public static URI checkUrl(String text) {
        try {
            URI uri = new URI(text);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            boolean usable = text.length() <= MAX_URL_CHARS
                    && (scheme.equals("https") || scheme.equals("http"))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null;
            if (!usable) {
                throw new IllegalArgumentException(
                        "a URL starts with https:// or http://, names a host, and holds no user name");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("this is no URL", e);
        }
    }

    /// Sends a request and waits for the answer.
    ///
    /// @throws DeliveryException when there is no answer, the host is not allowed, or it can't be reached
    public Reply send(String method, URI uri, Map<String, String> headers, byte[] body) {
        try {
            Request request = client().newRequest(uri)
                    .method(method)
                    .followRedirects(false)
                    .timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .headers(fields -> headers.forEach(fields::put));
            if (body.length > 0) {
                request.body(new BytesRequestContent(
                        headers.getOrDefault("Content-Type", "application/octet-stream"), body));
            }
            ContentResponse response =
                    new CompletableResponseListener(request, MAX_ANSWER).send().join();
            return new Reply(response.getStatus(), response.getContentAsString());
        } catch (CompletionException e) {
            throw failure(uri, e.getCause() == null ? e : e.getCause());
        } catch (IllegalArgumentException e) {
            throw DeliveryException.never("the request can't be made: a header or the method is not valid", e);
        }
    }

    private static DeliveryException failure(URI uri, Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof ForbiddenDestinationException) {
                return DeliveryException.never(
                        uri.getHost() + " is not on the public internet; the server's configuration (outbound.allow)"
                                + " can allow its network",
                        cause);
            }
            if (t instanceof UnknownHostException) {
                return DeliveryException.later("the name " + uri.getHost() + " is not known", cause);
            }
        }
        return DeliveryException.later(
                uri.getHost() + " could not be reached: " + cause.getClass().getSimpleName(), cause);
    }

    private static final class ForbiddenDestinationException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private synchronized HttpClient client() {
        if (client != null) {
            return client;
        }
        HttpClient made = new HttpClient();
        made.setFollowRedirects(false);
        made.setHttpCookieStore(new HttpCookieStore.Empty());
        made.setConnectTimeout(TIMEOUT.toMillis() / 2);
        made.setIdleTimeout(TIMEOUT.toMillis());
        made.setDestinationIdleTimeout(TIMEOUT.toMillis());
        made.setSocketAddressResolver((host, port, _, promise) -> resolve(host, port, promise));
        made.setUserAgentField(null);
        try {
            made.start();
        } catch (Exception e) {
            throw DeliveryException.later("the HTTP client can't be started", e);
        }
        client = made;
        return made;
    }

    private void resolve(String host, int port, Promise<List<InetSocketAddress>> promise) {
        try {
            List<InetSocketAddress> addresses = Arrays.stream(InetAddress.getAllByName(host))
                    .filter(guard::admits)
                    .map(address -> new InetSocketAddress(address, port))
                    .toList();
            if (addresses.isEmpty()) {
                promise.failed(new ForbiddenDestinationException());
            } else {
                promise.succeeded(addresses);
            }
        } catch (UnknownHostException e) {
            promise.failed(e);
        }
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            try {
                client.stop();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "the HTTP client could not be stopped", e);
            }
            client = null;
        }
    }
}
