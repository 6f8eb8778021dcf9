package dev.sekisho.tun.linux;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Runs each test on a thread of its own in a new network namespace, which goes away with the thread and its
/// descriptors. Threads and processes started by the test are in it too. Needs root and `/dev/net/tun`:
/// without them the tests are skipped, or fail where the environment variable CI is set.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NamespaceExtension.class)
@interface InNamespace {}
