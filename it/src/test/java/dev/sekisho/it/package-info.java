/// End-to-end tests: the packaged launchers in network namespaces, against Debian's wireguard-go and wireguard-tools.
///
/// Each class runs alone: `./sekisho build`, then `mvn -pl it verify -Dit.test=RoamingIT`. The harness itself is
/// checked with
/// `-Dit.subject=wireguard-go` (or a path); `-Dit.soak=true` adds the tests that wait for minutes of protocol time.
@NullMarked
package dev.sekisho.it;

import org.jspecify.annotations.NullMarked;
