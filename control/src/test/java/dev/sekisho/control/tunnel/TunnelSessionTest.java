package dev.sekisho.control.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.uapi.MemoryDevice;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.tun.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunnelSessionTest {
    private static final String KEY = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    private static final String PEER = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
    private static final String NAME = "sktest7";

    @TempDir
    Path temporary = Path.of("");

    private final MemoryLinks links = new MemoryLinks();
    private final MemoryHost host = new MemoryHost();
    private final List<Integer> openedMtus = new ArrayList<>();
    private @Nullable MemoryDevice device;
    private UapiSockets sockets = UapiSockets.SYSTEM;

    @BeforeEach
    void useOwnDirectory() {
        sockets = new UapiSockets(temporary.resolve("run"));
    }

    @Test
    void endpointGetsAddressesAndLinkButNoRoutes() throws IOException {
        try (TunnelSession session =
                up(TunnelSession.Role.ENDPOINT, interfaceText("ListenPort = 51871\nDNS = 1.1.1.1\n"))) {
            assertThat(links.log).containsExactly("address 10.0.0.1/24", "address fd00::1/64", "up");
            assertThat(host.log).isEmpty();
            DeviceStatus status = session.device().status();
            assertThat(status.listenPort()).isEqualTo(51871);
            assertThat(status.peers()).hasSize(1);
            assertThat(sockets.interfaces()).containsExactly(NAME);
        }
        assertEverythingIsGone();
    }

    @Test
    void clientGetsRoutesAndDnsAndPutsThemBack() throws IOException {
        String conf = interfaceText("DNS = 1.1.1.1, example.org\n") + "AllowedIPs = 10.7.0.0/16, 10.0.0.0/24\n";
        try (TunnelSession session = up(TunnelSession.Role.CLIENT, conf)) {
            assertThat(links.state).containsExactly("route 10.7.0.0/16 table 0");
            assertThat(host.log).containsExactly("dns " + NAME + " 1 [example.org]");
            assertThat(session.device().status().fwmark()).isZero();
        }
        assertThat(host.log).last().isEqualTo("no dns " + NAME);
        assertEverythingIsGone();
    }

    @Test
    void defaultRouteUsesATableOfItsOwnAndRules() throws IOException {
        links.state.add("route ::/0 table 51820");
        try (TunnelSession session =
                up(TunnelSession.Role.CLIENT, interfaceText("") + "AllowedIPs = 0.0.0.0/0, ::/0\n")) {
            assertThat(session.device().status().fwmark()).isEqualTo(51821);
            assertThat(links.state)
                    .containsExactlyInAnyOrder(
                            "route ::/0 table 51820",
                            "route 0.0.0.0/0 table 51821",
                            "route ::/0 table 51821",
                            MemoryLinks.describe(Rule.unmarked(true, 51821, 51821)),
                            MemoryLinks.describe(Rule.unmarked(false, 51821, 51821)),
                            MemoryLinks.describe(Rule.mainWithoutDefault(true)),
                            MemoryLinks.describe(Rule.mainWithoutDefault(false)));
            assertThat(host.log).contains("src_valid_mark");
        }
        links.state.remove("route ::/0 table 51820");
        assertEverythingIsGone();
    }

    @Test
    void fwmarkOfTheFileIsTheTable() throws IOException {
        try (TunnelSession session =
                up(TunnelSession.Role.CLIENT, interfaceText("FwMark = 0x77\n") + "AllowedIPs = 0.0.0.0/0\n")) {
            assertThat(session.device().status().fwmark()).isEqualTo(0x77);
            assertThat(links.state).contains("route 0.0.0.0/0 table 119");
        }
        assertEverythingIsGone();
    }

    @Test
    void rulesLeftByKilledProcessesAreRemoved() throws IOException {
        links.state.add(MemoryLinks.describe(Rule.unmarked(true, 51820, 51820)));
        links.state.add(MemoryLinks.describe(Rule.mainWithoutDefault(true)));
        links.state.add(MemoryLinks.describe(Rule.unmarked(true, 51820, 51820)));
        links.state.add(MemoryLinks.describe(Rule.mainWithoutDefault(true)));
        up(TunnelSession.Role.CLIENT, interfaceText("") + "AllowedIPs = 0.0.0.0/0\n")
                .close();
        assertEverythingIsGone();
    }

    @Test
    void ruleOfAnotherTunnelStays() throws IOException {
        links.state.add(MemoryLinks.describe(Rule.mainWithoutDefault(true)));
        up(TunnelSession.Role.CLIENT, interfaceText("") + "AllowedIPs = 0.0.0.0/0\n")
                .close();
        assertThat(links.state).containsExactly(MemoryLinks.describe(Rule.mainWithoutDefault(true)));
    }

    @Test
    void hooksRunInTheirPhasesWithTheName() throws IOException {
        up(TunnelSession.Role.ENDPOINT, interfaceText("PreUp = a %i\nPostUp = b %i %i\nPreDown = c\nPostDown = d %i\n"))
                .close();
        assertThat(host.log)
                .containsExactly("hook a " + NAME, "hook b " + NAME + " " + NAME, "hook c", "hook d " + NAME);
    }

    @Test
    void failingPostUpTakesEverythingBack() throws IOException {
        host.failingHook = "bad";
        String conf = interfaceText("PostUp = bad\nDNS = 1.1.1.1\n") + "AllowedIPs = 0.0.0.0/0\n";
        assertThatThrownBy(() -> up(TunnelSession.Role.CLIENT, conf)).hasMessage("hook failed");
        assertThat(host.log).contains("no dns " + NAME);
        assertEverythingIsGone();
    }

    @Test
    void failingPreDownDoesNotKeepTheTunnelUp() throws IOException {
        host.failingHook = "bad";
        up(TunnelSession.Role.ENDPOINT, interfaceText("PreDown = bad\n")).close();
        assertEverythingIsGone();
    }

    @Test
    void presentInterfaceIsRefused() {
        links.present(NAME);
        assertThatThrownBy(() -> up(TunnelSession.Role.ENDPOINT, interfaceText("PreUp = a\n")))
                .hasMessage("the interface " + NAME + " already exists");
        assertThat(host.log).isEmpty();
    }

    @Test
    void unknownEndpointNameLeavesNothing() throws IOException {
        assertThatThrownBy(() -> up(TunnelSession.Role.CLIENT, interfaceText("") + "Endpoint = nowhere.example:1\n"))
                .hasMessageContaining("nowhere.example");
        assertThat(openedMtus).isEmpty();
    }

    @Test
    void mtuFollowsTheLargestPathToAnEndpoint() throws IOException {
        host.mtus.put("192.0.2.77", 1492);
        host.mtus.put("192.0.2.1", 9000);
        up(TunnelSession.Role.CLIENT, interfaceText("") + "Endpoint = 192.0.2.77:1\n")
                .close();
        up(TunnelSession.Role.CLIENT, interfaceText("")).close();
        host.mtus.clear();
        up(TunnelSession.Role.CLIENT, interfaceText("")).close();
        up(TunnelSession.Role.CLIENT, interfaceText("MTU = 1300\n")).close();
        assertThat(openedMtus).containsExactly(1412, 8920, 1420, 1300);
    }

    @Test
    void saveConfigWritesTheLiveState() throws IOException {
        Path file = temporary.resolve(NAME + ".conf");
        String text = interfaceText("SaveConfig = true\nTable = off\nPostUp = b %i\n") + "AllowedIPs = 10.7.0.0/16\n"
                + "Endpoint = 192.0.2.77:1\nPersistentKeepalive = 9\nPresharedKey = " + KEY + "\n";
        try (TunnelSession session = up(TunnelSession.Role.ENDPOINT, text)) {
            assertThat(session.device().status().peers()).hasSize(1);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(file).hasContent("""
                [Interface]
                Address = 10.0.0.1/24
                Address = fd00::1/64
                Table = off
                SaveConfig = true
                PostUp = b %%i
                PrivateKey = %s

                [Peer]
                PublicKey = %s
                PresharedKey = %s
                AllowedIPs = 10.7.0.0/16
                Endpoint = 192.0.2.77:1
                PersistentKeepalive = 9
                """.formatted(KEY, PEER, KEY));
        assertThat(new ConfFile(file).read().peers()).hasSize(1);
    }

    private TunnelSession up(TunnelSession.Role role, String text) throws IOException {
        Path file = temporary.resolve(NAME + ".conf");
        Files.writeString(file, text);
        ConfFile conf = new ConfFile(file);
        var around = new TunnelSession.Surroundings(this::open, links, host, sockets);
        try (TunnelConf read = conf.read()) {
            return TunnelSession.up(conf.interfaceName(), conf, read, role, around);
        }
    }

    private OpenDevice open(String name, int mtu) {
        openedMtus.add(mtu);
        links.present(name);
        MemoryDevice opened = new MemoryDevice(name) {
            @Override
            public void close() {
                super.close();
                links.gone(name);
            }
        };
        device = opened;
        return opened;
    }

    private void assertEverythingIsGone() throws IOException {
        assertThat(links.state).isEmpty();
        assertThat(links.exists(NAME)).isFalse();
        assertThat(sockets.interfaces()).isEmpty();
        assertThat(sockets.socket(NAME)).doesNotExist();
        assertThat(device != null && device.isClosed()).isTrue();
    }

    private static String interfaceText(String more) {
        return "[Interface]\nPrivateKey = " + KEY + "\nAddress = 10.0.0.1/24, fd00::1/64\n" + more
                + "[Peer]\nPublicKey = " + PEER + "\n";
    }
}
