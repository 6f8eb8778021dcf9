package dev.sekisho.it;

import dev.sekisho.it.lab.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Looks for all that a lab is made of. Behind [NeedsNetns].
final class NetnsCondition implements ExecutionCondition {
    private static final List<String> TOOLS =
            List.of("ip", "wg", "wg-quick", "wireguard-go", "ping", "sysctl", "unshare");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> more = AnnotationSupport.findAnnotation(context.getTestClass(), NeedsNetns.class)
                .map(needs -> List.of(needs.value()))
                .orElse(List.of());
        Optional<String> missing = missing(more);
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("a lab can be made");
        }
        if (System.getenv("CI") != null) {
            throw new IllegalStateException("CI must run this test, but " + missing.get());
        }
        return ConditionEvaluationResult.disabled(missing.get());
    }

    private static Optional<String> missing(List<String> more) {
        if (!Command.of("id", "-u").run().out().strip().equals("0")) {
            return Optional.of("only root may make network namespaces: run as root");
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            return Optional.of("/dev/net/tun is missing: modprobe tun");
        }
        return Stream.concat(TOOLS.stream(), more.stream())
                .filter(tool ->
                        !Command.of("sh", "-c", "command -v " + tool).run().succeeded())
                .findFirst()
                .map(tool -> tool + " is missing: .ci/run installs all");
    }
}
