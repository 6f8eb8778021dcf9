package dev.sekisho.control.directory.ldap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Assumptions;

/// An OpenLDAP server of its own, in a temporary directory, on loopback ports, with TLS by a test authority. It ends
/// with this process, however that ends.
final class SlapdServer implements AutoCloseable {
    static final String BASE = "dc=example,dc=org";
    static final String SEARCHER = "cn=searcher," + BASE;
    static final String SEARCHER_PASSWORD = "searcher's own \u00fc";
    private static final Path PROGRAM = Path.of("/usr/sbin/slapd");
    private static final String RUN = """
            exec 3<&0
            "$@" </dev/null & pid=$!
            { cat <&3 >/dev/null; kill -TERM $pid 2>/dev/null; } &
            wait $pid
            """;

    final TestAuthority authority = new TestAuthority();
    final int port = freePort();
    final int tlsPort = freePort();
    private final Path directory;
    private Process process;

    private SlapdServer(Path directory, GeneralName... names) throws IOException {
        this.directory = directory;
        configure(names);
        this.process = launch();
    }

    /// Starts one; skips the test where none is installed, but under CI.
    static SlapdServer start() {
        return start(
                new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    }

    /// Starts one with a certificate for these names.
    static SlapdServer start(GeneralName... names) {
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(
                    Files.isExecutable(PROGRAM), "no OpenLDAP server: install slapd and ldap-utils to run this");
        }
        try {
            SlapdServer server = new SlapdServer(Files.createTempDirectory("sekisho-slapd-"), names);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            server.awaitReady();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void configure(GeneralName... names) throws IOException {
        Files.createDirectory(directory.resolve("db"));
        TestAuthority.Issued issued = authority.issue(Duration.ofDays(30), names);
        Files.writeString(directory.resolve("ca.pem"), authority.pem());
        Files.writeString(directory.resolve("server.pem"), issued.certificate());
        Files.writeString(directory.resolve("server.key"), issued.key());
        Files.writeString(directory.resolve("slapd.conf"), """
                include /etc/ldap/schema/core.schema
                include /etc/ldap/schema/cosine.schema
                include /etc/ldap/schema/inetorgperson.schema
                modulepath /usr/lib/ldap
                moduleload back_mdb
                moduleload memberof
                TLSCACertificateFile DIR/ca.pem
                TLSCertificateFile DIR/server.pem
                TLSCertificateKeyFile DIR/server.key
                allow bind_v2 bind_anon_cred bind_anon_dn
                database mdb
                maxsize 16777216
                suffix "dc=example,dc=org"
                rootdn "cn=root,dc=example,dc=org"
                rootpw root-of-the-test
                directory DIR/db
                access to attrs=userPassword by anonymous auth by * none
                access to * by dn.exact="cn=searcher,dc=example,dc=org" read by * none
                overlay memberof
                memberof-refint TRUE
                """.replace("DIR", directory.toString()));
        run("", "/usr/sbin/slapadd", "-f", directory.resolve("slapd.conf").toString());
    }

    private Process launch() throws IOException {
        String listen = "ldap://127.0.0.1:%1$d ldaps://127.0.0.1:%2$d".formatted(port, tlsPort);
        return new ProcessBuilder(
                        "sh",
                        "-c",
                        RUN,
                        "slapd",
                        PROGRAM.toString(),
                        "-f",
                        directory.resolve("slapd.conf").toString(),
                        "-h",
                        listen,
                        "-d",
                        "0")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), tlsPort), 1000);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IOException("no server: " + Files.readString(directory.resolve("log")), e);
                }
            }
            Thread.onSpinWait();
        }
    }

    /// Changes entries, as LDIF, by the real client.
    void apply(String ldif) {
        run(
                ldif,
                "ldapmodify",
                "-c",
                "-x",
                "-H",
                "ldap://127.0.0.1:" + port,
                "-D",
                "cn=root," + BASE,
                "-w",
                "root-of-the-test");
    }

    private static void run(String input, String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command[0] + " failed: " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Stops it.
    void stop() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // Closed twice: by the test and at the end of the process.
            assert !Files.exists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// People and groups of the tests.
    static String people() {
        return """
                dn: dc=example,dc=org
                changetype: add
                objectClass: dcObject
                objectClass: organization
                o: Example
                dc: example

                dn: cn=searcher,dc=example,dc=org
                changetype: add
                objectClass: organizationalRole
                objectClass: simpleSecurityObject
                cn: searcher
                userPassword: %s

                dn: ou=people,dc=example,dc=org
                changetype: add
                objectClass: organizationalUnit
                ou: people

                dn: ou=groups,dc=example,dc=org
                changetype: add
                objectClass: organizationalUnit
                ou: groups

                %s
                %s
                %s
                %s

                dn: cn=engineers,ou=groups,dc=example,dc=org
                changetype: add
                objectClass: groupOfNames
                cn: engineers
                member: uid=alice,ou=people,dc=example,dc=org
                member: uid=carol,ou=people,dc=example,dc=org

                dn: cn=on-call,ou=groups,dc=example,dc=org
                changetype: add
                objectClass: groupOfNames
                cn: on-call
                member: uid=alice,ou=people,dc=example,dc=org

                dn: cn=engineers,ou=people,dc=example,dc=org
                changetype: add
                objectClass: groupOfNames
                cn: engineers
                member: uid=mallory,ou=people,dc=example,dc=org
                """.formatted(SEARCHER_PASSWORD, person("alice"), person("bob"), person("carol"), person("mallory"));
    }

    /// A person whose password is `NAME's password`.
    static String person(String uid) {
        return """
                dn: uid=%1$s,ou=people,dc=example,dc=org
                changetype: add
                objectClass: inetOrgPerson
                uid: %1$s
                cn: %2$s Example
                sn: Example
                mail: %1$s@example.org
                userPassword: %1$s's password
                """.formatted(uid, uid.substring(0, 1).toUpperCase(Locale.ROOT) + uid.substring(1));
    }

    /// Settings for this server, over StartTLS.
    Map<String, String> settings() {
        return new TreeMap<>(Map.of(
                "url",
                "ldap://127.0.0.1:" + port,
                "caPem",
                authority.pem(),
                "bindDn",
                SEARCHER,
                "bindPassword",
                SEARCHER_PASSWORD,
                "baseDn",
                BASE,
                "groupBaseDn",
                "ou=groups," + BASE));
    }

    /// The same, changed.
    Map<String, String> settings(String... namesAndValues) {
        Map<String, String> settings = settings();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return settings;
    }
}
