/// `sekisho demo`: a server and a client in two network namespaces of one host, each in a JVM of its own, with real
/// traffic through the tunnel between them.
///
/// [dev.sekisho.control.demo.Demo] is the parent: it makes the namespaces with `ip`, starts the children, tells them
/// what
/// to do by lines on their standard input, reads lines of results, and removes everything. The children are
/// [dev.sekisho.control.demo.DemoPeer].
@NullMarked
package dev.sekisho.control.demo;

import org.jspecify.annotations.NullMarked;
