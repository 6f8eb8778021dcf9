/// `sekisho demo`: client, server and target in three network namespaces of one host, each in a JVM of its own, with
/// real traffic from one to the other through a checkpoint.
///
/// [dev.sekisho.control.demo.Demo] is the parent: it makes the namespaces with `ip`, starts the children, tells them
/// what to do by lines on their standard input, reads lines of results, uses the control socket as the command line
/// does, and removes everything. Client and target are [dev.sekisho.control.demo.DemoPeer], the server is what
/// `sekisho up` runs. Nobody but the command line enters.
@NullMarked
package dev.sekisho.control.demo;

import org.jspecify.annotations.NullMarked;
