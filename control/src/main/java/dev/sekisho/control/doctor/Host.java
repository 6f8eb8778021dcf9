package dev.sekisho.control.doctor;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The port to the host. Asks, and changes nothing.
public interface Host {
    /// How something in the file system is.
    ///
    /// @param ours whether it belongs to who runs this process
    /// @param mode as `rwx------`
    record Place(boolean directory, boolean ours, String mode) {}

    /// The feature version of the JDK.
    int javaVersion();

    /// Whether this process may make interfaces: the capability CAP_NET_ADMIN.
    boolean hasNetAdmin();

    /// Whether a file is there and may be read and written.
    boolean isUsable(Path file);

    /// The first line of a small file; empty when it can't be read.
    Optional<String> line(Path file);

    /// Something in the file system; empty when it isn't there.
    Optional<Place> place(Path path);

    /// Whether a program is on the path.
    boolean hasProgram(String name);

    /// Whether nobody listens there yet; by TCP, else by UDP.
    boolean isFree(InetSocketAddress address, boolean tcp);

    /// Whether the server runs.
    boolean isServerRunning();

    /// The settings of the network that matter here.
    ///
    /// @param enabled whether the server is to have a tunnel
    /// @param udpPort of the tunnel
    /// @param publicAddress how devices reach the server
    /// @param exposes whether there are networks behind it that devices may be let into
    record Network(boolean enabled, int udpPort, Optional<String> publicAddress, boolean exposes) {}

    /// What the running server has in its settings; empty when it can't say.
    Optional<Network> network();

    /// What is wrong with the servers that share the database, as the running one says: a sentence for each.
    List<String> nodeConcerns();

    /// The addresses of a name; none when it is unknown.
    List<InetAddress> resolve(String name);

    /// The certificate in a file; empty when there is none.
    Optional<X509Certificate> certificate(Path file);

    /// The time.
    Instant now();

    /// A moment before this program was there; no clock that is right shows less.
    Instant released();

    /// Free bytes on the disk of a directory, or of the first one above it that is there.
    long freeBytes(Path directory);

    /// How many files a process may have open; empty when that is not known.
    OptionalLong openFiles();

    /// Why the database can't be reached; empty when it can.
    ///
    /// @param url of PostgreSQL
    Optional<String> databaseConcern(String url);
}
