package dev.sekisho.control.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sekisho.control.outbox.DeliveryException;
import dev.sekisho.policy.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where the server may talk to of its own accord (threat P10).
@Tag("C07")
final class DestinationGuardTest {
    private static final DestinationGuard PUBLIC_ONLY = new DestinationGuard(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.0.0.1",
                "100.64.0.1",
                "100.127.255.254",
                "127.0.0.1",
                "127.255.255.254",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.255.255.250",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::7f00:1",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:10::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "2002:a9fe:a9fe::",
                "3fff::1",
                "4000::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                "ff02::1"
            })
    void refusesWhatIsNotThePublicInternet(String address) throws Exception {
        assertThat(PUBLIC_ONLY.admits(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "9.255.255.255", "11.0.0.0", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"})
    void admitsThePublicInternet(String address) throws Exception {
        assertThat(PUBLIC_ONLY.admits(InetAddress.ofLiteral(address))).isTrue();
    }

    @Test
    void admitsWhatTheHostsAdministratorAllows() throws Exception {
        DestinationGuard guard = new DestinationGuard(List.of(Cidr.parse("10.1.0.0/16"), Cidr.parse("fd00::/8")));

        assertThat(guard.admits(InetAddress.ofLiteral("10.1.2.3"))).isTrue();
        assertThat(guard.admits(InetAddress.ofLiteral("10.2.2.3"))).isFalse();
        assertThat(guard.admits(InetAddress.ofLiteral("fd00::1"))).isTrue();
        assertThat(guard.admits(InetAddress.ofLiteral("127.0.0.1"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:%d/",
                "http://localhost:%d/",
                "http://2130706433:%d/",
                "http://127.1:%d/",
                "http://0.0.0.0:%d/",
                "http://[::1]:%d/",
                "http://[::ffff:127.0.0.1]:%d/"
            })
    void nothingIsSentToThisHostUnderAnyName(String url) throws Exception {
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
        });
        server.start();
        try (Outbound outbound = new Outbound(PUBLIC_ONLY)) {
            URI uri = new URI(url.formatted(server.getAddress().getPort()));
            assertThatThrownBy(() -> outbound.send("POST", uri, Map.of(), new byte[] {1}))
                    .isInstanceOf(DeliveryException.class);
        } finally {
            server.stop(0);
        }
        assertThat(requests).hasValue(0);
    }

    @Test
    void sendsWhereItMayAndFollowsNoRedirect() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/in", exchange -> {
            exchange.getResponseHeaders().set("Location", "/secret");
            exchange.sendResponseHeaders(302, -1);
        });
        server.createContext("/secret", exchange -> {
            inside.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
        });
        server.start();
        try (Outbound outbound = new Outbound(new DestinationGuard(List.of(Cidr.parse("127.0.0.0/8"))))) {
            Outbound.Reply reply = outbound.send(
                    "POST",
                    new URI("http://127.0.0.1:" + server.getAddress().getPort() + "/in"),
                    Map.of("X-Test", "1"),
                    new byte[] {1});
            assertThat(reply.status()).isEqualTo(302);
        } finally {
            server.stop(0);
        }
        assertThat(inside).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ftp://a/",
                "file:///etc/passwd",
                "//x",
                "https://",
                "https://u:p@h/",
                "jar:http://h!/",
                "a b"
            })
    void isNoUrl(String text) {
        assertThatThrownBy(() -> Outbound.checkUrl(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
